// A page of a browser that has the extension: its providers, over both scripts
// and the background.
import assert from 'node:assert/strict';
import test from 'node:test';
import { FakeWindow } from '../page/support/fake_window.js';
import { listen, record } from '../page/support/page.js';
import { InstalledPage } from './support/installed_page.js';
import { kSite, World } from './support/world.js';

const kConnect = { method: 'eth_requestAccounts' };
const kChain = { method: 'eth_chainId' };
const names = (events) => events.map(([event]) => event);
const created = ({ browser }) => browser.windows.created.length;

async function createPage({ granted = [], ...options } = {}) {
  const world = new World();
  for (const name of ['alice', 'bob']) world.host.run(name);
  for (const name of granted) world.host.grant(name, kSite);
  const page = await InstalledPage.load(world, new FakeWindow(), options);
  return { world, page };
}

/** The user chooses `name` in the window. */
async function choose({ world, page }, name) {
  const face = world.face();
  await page.settle();
  face.say({ type: 'choose', ask: face.state.ask.id, profile: name });
  await page.settle();
  face.leave();
}

/** The generic provider, bound by the user's choice. */
async function bound(name) {
  const { world, page } = await createPage();
  const provider = page.provider();
  const connecting = provider.request(kConnect);
  await page.settle();
  await choose({ world, page }, name);
  await connecting;
  return { world, page, provider };
}

for (const order of [['page', 'content'], ['content', 'page']]) {
  test(`"Berth" is announced at once, and nothing connected: ${order}`,
    async () => {
      const { world, page } = await createPage({ granted: ['alice'], order });
      assert.deepEqual([...page.details.keys()], ['Berth']);
      await page.settle(60_000);
      assert.equal(page.ports.length, 0);
      assert.equal(world.host.starts, 0);
      page.requestProviders();
      await page.settle();
      assert.equal(page.ports.length, 1);
      assert.deepEqual([...page.details.keys()], ['Berth', 'Berth: alice']);
      assert.equal(await page.provider('Berth: alice').request(kChain), '0x1');
    });
}

test('who asks for providers again gets the same ones, over one port',
  async () => {
    const { page } = await createPage({ granted: ['alice'] });
    page.requestProviders();
    await page.settle();
    const [one, two] = [...page.details.values()];
    const details = listen(page.window);
    page.requestProviders();
    await page.settle();
    assert.deepEqual([...details.values()], [one, two]);
    assert.notEqual(one.info.uuid, two.info.uuid);
    assert.equal(two.info.rdns.startsWith('app.berth.b'), true);
    assert.equal(page.ports.length, 1);
  });

test('a page of an opaque origin has nothing', async () => {
  const window = new FakeWindow();
  window.origin = 'null';
  const page = await InstalledPage.load(new World(), window);
  page.requestProviders();
  await page.settle();
  assert.equal(page.details.size, 0);
  assert.equal(page.hub, undefined);
  assert.equal(page.ports.length, 0);
});

test('eth_requestAccounts asks the user; the choice is what "Berth" is',
  async () => {
    const { world, page } = await createPage();
    const provider = page.provider();
    const events = record(provider);
    const connecting = provider.request(kConnect);
    await page.settle();
    assert.equal(created(world), 1);
    await choose({ world, page }, 'bob');
    assert.deepEqual(await connecting, ['0xa1']);
    assert.equal(provider.info.name, 'bob');
    assert.equal(provider.state, 'ready');
    assert.deepEqual(events, [
      ['connect', { chainId: '0x1' }], ['accountsChanged', ['0xa1']],
    ]);
    assert.deepEqual([...page.details.keys()], ['Berth']);
  });

test('a refusal is 4001, and the same for who asks unasked again', async () => {
  const { world, page } = await createPage();
  page.window.navigator.userActivation.isActive = false;
  for (let i = 0; i < 2; i += 1) {
    const refused = assert.rejects(
      page.provider().request(kConnect), { code: 4001 });
    await page.settle();
    world.browser.windows.close(1);
    await page.settle();
    await refused;
  }
  assert.equal(created(world), 1);
  page.window.navigator.userActivation.isActive = true;
  page.provider().request(kConnect).catch(() => {});
  await page.settle();
  assert.equal(created(world), 2);
});

