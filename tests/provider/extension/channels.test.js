// A page's channel to a profile, over restarts of the instance.
import assert from 'node:assert/strict';
import test from 'node:test';
import { rdnsOf } from './support/fake_host.js';
import { kSite, World } from './support/world.js';

const kReady = { state: 'ready', accounts: ['0xa1'], chainId: '0x1' };
const kRdns = rdnsOf('alice', kSite);
const kForever = () => new Promise(() => {});

/** A page with a channel to alice. */
async function connected(methods = {}) {
  const world = new World();
  Object.assign(world.host.methods, methods);
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const page = await world.linked();
  const call = async (id, method, params) => {
    page.call(kRdns, id, method, params);
    await world.settle();
    return page.answer(id);
  };
  return { world, page, call };
}

test('requests are answered under their ids, errors with their codes',
  async () => {
    const { call } = await connected({
      echo: (_, params) => params,
      nothing: () => undefined,
    });
    assert.deepEqual(await call(7, 'eth_chainId'),
      { jsonrpc: '2.0', id: 7, result: '0x1' });
    assert.deepEqual((await call(8, 'echo', ['a', { b: 1 }])).result,
      ['a', { b: 1 }]);
    assert.equal((await call(9, 'nothing')).result, null);
    assert.deepEqual((await call(10, 'personal_sign')).error,
      { code: 4200, message: 'no personal_sign' });
  });

test('events of the instance come as its frames', async () => {
  const { world, page } = await connected();
  world.host.emit('alice', 'chainChanged', ['0x5']);
  await world.settle();
  assert.deepEqual(page.frames.at(-1),
    { jsonrpc: '2.0', method: 'chainChanged', params: ['0x5'] });
});

test('what is no request is not answered, nor is what goes nowhere', async () => {
  const { world, page } = await connected();
  const before = page.heard.length;
  for (const text of ['', 'null', '[]', '{"id":1}', '{"id":"1","method":"x"}',
    '{"method":"x"}', '{"id":1,"method":7}']) {
    page.say({ type: 'rpc', rdns: kRdns, text });
  }
  page.call(rdnsOf('bob', kSite), 1, 'eth_accounts');
  await world.settle();
  assert.equal(page.heard.length, before);
  assert.equal(world.host.asked('rpc').length, 2);
});

test('a stopped instance is gone, what waited and what comes is 4900, and a ' +
  'new one is ready over a new connection', async () => {
  const { world, page, call } = await connected({ slow: kForever });
  const before = page.states.length;
  page.call(kRdns, 1, 'slow');
  await world.settle();
  assert.equal(page.answer(1), undefined);
  world.host.stop('alice');
  await world.advance(20_000);
  assert.equal(page.answer(1).error.code, 4900);
  assert.equal((await call(2, 'eth_chainId')).error.code, 4900);
  assert.deepEqual(page.states.slice(before).map(({ state }) => state), ['gone']);
  const asked = world.host.asked('rpc').length;
  world.host.run('alice', { chain: '0x2' });
  await world.settle();
  assert.deepEqual(page.states.at(-1), { ...kReady, chainId: '0x2' });
  assert.equal((await call(3, 'eth_chainId')).result, '0x2');
  // Nothing is sent a second time.
  const kinds = world.host.asked('rpc').slice(asked)
    .map(({ request }) => request.method);
  assert.deepEqual(kinds, ['eth_accounts', 'eth_chainId', 'eth_chainId']);
  world.host.stop('alice');
  await world.settle();
  assert.equal(page.states.at(-1).state, 'gone');
  assert.equal(page.all('opened').length, 1);
  assert.equal(page.all('lost').length, 0);
});

