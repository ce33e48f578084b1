// A loopback page: its own WebSocket, and the way back without a question.
import assert from 'node:assert/strict';
import test from 'node:test';
import { info, Picker } from './support/fake_popup.js';
import { createPage, record, reload } from './support/page.js';

const kUrl = 'http://localhost:3000/';
const names = (events) => events.map(([event]) => event);

/** An answer of POST /v1/restore, with the ticket `NAME-N` each. */
function granting(...granted) {
  let count = 0;
  return async () => ({
    json: async () => ({
      profiles: granted.map((name) => ({
        info: info(name), ticket: `${name}-${count++}`, url: 'ws://x',
      })),
    }),
  });
}

async function pickDirect(page, name) {
  const picking = page.hub.pick();
  const picker = Picker.in(page.window, { mode: 'direct' });
  await page.window.advance(200);
  picker.pick(name, { ticket: 'first' });
  assert.equal(page.window.popup.closed, true);
  const socket = page.window.sockets.at(-1);
  socket.accept();
  return { provider: await picking, socket };
}

test('the ticket goes as a subprotocol to the gateway, and only there',
  async () => {
    const page = createPage(kUrl);
    const { socket } = await pickDirect(page, 'bob');
    assert.equal(socket.url, 'ws://127.0.0.1:18765/page');
    assert.deepEqual(socket.protocols,
      ['berth.page.v1', 'berth.ticket.first']);
    assert.equal(page.window.fetched.length, 0);
  });

test('its closed popup changes nothing', async () => {
  const page = createPage(kUrl);
  const { provider, socket } = await pickDirect(page, 'bob');
  await page.window.advance(5000);
  assert.equal(provider.state, 'ready');
  const asking = provider.request({ method: 'eth_chainId' });
  await page.window.settle();
  socket.answer('0x1');
  assert.equal(await asking, '0x1');
  provider.close();
  assert.equal(socket.readyState, 3);
  assert.equal(page.window.leftovers, 0);
});

test('a ticket that is refused is said so', async () => {
  const { window, hub } = createPage(kUrl);
  const failed = assert.rejects(hub.pick(), { code: 'ticket', hint: /again/ });
  const picker = Picker.in(window, { mode: 'direct' });
  await window.advance(200);
  picker.pick('bob', { ticket: 'used' });
  window.sockets[0].end();
  await failed;
  await window.advance(400);
  assert.equal(window.leftovers, 0);
});

test('a browser that lets it open none is the cause of the error', async () => {
  const { window, hub } = createPage('https://localhost:3000/');
  window.WebSocket = class {
    constructor() {
      throw new DOMException('mixed content', 'SecurityError');
    }
  };
  const failed = assert.rejects(hub.pick(), ({ code, cause }) =>
    code === 'ticket' && cause.name === 'SecurityError');
  const picker = Picker.in(window, { mode: 'direct' });
  await window.advance(200);
  picker.pick('bob', { ticket: 'abc' });
  await failed;
  await window.advance(400);
  assert.equal(window.leftovers, 0);
});

test('a click just after a choice opens a window of its own', async () => {
  const page = createPage(kUrl);
  const first = await pickDirect(page, 'bob');
  const second = await pickDirect(page, 'alice');
  assert.equal(page.window.popups.length, 2);
  assert.deepEqual([first, second].map(({ provider }) => provider.state),
    ['ready', 'ready']);
});

test('a channel that says nothing within 8 s is none', async () => {
  const { window, hub } = createPage(kUrl);
  const failed = assert.rejects(hub.pick(), { code: 'ticket' });
  const picker = Picker.in(window, { mode: 'direct' });
  await window.advance(200);
  picker.pick('bob', { ticket: 'abc' });
  await window.advance(8000);
  await failed;
  assert.equal(window.sockets[0].readyState, 3);
});

test('a signal also ends the wait for the channel', async () => {
  const { window, hub } = createPage(kUrl);
  const controller = new AbortController();
  const failed = assert.rejects(hub.pick({ signal: controller.signal }),
    { name: 'AbortError' });
  const picker = Picker.in(window, { mode: 'direct' });
  await window.advance(200);
  picker.pick('bob', { ticket: 'abc' });
  await window.settle();
  controller.abort();
  await failed;
  assert.equal(window.sockets[0].readyState, 3);
});

