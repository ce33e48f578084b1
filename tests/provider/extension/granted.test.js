// What a page gets of what its origin was granted, and only of that.
import assert from 'node:assert/strict';
import test from 'node:test';
import { kSecret, rdnsOf } from './support/fake_host.js';
import { kSite, World } from './support/world.js';

const kOther = 'https://other.example';
const kReady = { state: 'ready', accounts: ['0xa1'], chainId: '0x1' };

test('a page that says nothing is told nothing', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const page = world.page();
  await world.settle();
  world.host.run('bob');
  world.host.grant('bob', kSite);
  await world.advance(10_000);
  assert.deepEqual(page.heard, []);
});

test('who links gets what was granted and runs, the latest first', async () => {
  const world = new World();
  for (const name of ['alice', 'bob', 'carol', 'dave']) world.host.run(name);
  for (const name of ['alice', 'bob', 'carol']) world.host.grant(name, kSite);
  world.host.grant('dave', kOther);
  world.host.stop('carol');
  world.face();
  await world.settle();
  const page = await world.linked();
  assert.deepEqual(page.all('opened').map(({ info }) => info.name),
    ['bob', 'alice']);
  assert.deepEqual(page.last('opened').info, world.host.infoOf('alice', kSite));
  assert.deepEqual(page.states, [kReady, kReady]);
  assert.equal(page.told.at(-1).type, 'linked');
});

test('nothing of other profiles, and of none its name or address, is in what a ' +
  'page hears', async () => {
  const world = new World();
  world.host.run('alice', { title: 'Savings' });
  world.host.run('bob');
  world.host.grant('alice', kSite);
  world.host.grant('bob', kOther);
  const page = await world.linked();
  const rdns = rdnsOf('alice', kSite);
  world.host.run('carol');
  world.host.ask('bob', ['x1', kOther]);
  world.host.emit('bob', 'chainChanged', ['0x5']);
  page.call(rdns, 1, 'eth_chainId');
  await world.settle();
  world.host.stop('alice');
  await world.settle();
  page.call(rdns, 2, 'eth_chainId');
  world.host.say({
    type: 'error', code: 'failed', message: '/home/me is not there', hint: '',
  });
  await world.settle();
  world.host.kill();
  await world.advance(2000);
  page.call(rdns, 3, 'eth_chainId');
  page.say({ type: 'ask', id: 'q', want: 'resume', rdns: rdnsOf('bob', kSite) });
  await world.advance(2000);
  const all = JSON.stringify(page.heard);
  assert.equal(page.answer(1).result, '0x1');
  assert.equal(page.answer(2).error.code, 4900);
  assert.equal(page.answer(3).error.code, 4900);
  assert.doesNotMatch(all, /alice|bob|carol|id-\d/);
  assert.doesNotMatch(all, kSecret);
  for (const name of ['bob', 'carol']) {
    for (const origin of [kSite, kOther]) {
      assert.ok(!all.includes(rdnsOf(name, origin)));
    }
  }
});

test('what befalls other profiles is not to be noticed', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.run('bob');
  world.host.grant('alice', kSite);
  const page = await world.linked();
  world.host.stop('alice');
  await world.settle();
  const before = page.heard.length;
  world.host.stop('bob');
  world.host.run('bob');
  world.host.ask('bob', ['x1', kOther]);
  world.host.grant('bob', kOther);
  await world.advance(60_000);
  assert.equal(page.heard.length, before);
});

for (const what of ['silent', 'missing']) {
  test(`the page is linked in time where the host is ${what}`, async () => {
    const world = new World();
    world.host.isSilent = what === 'silent';
    if (what === 'missing') world.host.missing = 'native host not found.';
    const page = await world.linked();
    assert.deepEqual(page.told, []);
    await world.advance(3000);
    assert.deepEqual(page.told, [{ type: 'linked' }]);
  });
}

test('one instance that tells nothing keeps nobody waiting', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.grant('alice', kSite);
  world.host.methods.eth_accounts = () => new Promise(() => {});
  const page = await world.linked();
  assert.equal(page.last('linked'), undefined);
  await world.advance(3000);
  assert.deepEqual(page.told.map(({ type }) => type), ['opened', 'linked']);
});

test('to link again is answered no more', async () => {
  const world = new World();
  world.host.isSilent = true;
  const page = await world.linked();
  for (let i = 0; i < 100; i += 1) page.say({ type: 'link' });
  await world.advance(5000);
  assert.equal(page.all('linked').length, 1);
});