test('an instance that does not answer is tried again while it is listed',
  async () => {
    const { world, page, call } = await connected();
    let tries = 0;
    world.host.methods.eth_accounts = () => {
      tries += 1;
      return kForever();
    };
    world.host.run('alice');
    await world.settle();
    assert.equal(tries, 1);
    const waiting = page.states.length;
    page.call(kRdns, 5, 'eth_chainId');
    await world.advance(4900);
    assert.equal(page.answer(5), undefined);
    assert.equal(page.states.length, waiting);
    await world.advance(200);
    assert.equal(page.answer(5).error.code, 4900);
    assert.deepEqual(page.states.at(-1),
      { state: 'gone', message: 'the wallet does not answer' });
    await world.advance(60_000);
    assert.ok(tries > 4 && tries < 20, `${tries} tries`);
    assert.equal(page.states.at(-1).state, 'gone');
    assert.equal(page.states.length, waiting + 1);
    world.host.methods.eth_accounts = () => ['0xb2'];
    await world.advance(10_000);
    assert.deepEqual(page.states.at(-1), { ...kReady, accounts: ['0xb2'] });
    assert.equal((await call(6, 'eth_chainId')).result, '0x1');
    assert.equal(world.host.channels, 1);
    world.host.stop('alice');
    const asked = world.host.asked('rpc').length;
    await world.advance(60_000);
    assert.equal(world.host.asked('rpc').length, asked);
  });

test('an instance that refuses is tried after growing pauses, for who is there',
  async () => {
    const { world, page } = await connected();
    let tries = 0;
    world.host.methods.eth_accounts = () => {
      tries += 1;
      throw new Error('refused');
    };
    world.host.run('alice');
    await world.advance(60_000);
    assert.ok(tries > 12 && tries < 30, `${tries} tries`);
    page.leave();
    await world.settle();
    tries = 0;
    await world.advance(20_000);
    assert.equal(tries, 0);
  });

test('an instance that was not listed for a while is tried again', async () => {
  const { world, page } = await connected();
  world.host.say({ type: 'instances', instances: [] });
  world.host.endChannels('alice');
  await world.advance(10_000);
  assert.equal(page.states.at(-1).state, 'gone');
  world.host.tell();
  await world.settle();
  assert.equal(page.states.at(-1).state, 'ready');
});

test('a channel hears of its own connection alone', async () => {
  const kOther = 'https://other.example';
  const { world, page } = await connected();
  world.host.grant('alice', kOther);
  const other = await world.linked(kOther);
  const before = other.heard.length;
  world.host.emit('alice', 'message', ['secret'], kSite);
  world.host.endChannels('alice', kSite);
  await world.settle();
  assert.deepEqual(page.frames.slice(-2).map(({ method }) => method),
    ['message', 'berth_state']);
  assert.equal(other.heard.length, before);
});

test('a person may take a long time to answer', async () => {
  let answer;
  const { world, page } = await connected({
    personal_sign: () => new Promise((resolve) => (answer = resolve)),
  });
  page.call(kRdns, 1, 'personal_sign');
  await world.advance(600_000);
  assert.equal(page.answer(1), undefined);
  answer('0x51');
  await world.settle();
  assert.equal(page.answer(1).result, '0x51');
});

test('nothing comes from a channel that the page has closed', async () => {
  const { world, page } = await connected({ slow: kForever });
  page.call(kRdns, 1, 'slow');
  await world.settle();
  const before = page.heard.length;
  page.say({ type: 'close', rdns: kRdns });
  await world.settle();
  assert.equal(page.heard.length, before);
});

test('a chain that cannot be said keeps no wallet from being ready', async () => {
  const { world, page } = await connected({ eth_chainId: kForever });
  await world.advance(5000);
  assert.deepEqual(page.states, [{ ...kReady, chainId: null }]);
});

test('a restart while it is being connected ends that attempt', async () => {
  const answers = [];
  const { world, page, call } = await connected();
  world.host.methods.eth_accounts =
    () => new Promise((resolve) => answers.push(resolve));
  world.host.run('alice');
  await world.settle();
  page.call(kRdns, 1, 'eth_chainId');
  world.host.run('alice');
  await world.settle();
  assert.equal(answers.length, 2);
  answers[0](['0xold']);
  await world.settle();
  assert.equal(page.answer(1), undefined);
  answers[1](['0xnew']);
  await world.settle();
  assert.equal(page.answer(1).result, '0x1');
  assert.deepEqual(page.states.map(({ accounts }) => accounts),
    [['0xa1'], ['0xnew']]);
  assert.equal((await call(2, 'eth_chainId')).result, '0x1');
  assert.equal(world.host.channels, 1);
});

