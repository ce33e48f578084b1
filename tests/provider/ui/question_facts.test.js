import assert from 'node:assert/strict';
import test from 'node:test';
import { chainLabel } from '../../../provider/ui/chains.js';
import { dataOf, sentence, transactionRows, warnings } from '../../../provider/ui/question_facts.js';
import { callFields } from '../../../provider/ui/token_call.js';

const kSpender = `0x${'11'.repeat(20)}`;
const kMax = (2n ** 256n - 1n).toString();
// As an instance reads it.
const call = (signature, fields, more = {}) => ({
  function: signature, ...more,
  arguments: Object.entries(fields).map(([name, value]) => ({ name, value })),
});
const approve = (amount) =>
  call('approve(address,uint256)', { spender: kSpender, amount });
const ask = (kind, content, more = {}) =>
  ({ kind, content, method: 'm', chain_id: '0x1', origin: 'https://app.example', ...more });
const transaction = (content) => warnings(ask('transaction', { to: kSpender, ...content }));

test('what is asked is one plain sentence', () => {
  assert.equal(sentence({ kind: 'message', method: 'personal_sign' }), 'wants you to sign a message');
  assert.equal(sentence({ kind: 'other', method: 'eth_foo' }), 'asks for eth_foo');
});

test('a plain transfer has no warning', () => {
  assert.deepEqual(transaction({ value: '0x1' }), []);
  assert.deepEqual(transaction({ value: '0x1', data: '0x', chainId: '0x1' }), []);
});

test('what is dangerous about a transaction is said', () => {
  assert.match(transaction({ chainId: '0x89' })[0], /another chain: Polygon \(137\)/);
  assert.match(transaction({ chainId: 'x' })[0], /cannot be read/);
  assert.match(transaction({ to: null, data: '0x60' })[0], /creates a contract/);
  assert.match(transaction({ data: '0x12345678' })[0], /not explained/);
  assert.match(transaction({ data: '0x09', decoded: approve(kMax) })[0], /no limit/);
  assert.match(transaction({ data: '0x09', decoded: approve('1') })[0], /up to the amount/);
  const all = { operator: kSpender, approved: 'true' };
  assert.match(transaction({ data: '0xa2', decoded: call('setApprovalForAll(address,bool)', all) })[0], /every token/);
  assert.match(transaction({ data: '0xac', decoded: call('multicall(bytes[])', {}) })[0], /several calls/);
  assert.deepEqual(transaction({ data: '0xa2', decoded: call('setApprovalForAll(address,bool)', { ...all, approved: 'false' }) }), []);
  assert.match(transaction({ data: '0x01', input: '0x02' })[0], /two different/);
});

test('a call is shown by its name, its arguments and what is to be known of it', () => {
  assert.deepEqual(callFields({ ...approve('10'), note: 'of an NFT ...' }),
    { call: 'approve', spender: kSpender, amount: '10', note: 'of an NFT ...' });
  for (const none of [undefined, null, {}, { function: 1 }, 'approve']) assert.equal(callFields(none), null);
});

test('data is shown whatever it is, and once', () => {
  assert.deepEqual(dataOf({ data: '0x01', input: '0x01' }), ['0x01']);
  assert.deepEqual(dataOf({ data: { a: 1 }, input: '0x' }), ['{"a":1}']);
});

test('a permission to spend and a strange chain in typed data are said', () => {
  const content = { domain: { chainId: 137 }, primaryType: 'Permit', message: { value: kMax } };
  const [chain, permit] = warnings(ask('typed_data', content));
  assert.match(chain, /another chain/);
  assert.match(permit, /without a limit/);
  assert.deepEqual(warnings(ask('typed_data', { domain: { chainId: '1' }, primaryType: 'Mail' })), []);
  assert.deepEqual(warnings(ask('typed_data', 'no object')), []);
});

test('a sign-in to another site than the page is said', () => {
  const text = (host) => `${host} wants you to sign in with your Ethereum account:\n0x`;
  assert.deepEqual(warnings(ask('message', { text: text('app.example') })), []);
  assert.match(warnings(ask('message', { text: text('bank.example') }))[0], /another site/);
  assert.match(warnings(ask('message', { hex: '0xff' }))[0], /no text/);
});

test('a transaction is shown with its value, its highest fee and all it has', () => {
  const rows = transactionRows({
    from: '0x', to: '0xb', value: '0x2386f26fc10000', gas: '0x5208',
    maxFeePerGas: '0x6fc23ac00', nonce: '0x7', strange: [1], data: '0x', decoded: {},
  });
  assert.deepEqual(rows, [
    ['To', '0xb'],
    ['Value', '0.01 ether', '10000000000000000 wei'],
    ['Gas limit', '21000'],
    ['Most per gas', '30 gwei', '30000000000 wei'],
    ['Nonce', '7'],
    ['Highest fee', '0.00063 ether', '630000000000000 wei'],
    ['strange', [1]],
  ]);
});

test('a chain has its name and its number', () => {
  assert.equal(chainLabel('0x1'), 'Ethereum (1)');
  assert.equal(chainLabel(4242), 'Chain 4242');
  for (const none of ['', null, undefined, 'x', 0]) assert.equal(chainLabel(none), null);
});