test('pick gives a provider; it ends by its signal and its limit', async () => {
  const { world, page } = await createPage();
  const picking = page.hub.pick();
  await page.settle();
  await choose({ world, page }, 'alice');
  const provider = await picking;
  assert.equal(provider.info.name, 'alice');
  assert.equal(await provider.request(kChain), '0x1');
  const face = world.face();
  const late = assert.rejects(
    page.hub.pick({ timeoutMs: 1000 }), { code: 'timeout' });
  await page.settle();
  assert.equal(face.state.ask.origin, kSite);
  await page.settle(1000);
  await late;
  await page.settle();
  assert.equal(face.state.ask, null);
  const abort = new AbortController();
  const aborted = assert.rejects(
    page.hub.pick({ signal: abort.signal }), { name: 'AbortError' });
  await page.settle();
  abort.abort();
  await aborted;
  await page.settle();
  assert.equal(face.state.ask, null);
});

test('who has given up already asks nobody', async () => {
  const { world, page } = await createPage();
  const signal = AbortSignal.abort();
  await assert.rejects(page.hub.pick({ signal }), { name: 'AbortError' });
  await assert.rejects(page.hub.restore({ signal }), { name: 'AbortError' });
  await page.settle();
  assert.equal(page.ports.length, 0);
  assert.equal(created(world), 0);
});

test('what was picked is ready', async () => {
  const { world, page } = await createPage();
  let answer;
  world.host.methods.eth_accounts =
    () => new Promise((resolve) => (answer = resolve));
  let picked;
  page.hub.pick().then((provider) => (picked = provider));
  await page.settle();
  await choose({ world, page }, 'alice');
  assert.equal(picked, undefined);
  answer(['0xa1']);
  await page.settle();
  assert.equal(picked.state, 'ready');
});

test('who asks for providers while the user is asked disturbs nothing',
  async () => {
    const { world, page } = await createPage();
    const picking = page.hub.pick();
    await page.settle();
    page.requestProviders();
    await page.settle();
    await choose({ world, page }, 'alice');
    assert.equal((await picking).info.name, 'alice');
  });

test('a newer question ends the older one', async () => {
  const { world, page } = await createPage();
  const first = assert.rejects(page.hub.pick(), { code: 'superseded' });
  const second = page.hub.pick();
  await page.settle();
  await first;
  await choose({ world, page }, 'bob');
  assert.equal((await second).info.name, 'bob');
});

test('what was chosen is there again after a reload, without a question',
  async () => {
    const { world, page } = await bound('bob');
    const next = await page.reload();
    const provider = next.provider();
    assert.equal(provider.info.name, 'bob');
    assert.deepEqual(await provider.request({ method: 'eth_accounts' }), ['0xa1']);
    const restored = await next.hub.restore();
    assert.equal(restored.info.name, 'bob');
    assert.deepEqual(await provider.request(kConnect), ['0xa1']);
    assert.equal(created(world), 1);
  });

test('restore without a grant is null, in time, and asks nobody', async () => {
  const { world, page } = await createPage();
  assert.equal(await settled(page, page.hub.restore()), null);
  const silent = new World();
  silent.host.isSilent = true;
  const other = await InstalledPage.load(silent);
  const restoring = other.hub.restore();
  await other.settle(2000);
  assert.equal(await restoring, null);
  assert.equal(created(world) + created(silent), 0);
});

test('restoring can be given up, and leaves no listener', async () => {
  const world = new World();
  world.host.isSilent = true;
  const page = await InstalledPage.load(world);
  const { leftovers } = page.window;
  for (let i = 0; i < 3; i += 1) {
    const abort = new AbortController();
    const restoring = assert.rejects(
      page.hub.restore({ signal: abort.signal }), { name: 'AbortError' });
    await page.settle();
    abort.abort();
    await restoring;
  }
  assert.equal(page.window.leftovers, leftovers);
});

