import assert from 'node:assert/strict';
import test from 'node:test';
import { ok } from '../../e2e/support/berth.js';
import { bearer, http, recordOf } from '../../e2e/support/wire.js';
import { Host, isType } from './support/host.js';
import { bigWallet, homeWith, kApp } from './support/home.js';

const kTyped = ['0x68656c6c6f'];
const page = (channel, profile = 'bob') => ({ profile, origin: kApp, channel });
const accessWith = (count) => (message) => message.type === 'access' && message.approvals.length === count;

async function granted(t) {
  const home = await homeWith(t, ['bob']);
  const host = new Host(home);
  await host.ask({ type: 'grant', profile: 'bob', origin: kApp });
  host.send({ type: 'watch' });
  await host.next(accessWith(0));
  const [account] = (await host.rpc(page(1), 'eth_accounts')).result;
  return { home, host, account };
}

// Waits until the instance has so many connections of channels; besides, it has
// the host's watch of its questions and the request that asks.
async function channelsAre(home, count) {
  const { token, endpoint } = recordOf(home, 'bob');
  const open = async () => {
    const { body } = await http(endpoint.port, 'GET', '/v1/instance', { headers: bearer(token), agent: false });
    return JSON.parse(body).connections - 2;
  };
  const end = performance.now() + 30_000;
  for (let found = await open(); found !== count; found = await open()) {
    assert.ok(performance.now() < end, `${found} channels, not ${count}`);
  }
}

test('a page asks, by a proven connection that states its origin', async (t) => {
  const { host, account } = await granted(t);
  assert.match(account, /^0x[0-9a-f]{40}$/);
  assert.equal((await host.rpc(page(1), 'eth_chainId')).result, '0x7a69');
  const other = { profile: 'bob', origin: 'https://other.example' };
  assert.deepEqual((await host.rpc(other, 'eth_accounts')).result, []);
  assert.equal((await host.rpc(other, 'personal_sign', [...kTyped, account])).error.code, 4100);
});

test('each channel has a connection of its own; close ends one, and withdraws its question', async (t) => {
  const { home, host, account } = await granted(t);
  await host.rpc(page(2), 'eth_chainId');
  await host.rpc(page(2), 'eth_chainId');
  await channelsAre(home, 2);

  const signing = host.rpc(page(2), 'personal_sign', [...kTyped, account]);
  await host.next(accessWith(1));
  host.send({ type: 'close', channel: 2 });
  assert.deepEqual((await signing).error, { code: 4900, message: 'the page has gone' });
  await host.next(accessWith(0));
  assert.equal((await host.rpc(page(1), 'eth_chainId')).result, '0x7a69');
  assert.ok(!host.untaken.some(isType('closed')));
  host.send({ type: 'close', channel: 2 }); // of nobody
  assert.equal((await host.rpc(page(2), 'eth_chainId')).result, '0x7a69');
});

test('requests that come while a channel opens share its connection', async (t) => {
  const { home, host } = await granted(t);
  const answers = await Promise.all(Array.from({ length: 20 }, () => host.rpc(page(3), 'eth_chainId')));
  assert.ok(answers.every(({ result }) => result === '0x7a69'));
  await channelsAre(home, 2);
});

test('a channel that is closed while it opens answers 4900', async (t) => {
  const { home, host } = await granted(t);
  const asking = host.rpc(page(4), 'eth_chainId');
  host.send({ type: 'close', channel: 4 });
  assert.equal((await asking).error.code, 4900);
  assert.equal((await host.rpc(page(1), 'eth_chainId')).result, '0x7a69');
  await channelsAre(home, 1);
});

test('without a number each profile and origin has one', async (t) => {
  const { home, host } = await granted(t);
  for (const origin of [kApp, kApp, 'https://other.example']) await host.rpc({ profile: 'bob', origin }, 'eth_chainId');
  await channelsAre(home, 3);
});

test('a channel speaks for one origin to one profile', async (t) => {
  const { host } = await granted(t);
  for (const wrong of [{ ...page(1), origin: 'https://other.example' }, page(1, 'alice')]) {
    const { error } = await host.rpc(wrong, 'eth_accounts');
    assert.equal(error.code, -32600);
    assert.match(error.message, /another profile or origin/);
  }
});

test('events come to each channel', async (t) => {
  const { host, account } = await granted(t);
  await host.rpc({ profile: 'bob', origin: kApp }, 'eth_accounts');
  await host.ask({ type: 'revoke', profile: 'bob', origin: kApp });
  const told = isType('event');
  const events = [await host.next(told), await host.next(told)];
  const expected = { type: 'event', profile: 'bob', origin: kApp, event: 'accountsChanged', params: [] };
  assert.deepEqual(events.find((event) => 'channel' in event), { ...expected, channel: 1 });
  assert.deepEqual(events.find((event) => !('channel' in event)), expected);
  assert.equal((await host.rpc(page(1), 'personal_sign', [...kTyped, account])).error.code, 4100);
});

for (const [how, end] of [
  ['stop', (home) => ok(home.berth('stop', 'bob'))],
  ['crash', (home) => process.kill(recordOf(home, 'bob').pid, 'SIGKILL')],
]) {
  test(`a ${how} closes the channel, and the next request opens it anew`, async (t) => {
    const { home, host, account } = await granted(t);
    const signing = host.rpc(page(1), 'personal_sign', [...kTyped, account]);
    await host.next(accessWith(1));
    await end(home);
    const closed = { type: 'closed', channel: 1, profile: 'bob', origin: kApp, message: 'the wallet has stopped' };
    assert.deepEqual(await host.next(isType('closed')), closed);
    assert.equal((await signing).error.code, 4900);
    await host.next((message) => message.type === 'instances' && message.instances.length === 0);
    assert.equal((await host.rpc(page(1), 'eth_accounts')).error.code, 4900);
    await ok(home.berth('start', 'bob'));
    assert.deepEqual((await host.rpc(page(1), 'eth_accounts')).result[0], account);
    assert.ok(!host.untaken.some(isType('closed')));
    // The instance's own word at a stop, and nobody's at a crash.
    const ended = host.untaken.filter(({ event }) => event === 'disconnect');
    assert.equal(ended.length, how === 'stop' ? 1 : 0);
  });
}

test('the end of the host withdraws what its pages asked', async (t) => {
  const { home, host, account } = await granted(t);
  host.send({ type: 'rpc', id: 99, ...page(1), request: { method: 'personal_sign', params: [...kTyped, account] } });
  await host.next(accessWith(1));
  assert.equal(await host.end(), 0);
  const witness = new Host(home);
  witness.send({ type: 'watch' });
  await witness.next(accessWith(0));
});

test('a request may nest as deep as an instance reads', async (t) => {
  const { host } = await granted(t);
  const nested = (depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
  assert.equal((await host.rpc(page(1), 'eth_chainId', nested(31))).result, '0x7a69');
  assert.equal((await host.rpc(page(1), 'eth_chainId', nested(32))).code, 'invalid');
});

test('an answer of 1.5 MB comes in pieces', async (t) => {
  const home = await homeWith(t, []);
  const { big } = await bigWallet(t, home, 1_500_000);
  const host = new Host(home);
  await host.ask({ type: 'grant', profile: 'big', origin: kApp });
  const call = [{ to: `0x${'22'.repeat(20)}`, data: '0x' }, 'latest'];
  assert.equal((await host.rpc(page(1, 'big'), 'eth_call', call)).result, big);
  assert.ok(host.frames.length > 2);
  assert.ok(host.frames.every((length) => length < 1_000_000), host.frames.join());
});