test('a page that goes while it is being connected leaves no connection',
  async () => {
    const { world, page } = await connected();
    world.host.methods.eth_accounts = kForever;
    world.host.run('alice');
    await world.settle();
    assert.equal(world.host.channels, 1);
    page.leave();
    await world.settle();
    assert.equal(world.host.channels, 0);
    await world.advance(20_000);
    assert.equal(world.timers.pending, 0);
  });

test('256 requests may wait; the next is refused, others are answered',
  async () => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    const { world, page, call } = await connected({ slow: () => held });
    for (let i = 1; i <= 256; i += 1) page.call(kRdns, i, 'slow');
    await world.settle();
    const refused = await call(257, 'eth_chainId');
    assert.equal(refused.error.code, -32005);
    assert.equal(page.answer(1), undefined);
    release('done');
    await world.settle();
    assert.equal(page.answer(256).result, 'done');
    assert.equal((await call(258, 'eth_chainId')).result, '0x1');
  });

test('requests that wait may hold so much; others are answered', async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const { world, page, call } = await connected({ slow: () => held });
  const large = JSON.stringify(['a'.repeat(1_000_000)]);
  const say = (id) => page.say({
    type: 'rpc', rdns: kRdns, text: `{"id":${id},"method":"slow","params":${large}}`,
  });
  for (let id = 1; id <= 5; id += 1) say(id);
  await world.settle();
  assert.equal(page.answer(4), undefined);
  assert.equal(page.answer(5).error.code, -32005);
  assert.equal((await call(6, 'eth_chainId')).result, '0x1');
  release('done');
  await world.settle();
  assert.equal(page.answer(4).result, 'done');
  say(7);
  await world.settle();
  assert.equal(page.answer(7).result, 'done');
});

function nested(levels) {
  let value = 'x';
  for (let i = 0; i < levels; i += 1) value = [value];
  return value;
}

// The params, as JSON.
const kTooMuch = {
  'a long one': JSON.stringify(['a'.repeat(1 << 20)]),
  'one that is long in bytes alone': JSON.stringify(['\u20ac'.repeat(400_000)]),
  'one that grows when it is written again': `[1${',1e20'.repeat(100_000)}]`,
  'half a character': '["\\ud800"]',
  'half a character in a name': '[{"\\udc00":1}]',
  'deep nesting': JSON.stringify(nested(32)),
  'very deep nesting': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
};

for (const [what, params] of Object.entries(kTooMuch)) {
  test(`${what} is refused, and reaches no instance`, async () => {
    const { world, page, call } = await connected();
    const asked = world.host.asked('rpc').length;
    const text = `{"id":1,"method":"eth_call","params":${params}}`;
    page.say({ type: 'rpc', rdns: kRdns, text });
    await world.settle();
    assert.ok([-32005, -32600].includes(page.answer(1).error.code));
    assert.equal(world.host.asked('rpc').length, asked);
    assert.equal((await call(2, 'eth_chainId')).result, '0x1');
  });
}

test('a method of half a character is refused', async () => {
  const { call } = await connected();
  assert.equal((await call(1, 'eth_\udc00')).error.code, -32600);
});

test('as much as an instance takes goes through', async () => {
  const { call } = await connected({ echo: (_, [text]) => text.length });
  const length = (1 << 20) - 200;
  assert.equal((await call(1, 'echo', ['a'.repeat(length)])).result, length);
  const deep = await call(2, 'echo', nested(31));
  assert.equal(deep.result, 1);
});

test('what a page calls __proto__ is a name as any', async () => {
  const { page, world } = await connected({ echo: (_, params) => params });
  const params = '[{"__proto__":{"x":1}}]';
  page.say({
    type: 'rpc', rdns: kRdns, text: `{"id":1,"method":"echo","params":${params}}`,
  });
  await world.settle();
  assert.equal(JSON.stringify(page.answer(1).result), params);
});