test('restoring after the end of the background waits for the next', async () => {
  const { page } = await createPage();
  assert.equal(await settled(page, page.hub.restore()), null);
  const next = new World();
  next.host.run('alice');
  next.host.grant('alice', kSite);
  page.moveTo(next);
  await page.settle();
  assert.equal((await settled(page, page.hub.restore())).info.name, 'alice');
});

async function settled(page, promise) {
  await page.settle();
  return promise;
}

test('the end of the background is a disconnect; the page links anew by itself',
  async () => {
    const { world, page, provider } = await bound('bob');
    const events = record(provider);
    const next = new World();
    next.host.run('bob');
    next.host.grant('bob', kSite);
    page.moveTo(next);
    await world.settle();
    assert.deepEqual(names(events), ['disconnect']);
    assert.equal(provider.state, 'gone');
    await assert.rejects(provider.request(kChain), { code: 4900 });
    await page.settle(200);
    assert.deepEqual(names(events), ['disconnect', 'connect']);
    assert.equal(await provider.request(kChain), '0x1');
    assert.equal(created(next), 0);
  });

test('with nothing open the page waits until it needs the background again',
  async () => {
    const { page } = await createPage();
    page.requestProviders();
    await page.settle();
    const next = new World();
    next.host.run('alice');
    next.host.grant('alice', kSite);
    page.moveTo(next);
    await page.settle(60_000);
    assert.equal(page.ports.length, 1);
    page.requestProviders();
    await page.settle();
    assert.equal(page.ports.length, 2);
    assert.ok(page.details.has('Berth: alice'));
  });

test('a question goes on over the end of the background', async () => {
  const { page } = await createPage();
  page.window.navigator.userActivation.isActive = false;
  const picking = page.hub.pick();
  await page.settle();
  const next = new World();
  next.host.run('alice');
  page.moveTo(next);
  await page.settle(200);
  await choose({ world: next, page }, 'alice');
  assert.equal((await picking).info.name, 'alice');
});

test('an updated extension is said to be one, at what is asked', async () => {
  const { page, provider } = await bound('bob');
  const picking = page.hub.pick();
  await page.settle();
  page.isOrphan = true;
  const failed = assert.rejects(picking, {
    code: 'unavailable', hint: 'load this page anew',
  });
  page.port.other.disconnect();
  await page.settle();
  await failed;
  assert.equal(provider.state, 'gone');
  await page.settle(60_000);
  assert.equal(page.ports.length, 1);
  const refused = assert.rejects(provider.request(kConnect), {
    code: -32002, message: /updated or removed/,
  });
  await page.settle();
  await refused;
});

test('what no browser carries cuts the page, which links anew', async () => {
  const { world, page, provider } = await bound('bob');
  const { port } = page;
  port.postMessage = () => {
    throw new Error('Message length exceeded maximum allowed length.');
  };
  await assert.rejects(provider.request(kChain), { code: 4900 });
  await page.settle(200);
  assert.equal(page.ports.length, 2);
  assert.equal(port.isOpen, false);
  assert.equal(world.host.channels, 1);
  assert.equal(await provider.request(kChain), '0x1');
});

test('a page that comes back by the back button links anew', async () => {
  const { page, provider } = await bound('bob');
  const show = (persisted) => page.window.dispatchEvent(
    Object.assign(new Event('pageshow'), { persisted }));
  show(false);
  await page.settle(200);
  assert.equal(page.ports.length, 1);
  show(true);
  await page.settle(200);
  assert.equal(page.ports.length, 2);
  assert.equal(page.ports[0].isOpen, false);
  assert.equal(await provider.request(kChain), '0x1');
});

test('a late end of an older port cuts nothing', async () => {
  const { page, provider } = await bound('bob');
  const [old] = page.ports;
  page.window.dispatchEvent(
    Object.assign(new Event('pageshow'), { persisted: true }));
  await page.settle(200);
  const events = record(provider);
  old.onDisconnect.emit(old);
  await page.settle(200);
  assert.deepEqual(events, []);
  assert.equal(page.ports.length, 2);
});