test('over a restart of berthd it restores by itself, until it is back',
  async () => {
    const page = createPage(kUrl);
    const { provider, socket } = await pickDirect(page, 'bob');
    const events = record(provider);
    socket.end();
    await page.window.advance(20_000);
    const tries = page.window.fetched.length;
    assert.ok(tries >= 6 && tries <= 14, `${tries} tries in 20 s`);
    const [url, { method, credentials, headers }] = page.window.fetched[0];
    assert.equal(url, 'http://127.0.0.1:18765/v1/restore');
    assert.deepEqual([method, credentials, headers],
      ['POST', 'omit', { 'content-type': 'application/json' }]);
    page.window.answer = granting('alice', 'bob');
    await page.window.advance(5000);
    const second = page.window.sockets.at(-1);
    assert.match(second.ticket, /^bob-/);
    assert.equal(page.window.sockets.length, 2);
    second.accept();
    await page.window.settle();
    assert.deepEqual(names(events), ['disconnect', 'connect']);
    assert.equal(provider.state, 'ready');
    await page.window.advance(20_000);
    assert.equal(page.window.sockets.length, 2);
  });

test('tickets that are refused do not multiply the tries', async () => {
  const page = createPage(kUrl);
  const { socket } = await pickDirect(page, 'bob');
  page.window.answer = granting('bob');
  socket.end();
  for (let i = 0; i < 200; i += 1) {
    await page.window.advance(100);
    page.window.sockets.at(-1).end();
  }
  const tries = page.window.fetched.length;
  assert.ok(tries >= 6 && tries <= 14, `${tries} tries in 20 s`);
});

test('what is open is not opened again by restore()', async () => {
  const page = createPage(kUrl);
  const { provider } = await pickDirect(page, 'bob');
  page.window.answer = granting('bob');
  const restored =
    await Promise.all([page.hub.restore(), page.hub.restore()]);
  assert.equal(page.window.sockets.length, 1);
  assert.equal(page.window.fetched.length, 1);
  assert.equal(restored[0].info, provider.info);
});

test('picking the same again closes the older channel', async () => {
  const page = createPage(kUrl);
  const { socket } = await pickDirect(page, 'bob');
  const { provider } = await pickDirect(page, 'bob');
  assert.equal(socket.readyState, 3);
  assert.equal(provider.state, 'ready');
});

test('closing the provider ends the restoring', async () => {
  const page = createPage(kUrl);
  const { provider, socket } = await pickDirect(page, 'bob');
  socket.end();
  await page.window.advance(1000);
  provider.close();
  await page.window.settle();
  assert.equal(page.window.leftovers, 0);
});

test('restore() gives what this origin chose last', async () => {
  const page = createPage(kUrl);
  await pickDirect(page, 'alice');
  await pickDirect(page, 'bob');
  const { window, hub } = reload(page);
  window.answer = granting('alice', 'bob');
  const restoring = hub.restore();
  await window.settle();
  assert.equal(window.sockets.length, 1);
  window.sockets[0].accept();
  const provider = await restoring;
  assert.equal(provider.info.name, 'bob');
  assert.equal(window.popups.length, 0);
});

test('without a memory restore() gives the latest granted', async () => {
  const { window, hub } = createPage(kUrl);
  window.answer = granting('alice', 'bob');
  const restoring = hub.restore();
  await window.settle();
  window.sockets[0].accept();
  assert.equal((await restoring).info.name, 'alice');
});

for (const [what, answer] of [
  ['no gateway answers', () => Promise.reject(new TypeError('failed'))],
  ['nothing is granted', granting()],
  ['the answer is none', async () => ({ json: async () => ({}) })],
  ['the ticket is damaged', async () => ({
    json: async () => ({ profiles: [{ info: info('bob'), ticket: '' }] }),
  })],
]) {
  test(`restore() gives null at once where ${what}`, async () => {
    const { window, hub } = createPage(kUrl);
    window.answer = answer;
    assert.equal(await hub.restore(), null);
    assert.equal(window.leftovers, 0);
  });
}

test('restore() gives null after 2 s where the gateway is silent', async () => {
  const { window, hub } = createPage(kUrl);
  window.answer = (url, { signal }) => new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason)));
  let result;
  hub.restore().then((provider) => (result = provider));
  await window.advance(1999);
  assert.equal(result, undefined);
  await window.advance(1);
  await window.settle();
  assert.equal(result, null);
  await window.advance(10_000);
  assert.equal(window.leftovers, 0);
});

test('a public page never asks the gateway by itself', async () => {
  const { window, hub } = createPage('https://127.evil.example/');
  const restoring = hub.restore();
  await window.advance(2000);
  assert.equal(await restoring, null);
  assert.equal(window.fetched.length, 0);
  assert.equal(window.leftovers, 0);
});

test('a signal ends the restoring with its reason', async () => {
  const { window, hub } = createPage();
  const controller = new AbortController();
  const failed = assert.rejects(hub.restore({ signal: controller.signal }),
    { name: 'AbortError' });
  controller.abort();
  await failed;
  assert.equal(window.leftovers, 0);
});
