import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import test from 'node:test';
import { info, Picker } from './support/fake_popup.js';
import { createHub, createPage, pickRelayed, record } from './support/page.js';

const headers = (policy) => ({
  headers: new Headers(
    policy ? { 'cross-origin-opener-policy': policy } : {}),
});

test('picking opens one popup within the click and gives the choice',
  async () => {
    const page = createPage();
    const { provider, picker } = await pickRelayed(page, 'bob');
    const { url, name, features } = page.window.popup.opened;
    assert.match(url, /^http:\/\/[\da-f-]{36}\.localhost:18765\/pick$/);
    assert.equal(name, 'berth');
    assert.equal(features, 'popup,width=420,height=640');
    assert.deepEqual(provider.info, info('bob'));
    assert.equal(provider.state, 'ready');
    assert.deepEqual(await provider.request({ method: 'eth_accounts' }),
      ['0xa1']);
    assert.deepEqual(picker.asked, ['bob eth_accounts']);
  });

test('hello is said every 200 ms, after the welcome every second', async () => {
  const { window, hub } = createPage();
  hub.pick();
  await window.advance(600);
  const { hellos, received } = window.popup;
  assert.equal(hellos.length, 4);
  assert.equal(new Set(hellos.map(({ id }) => id)).size, 1);
  assert.equal(hellos[0].want, 'choose');
  assert.deepEqual(received[0][1], '*');
  window.popup.say({ type: 'welcome', id: hellos[0].id });
  await window.advance(2000);
  assert.equal(window.popup.hellos.length, 6);
});

test('a popup that is loaded anew meanwhile is asked again', async () => {
  const { window, hub } = createPage();
  const picking = hub.pick();
  Picker.in(window);
  await window.advance(200);
  window.popup.origin = 'http://zzzzzzzz12345678.localhost:18765';
  Picker.in(window).choice = 'bob';
  await window.advance(1000);
  assert.equal((await picking).info.name, 'bob');
});

test('after the welcome nothing is posted to another origin than its own',
  async () => {
    const page = createPage();
    const { provider } = await pickRelayed(page, 'bob');
    await provider.request({ method: 'eth_chainId' });
    provider.close();
    const { received, origin } = page.window.popup;
    const rest = received.filter(([{ type }]) => type !== 'hello');
    assert.deepEqual(rest.map(([{ type }]) => type), ['rpc', 'close']);
    assert.ok(rest.every(([, target]) => target === origin));
  });

test('a second pick asks in the popup that is open', async () => {
  const page = createPage();
  const first = await pickRelayed(page, 'bob');
  first.picker.choice = 'alice';
  const second = await page.hub.pick();
  assert.equal(page.window.popups.length, 1);
  assert.equal(page.window.popup.focused, 1);
  assert.equal(second.info.name, 'alice');
  assert.equal(first.provider.state, 'ready');
});

test('a blocked popup is said so at once', async () => {
  const { window, hub } = createPage();
  window.blocksPopups = true;
  await assert.rejects(hub.pick(),
    { name: 'BerthError', code: 'popup_blocked', hint: /click/ });
  assert.equal(window.leftovers, 0);
});

test('a popup that is closed before the choice ends it', async () => {
  const { window, hub } = createPage();
  const failed = assert.rejects(hub.pick(), { code: 'popup_closed' });
  Picker.in(window);
  await window.advance(1000);
  window.popup.close();
  await window.advance(400);
  await failed;
  assert.equal(window.fetched.length, 0);
  assert.equal(window.leftovers, 0);
});

for (const [policy, code] of [
  ['same-origin', 'coop'],
  ['same-origin-plus-coep; report-to="x"', 'coop'],
  ['same-origin-allow-popups', 'popup_closed'],
  ['unsafe-none', 'popup_closed'],
  [undefined, 'popup_closed'],
]) {
  test(`closed before the welcome under COOP ${policy}: ${code}`, async () => {
    const { window, hub } = createPage();
    window.answer = async () => headers(policy);
    const failed = assert.rejects(hub.pick(), ({ code: given, hint }) =>
      given === code && (code !== 'coop' || /allow-popups/.test(hint)));
    window.popup.close();
    await window.advance(400);
    await failed;
    assert.equal(window.fetched[0][0], 'https://dapp.example/');
    assert.equal(window.fetched[0][1].method, 'HEAD');
  });
}

test('where the page cannot ask for its own header it was closed', async () => {
  const { window, hub } = createPage();
  window.answer = () => new Promise(() => {});
  const failed = assert.rejects(hub.pick(), { code: 'popup_closed' });
  window.popup.close();
  window.answer = (url, { signal }) => new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason)));
  await window.advance(3000);
  await failed;
  assert.equal(window.leftovers, 0);
});

test('a choice that comes with the closing of its popup counts', async () => {
  const { window, hub } = createPage('http://localhost:3000/');
  const picking = hub.pick();
  const picker = Picker.in(window, { mode: 'direct' });
  await window.advance(200);
  window.popup.close();
  await window.advance(200);
  picker.pick('bob', { ticket: 'abc' });
  await window.settle();
  window.sockets[0].accept();
  assert.equal((await picking).info.name, 'bob');
});