test('a revoked provider has no accounts, and asks again when it is used',
  async () => {
    const { world, page, provider } = await bound('bob');
    const events = record(provider);
    world.host.revoke('bob', kSite);
    await page.settle();
    assert.deepEqual(names(events), ['accountsChanged', 'disconnect']);
    assert.deepEqual(events[0][1], []);
    const again = provider.request(kConnect);
    await page.settle(2000);
    assert.equal(created(world) + world.browser.windows.focused.length, 2);
    await choose({ world, page }, 'bob');
    assert.deepEqual(await again, ['0xa1']);
  });

test('what the page revokes is closed, and not opened unasked', async () => {
  const { world, page, provider } = await bound('bob');
  const events = record(provider);
  world.host.methods.wallet_revokePermissions = () => null;
  await provider.request(
    { method: 'wallet_revokePermissions', params: [{ eth_accounts: {} }] });
  await page.settle();
  assert.deepEqual(names(events), ['disconnect', 'accountsChanged']);
  assert.equal(world.host.channels, 0);
  world.host.run('bob');
  await page.settle();
  assert.equal(world.host.channels, 0);
  assert.equal((await page.reload()).provider().info, null);
});

test('the page\'s own berth-provider is the extension\'s', async () => {
  const { world, page } = await createPage();
  const berth = await page.package();
  berth.announce()();
  berth.announce();
  await page.settle();
  let count = 0;
  page.window.addEventListener('eip6963:announceProvider', () => (count += 1));
  page.requestProviders();
  assert.equal(count, 1);
  const picking = berth.pick();
  await page.settle();
  await choose({ world, page }, 'alice');
  assert.equal((await picking).info.name, 'alice');
  assert.equal((await settled(page, berth.restore())).info.name, 'alice');
  assert.deepEqual(page.window.popups, []);
});

test('a page cannot put itself between its two worlds', async () => {
  const { page } = await createPage();
  page.requestProviders();
  await page.settle();
  const heard = [];
  page.window.addEventListener('berth:port', ({ ports }) => heard.push(ports));
  page.window.dispatchEvent(new Event('berth:ready'));
  assert.deepEqual(heard, []);
  const { port1, port2 } = new page.window.MessageChannel();
  port1.onmessage = ({ data }) => heard.push(data);
  const event = new page.window.MessageEvent(
    'berth:port', { ports: [port2], cancelable: true });
  assert.equal(page.window.dispatchEvent(event), true);
  port1.postMessage('{"type":"link"}');
  await page.settle();
  assert.deepEqual(heard, [[port2]]);
  assert.equal(page.ports.length, 1);
});

test('what is no text connects nothing', async () => {
  const { page } = await createPage({ order: ['content'] });
  const { port1, port2 } = new page.window.MessageChannel();
  page.window.dispatchEvent(new page.window.MessageEvent(
    'berth:port', { ports: [port2], cancelable: true }));
  for (const odd of [{ type: 'link' }, null, 7]) port1.postMessage(odd);
  await page.settle();
  assert.equal(page.ports.length, 0);
});

test('what a page says in the extension\'s stead is its own origin\'s', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.grant('alice', 'https://other.example');
  const page = await InstalledPage.load(world, new FakeWindow(), { order: ['content'] });
  const { port1, port2 } = new page.window.MessageChannel();
  const heard = [];
  port1.onmessage = ({ data }) => heard.push(JSON.parse(data));
  page.window.dispatchEvent(new page.window.MessageEvent(
    'berth:port', { ports: [port2], cancelable: true }));
  page.window.navigator.userActivation.isActive = false;
  port1.postMessage({ type: 'link' });
  port1.postMessage('{"type":"link","origin":"https://other.example"}');
  port1.postMessage(
    '{"type":"ask","id":"a","want":"choose","active":true,"origin":"https://other.example"}');
  port1.postMessage('{"type":"ask","id":"b","want":"choose","active":true}');
  await page.settle();
  const face = world.face();
  await page.settle();
  assert.equal(face.state.ask, null);
  assert.deepEqual(heard.map(({ type, id }) => [type, id]), [
    ['failed', 'a'], ['denied', 'b'], ['linked', undefined],
  ]);
});
