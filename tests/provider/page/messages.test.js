// Who may say what to a page.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  decodeMessage, toInfo,
} from '../../../provider/js/lib/page/messages.js';
import { Gateway, isLoopback } from '../../../provider/js/lib/page/gateway.js';
import { info, Picker } from './support/fake_popup.js';
import { createPage, pickRelayed, record } from './support/page.js';

const kGateway = new Gateway();

test("the gateway's popup is at a name of its own, at the gateway's port", () => {
  const origin = 'http://abcdefgh12345678.localhost:18765';
  assert.equal(kGateway.isOrigin(origin), true);
});

for (const origin of [
  'http://127.0.0.1:18765', 'http://localhost:18765',
  'https://abcdefgh12345678.localhost:18765', 'https://127.0.0.1:18765',
  'http://abcdefgh12345678.localhost:18766', 'http://127.0.0.1',
  'http://127.0.0.2:18765', 'http://localhost.evil.example:18765',
  'http://evil.example:18765', 'http://evillocalhost:18765', 'null', '',
]) {
  test(`'${origin}' is not the gateway's`, () =>
    assert.equal(kGateway.isOrigin(origin), false));
}

for (const [host, isIt] of [
  ['localhost', true], ['a.localhost', true], ['127.0.0.1', true],
  ['127.1.2.3', true], ['[::1]', true], ['127.evil.example', false],
  ['localhost.example', false], ['192.168.0.1', false], ['', false],
]) {
  test(`a page at '${host}' is ${isIt ? '' : 'not '}one of loopback`, () =>
    assert.equal(isLoopback(host), isIt));
}

const kWelcome = { berth: 1, type: 'welcome', id: 'x' };
const kRelayed = { berth: 1, type: 'picked', id: 'x', mode: 'relay' };

for (const data of [
  null, 7, 'welcome', {}, { ...kWelcome, berth: 2 }, { ...kWelcome, id: 7 },
  { ...kWelcome, type: 'toString' }, { berth: 1, type: 'rpc', rdns: 'a' },
  { berth: 1, type: 'failed', id: 'x', code: 1, message: 'm', hint: 'h' },
  kRelayed, { ...kRelayed, info: { ...info('bob'), rdns: '../x' } },
  { ...kRelayed, info: info('bob'), mode: 'other' },
  { ...kRelayed, info: info('bob'), mode: 'direct' },
  { ...kRelayed, info: info('bob'), mode: 'direct', ticket: 'a b' },
]) {
  test(`${JSON.stringify(data)} is no message`, () =>
    assert.equal(decodeMessage(data), undefined));
}

for (const changes of [
  { name: '' }, { name: 7 }, { color: 'red' }, { color: 'url(x)' },
  { icon: 'https://evil.example/x.svg' }, { icon: 'data:text/html,x' },
]) {
  test(`with ${JSON.stringify(changes)} it is no INFO`, () => {
    assert.equal(toInfo(info('bob', changes)), undefined);
    assert.notEqual(toInfo(info('bob')), undefined);
  });
}

test('of an INFO only what the contract names is kept', () => {
  const { rdns, name, color, icon } = info('bob');
  assert.deepEqual(toInfo(info('bob', { port: 8766 })),
    { rdns, name, color, icon });
});

for (const [from, what] of [
  [{ source: {} }, 'another window'],
  [{ source: null }, 'no window'],
  [{ origin: 'https://evil.example' }, 'another origin'],
  [{ origin: 'null' }, 'an opaque origin'],
]) {
  test(`a choice that comes from ${what} is none`, async () => {
    const { window, hub } = createPage();
    let isPicked = false;
    hub.pick().then(() => (isPicked = true));
    const { popup } = window;
    const [{ id }] = popup.hellos;
    popup.say({ type: 'welcome', id });
    const picked = { type: 'picked', id, info: info('bob'), mode: 'relay' };
    popup.say(picked, from);
    await window.settle();
    const rpc = JSON.stringify({
      jsonrpc: '2.0', method: 'berth_state', params: { state: 'ready' },
    });
    popup.say({ type: 'rpc', rdns: info('bob').rdns, text: rpc });
    await window.settle();
    assert.equal(isPicked, false);
    popup.say(picked);
    popup.say({ type: 'rpc', rdns: info('bob').rdns, text: rpc });
    await window.settle();
    assert.equal(isPicked, true);
  });
}

test('a welcome to another hello pins nobody', async () => {
  const { window, hub } = createPage();
  hub.pick();
  window.popup.say({ type: 'welcome', id: 'x' });
  await window.advance(200);
  assert.equal(window.popup.hellos.length, 2);
});

test('another gateway host of the same popup is not heard', async () => {
  const page = createPage();
  const { provider } = await pickRelayed(page, 'bob');
  const events = record(provider);
  page.window.popup.say({ type: 'lost', rdns: info('bob').rdns },
    { origin: 'http://hgfedcba87654321.localhost:18765' });
  await page.window.settle();
  assert.deepEqual(events, []);
  page.window.popup.say({ type: 'lost', rdns: info('bob').rdns });
  await page.window.settle();
  assert.deepEqual(events.map(([event]) => event), ['disconnect']);
  provider.close();
});

test('a welcome to another hello moves nobody', async () => {
  const page = createPage();
  const { provider } = await pickRelayed(page, 'bob');
  const origin = 'http://hgfedcba87654321.localhost:18765';
  page.window.popup.say({ type: 'welcome', id: 'x' }, { origin });
  page.window.popup.say({ type: 'lost', rdns: info('bob').rdns }, { origin });
  await page.window.settle();
  assert.equal(provider.state, 'ready');
});

test('an answer to an older hello changes nothing', async () => {
  const { window, hub } = createPage();
  hub.pick().catch(() => {});
  const [{ id }] = window.popup.hellos;
  const picking = hub.pick();
  const picker = Picker.in(window);
  picker.choice = 'alice';
  window.popup.say({ type: 'denied', id });
  await window.advance(200);
  assert.equal((await picking).info.name, 'alice');
});