test('no welcome within 8 s: no gateway, and the popup is closed', async () => {
  const { window, hub } = createPage();
  const failed = assert.rejects(hub.pick(),
    { code: 'no_gateway', message: /127\.0\.0\.1:18765/, hint: /berth up/ });
  await window.advance(7900);
  assert.equal(window.popup.closed, false);
  await window.advance(200);
  await failed;
  assert.equal(window.popup.closed, true);
  await window.advance(1000);
  assert.equal(window.leftovers, 0);
});

test('denied', async () => {
  const { window, hub } = createPage();
  const failed = assert.rejects(hub.pick(), { code: 'denied' });
  const picker = Picker.in(window);
  await window.advance(200);
  picker.deny();
  await failed;
});

test('what the picker cannot do is passed on in its own words', async () => {
  const { window, hub } = createPage();
  const failed = assert.rejects(hub.pick(),
    { name: 'BerthError', code: 'locked', message: /locked/, hint: 'wait' });
  const picker = Picker.in(window);
  await window.advance(200);
  picker.fail('locked');
  await failed;
});

test('who does not choose within timeoutMs is not waited for', async () => {
  const { window, hub } = createPage();
  const failed =
    assert.rejects(hub.pick({ timeoutMs: 1000 }), { code: 'timeout' });
  Picker.in(window);
  await window.advance(1000);
  await failed;
  assert.equal(window.popup.closed, true);
  await window.advance(200);
  assert.equal(window.leftovers, 0);
});

test('a signal ends the picking with its reason, and has no listener left',
  async () => {
    const { window, hub } = createPage();
    const controller = new AbortController();
    const reason = new Error('enough');
    const failed = assert.rejects(hub.pick({ signal: controller.signal }),
      (error) => error === reason);
    Picker.in(window);
    await window.advance(400);
    controller.abort(reason);
    await failed;
    assert.equal(window.popup.closed, true);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
    await window.advance(200);
    assert.equal(window.leftovers, 0);
  });

test('a signal that is aborted already opens nothing', async () => {
  const { window, hub } = createPage();
  await assert.rejects(hub.pick({ signal: AbortSignal.abort() }),
    { name: 'AbortError' });
  assert.equal(window.popups.length, 0);
});

test('a page without an origin is told so before a popup opens', async () => {
  const { window, hub } = createPage();
  window.origin = 'null';
  await assert.rejects(hub.pick(), { code: 'no_origin', hint: /serve/ });
  assert.equal(window.popups.length, 0);
});

test('a newer pick takes the popup over', async () => {
  const { window, hub } = createPage();
  const failed = assert.rejects(hub.pick(), { code: 'superseded' });
  const picker = Picker.in(window);
  await window.advance(200);
  const picking = hub.pick();
  await failed;
  await window.settle();
  assert.equal(window.popup.closed, false);
  picker.pick('bob');
  assert.equal((await picking).info.name, 'bob');
});

test('closing the provider leaves neither listener nor timer', async () => {
  const page = createPage();
  const { provider } = await pickRelayed(page, 'bob');
  const events = record(provider);
  provider.close();
  provider.close();
  assert.deepEqual(events.map(([event]) => event),
    ['disconnect', 'accountsChanged']);
  assert.equal(provider.state, 'gone');
  await assert.rejects(provider.request({ method: 'eth_accounts' }),
    ({ code, cause }) => code === 4900 && cause.code === 'closed');
  assert.equal(page.window.leftovers, 0);
});

test('a popup that relays stays open when a further pick is given up',
  async () => {
    const page = createPage();
    const { provider, picker } = await pickRelayed(page, 'bob');
    picker.choice = undefined;
    const failed =
      assert.rejects(page.hub.pick({ timeoutMs: 1000 }), { code: 'timeout' });
    await page.window.advance(1000);
    await failed;
    assert.equal(page.window.popup.closed, false);
    assert.equal(provider.state, 'ready');
  });

test('one that relays no more is closed then', async () => {
  const page = createPage();
  page.hub.announce();
  const { provider, picker } = await pickRelayed(page, 'bob');
  await provider.request({ method: 'wallet_revokePermissions' });
  picker.choice = undefined;
  const failed =
    assert.rejects(page.hub.pick({ timeoutMs: 1000 }), { code: 'timeout' });
  await page.window.advance(1000);
  await failed;
  assert.equal(page.window.popup.closed, true);
});

test('picking the same again disturbs nobody', async () => {
  const page = createPage();
  const { provider } = await pickRelayed(page, 'bob');
  const events = record(provider);
  const again = await page.hub.pick();
  await page.window.settle();
  assert.deepEqual(events, []);
  assert.equal(again.state, 'ready');
});

for (const gateway of ['http://example.org:1', 'https://127.0.0.1:1', 'x', 7]) {
  test(`${gateway} is no gateway`, () => {
    assert.throws(() => createHub(createPage().window, { gateway }), TypeError);
  });
}