test('what is granted later is opened, without a question', async () => {
  const world = new World();
  world.host.run('alice');
  const page = await world.linked();
  world.host.grant('alice', kSite);
  await world.settle();
  assert.equal(page.last('opened').info.name, 'alice');
  assert.deepEqual(page.states, [kReady]);
  assert.equal(world.browser.windows.created.length, 0);
});

test('a revoked one has no accounts, then ends, and stays so', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const page = await world.linked();
  const rdns = rdnsOf('alice', kSite);
  const before = page.told.length;
  world.host.revoke('alice', kSite);
  await world.settle();
  const [accounts, lost, ...rest] = page.told.slice(before);
  assert.deepEqual(JSON.parse(accounts.text),
    { jsonrpc: '2.0', method: 'accountsChanged', params: [[]] });
  assert.deepEqual(lost, { type: 'lost', rdns });
  assert.deepEqual(rest, []);
  assert.equal(world.host.channels, 0);
  world.host.run('alice');
  page.call(rdns, 1, 'eth_accounts');
  await world.advance(10_000);
  assert.equal(page.all('opened').length, 1);
  assert.equal(page.answer(1), undefined);
});

test('a grant that ended with its instance ends the channel when it runs again',
  async () => {
    const world = new World();
    const kLocal = 'http://localhost:3000';
    world.host.run('alice');
    world.host.grant('alice', kLocal);
    const page = await world.linked(kLocal);
    world.host.stop('alice', { forget: true });
    await world.settle();
    assert.equal(page.last('lost'), undefined);
    world.host.run('alice');
    await world.settle();
    assert.equal(page.last('lost').rdns, rdnsOf('alice', kLocal));
    assert.equal(page.all('opened').length, 1);
  });

test('what the page has closed is not opened unasked', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const page = await world.linked();
  const rdns = rdnsOf('alice', kSite);
  page.say({ type: 'close', rdns });
  await world.settle();
  assert.equal(world.host.channels, 0);
  world.host.run('alice');
  world.host.run('bob');
  await world.settle();
  assert.equal(page.all('opened').length, 1);
  page.say({ type: 'ask', id: 'q', want: 'resume', rdns });
  await world.settle();
  assert.equal(page.all('opened').length, 2);
  assert.deepEqual(page.told.findLast(({ type }) => type !== 'rpc'),
    { type: 'picked', id: 'q', info: world.host.infoOf('alice', kSite) });
});

test('two pages of one origin have channels of their own', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const one = await world.linked();
  const other = await world.linked();
  assert.equal(world.host.channels, 2);
  const before = other.heard.length;
  one.call(rdnsOf('alice', kSite), 1, 'eth_chainId');
  one.leave();
  await world.settle();
  assert.equal(world.host.channels, 1);
  // Nor is anything opened for who has gone.
  world.host.run('bob');
  world.host.grant('bob', kSite);
  await world.settle();
  assert.equal(world.host.channels, 2);
  assert.deepEqual(other.told.slice(before).map(({ type }) => type),
    ['opened', 'rpc']);
});

test('to close what is not open means nothing', async () => {
  const world = new World();
  world.host.run('alice');
  const page = await world.linked();
  page.say({ type: 'close', rdns: rdnsOf('alice', kSite) });
  await world.settle();
  world.host.grant('alice', kSite);
  await world.settle();
  assert.equal(page.all('opened').length, 1);
});

test('what was resumed after it was closed is opened as any', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const page = await world.linked();
  const rdns = rdnsOf('alice', kSite);
  page.say({ type: 'close', rdns });
  page.say({ type: 'ask', id: 'q', want: 'resume', rdns });
  await world.settle();
  world.host.revoke('alice', kSite);
  await world.settle();
  world.host.grant('alice', kSite);
  await world.settle();
  assert.equal(page.all('opened').length, 3);
});

test('what an instance that has ended had granted is nothing', async () => {
  const world = new World();
  world.host.run('alice');
  const page = await world.linked();
  world.host.stop('alice');
  const info = world.host.infoOf('alice', kSite);
  world.host.say({
    type: 'access', profile: 'alice', approvals: [],
    grants: [{ origin: kSite, granted_at: '2026-01-01T00:00:00Z', info }],
  });
  await world.settle();
  assert.equal(page.last('opened'), undefined);
});

test('a page leaves nothing behind, whenever it goes', async () => {
  for (const ms of [0, 1, 1000, 1600, 4000]) {
    const world = new World();
    world.host.isSilent = true;
    const page = world.page();
    page.say({ type: 'link' });
    await world.advance(ms);
    page.leave();
    await world.settle();
    // The host lingers.
    assert.equal(world.timers.pending, 1, `after ${ms} ms`);
    await world.advance(5000);
    assert.equal(world.host.isConnected, false);
    assert.equal(world.timers.pending, 0);
  }
});
