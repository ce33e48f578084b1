// A public page: everything goes by the popup.
import assert from 'node:assert/strict';
import test from 'node:test';
import { info, Picker } from './support/fake_popup.js';
import { createPage, pickRelayed, record, reload } from './support/page.js';

const names = (events) => events.map(([event]) => event);

test('connect and disconnect alternate; accounts and chain only when changed',
  async () => {
    const page = createPage();
    const { provider, picker } = await pickRelayed(page, 'bob');
    const events = record(provider);
    const ready = picker.state;
    const gone = { state: 'gone', message: 'bob was stopped' };
    picker.notify('bob', 'berth_state', ready);
    picker.notify('bob', 'accountsChanged', [['0xa1']]);
    picker.notify('bob', 'chainChanged', ['0x1']);
    assert.deepEqual(events, []);
    picker.notify('bob', 'accountsChanged', [['0xb2']]);
    picker.notify('bob', 'chainChanged', ['0x2']);
    picker.notify('bob', 'berth_state', gone);
    picker.notify('bob', 'berth_state', gone);
    picker.notify('bob', 'berth_state', { ...ready, accounts: [] });
    picker.notify('bob', 'connect', [{ chainId: '0x1' }]);
    picker.notify('bob', 'message', { type: 'x', data: 1 });
    picker.notify('bob', 'strange', [1]);
    const error = events[2][1];
    assert.equal(error.code, 4900);
    assert.equal(error.message, 'bob was stopped');
    assert.deepEqual(events, [
      ['accountsChanged', ['0xb2']],
      ['chainChanged', '0x2'],
      ['disconnect', error],
      ['connect', { chainId: '0x1' }],
      ['chainChanged', '0x1'],
      ['accountsChanged', []],
      ['message', { type: 'x', data: 1 }],
    ]);
  });

test('a wallet without a chain is not connected until it has one', async () => {
  const page = createPage();
  const { provider, picker } = await pickRelayed(page, 'bob');
  const events = record(provider);
  picker.notify('bob', 'disconnect', { code: 4900, message: 'upstream down' });
  assert.equal(events[0][1].message, 'upstream down');
  picker.notify('bob', 'berth_state', { ...picker.state, chainId: null });
  picker.notify('bob', 'connect', { chainId: '0x1' });
  assert.deepEqual(names(events), ['disconnect', 'connect']);
});

test('an account that is no text is none', async () => {
  const page = createPage();
  const { provider, picker } = await pickRelayed(page, 'bob');
  const events = record(provider);
  picker.notify('bob', 'accountsChanged', [['0xb2', 7]]);
  assert.deepEqual(events, [['accountsChanged', ['0xb2']]]);
});

test('frozen, and its functions may be taken off it', async () => {
  const page = createPage();
  const { provider } = await pickRelayed(page, 'bob');
  const { request } = provider;
  assert.ok(Object.isFrozen(provider));
  assert.equal(await request({ method: 'eth_chainId' }), '0x1');
  await assert.rejects(request({}), { code: -32600 });
});

test('closing the popup ends what waits with 4900, never sent again',
  async () => {
    const page = createPage();
    const { provider, picker } = await pickRelayed(page, 'bob');
    const events = record(provider);
    const failed = assert.rejects(
      provider.request({ method: 'personal_sign' }), { code: 4900 });
    await page.window.settle();
    page.window.popup.close();
    await page.window.advance(200);
    await failed;
    assert.deepEqual(names(events), ['disconnect']);
    assert.equal(provider.state, 'gone');
    const again = provider.request({ method: 'eth_chainId' });
    await assert.rejects(again, { code: 4900, message: /connect again/ });
    await page.window.advance(5000);
    assert.deepEqual(picker.asked, ['bob personal_sign']);
    assert.equal(page.window.fetched.length, 0);
    assert.equal(page.window.popups.length, 1);
  });

test('only what needs a person shows the popup', async () => {
  const page = createPage();
  const { provider, picker } = await pickRelayed(page, 'bob');
  await provider.request({ method: 'eth_chainId' });
  await provider.request({ method: 'eth_requestAccounts' });
  assert.equal(page.window.popup.focused, 0);
  for (const method of [
    'personal_sign', 'eth_signTypedData_v4', 'eth_sendTransaction',
    'wallet_switchEthereumChain', 'wallet_addEthereumChain',
    'wallet_watchAsset',
  ]) {
    picker.methods[method] = () => method;
    assert.equal(await provider.request({ method }), method);
  }
  assert.equal(page.window.popup.focused, 6);
  picker.notify('bob', 'accountsChanged', [[]]);
  await provider.request({ method: 'eth_requestAccounts' });
  assert.equal(page.window.popup.focused, 7);
});

test('within a click a closed popup opens again and the request goes on',
  async () => {
    const page = createPage();
    const { provider, picker } = await pickRelayed(page, 'bob');
    picker.methods.personal_sign = () => '0xsigned';
    page.window.popup.close();
    await page.window.advance(200);
    const signing = provider.request({ method: 'personal_sign' });
    await page.window.settle();
    picker.show(page.window.popup);
    await page.window.advance(200);
    assert.equal(await signing, '0xsigned');
    const [{ want, rdns }] = page.window.popup.hellos;
    assert.deepEqual([want, rdns], ['resume', info('bob').rdns]);
  });

test('outside of a click it does not: 4900, with what to do', async () => {
  const page = createPage();
  const { provider } = await pickRelayed(page, 'bob');
  page.window.popup.close();
  page.window.navigator = {};
  await assert.rejects(provider.request({ method: 'personal_sign' }),
    { code: 4900, message: /connect again, by a click/ });
  assert.equal(page.window.popups.length, 1);
});

test('another choice when resuming is not taken for the first', async () => {
  const page = createPage();
  const { provider, picker } = await pickRelayed(page, 'bob');
  page.window.popup.close();
  await page.window.advance(200);
  picker.granted.clear();
  picker.choice = 'alice';
  const failed = assert.rejects(
    provider.request({ method: 'eth_requestAccounts' }),
    ({ code, cause }) => code === 4001 && cause.code === 'denied');
  await page.window.settle();
  picker.show(page.window.popup);
  await page.window.advance(200);
  await failed;
  assert.equal(provider.info.name, 'bob');
  assert.deepEqual(page.window.popup.types.at(-1), 'close');
});

test('after berthd was away the popup is asked once a second, and resumes',
  async () => {
    const page = createPage();
    const { provider, picker } = await pickRelayed(page, 'bob');
    const events = record(provider);
    picker.say({ type: 'lost', rdns: info('bob').rdns });
    await page.window.advance(900);
    assert.equal(page.window.popup.hellos.length, 1);
    assert.equal(provider.state, 'gone');
    await page.window.advance(100);
    await page.window.settle();
    assert.equal(page.window.popup.hellos.at(-1).want, 'resume');
    assert.deepEqual(names(events), ['disconnect', 'connect']);
    assert.equal(provider.state, 'ready');
  });

test('a popup of the next berthd speaks from another host name', async () => {
  const page = createPage();
  const { provider, picker } = await pickRelayed(page, 'bob');
  picker.say({ type: 'lost', rdns: info('bob').rdns });
  page.window.popup.origin = 'http://zzzzzzzz12345678.localhost:18765';
  await page.window.advance(1400);
  assert.equal(provider.state, 'ready');
  assert.equal(await provider.request({ method: 'eth_chainId' }), '0x1');
});

for (const [code, hellos] of [['unavailable', 3], ['locked', 1]]) {
  test(`a lost channel that is ${code} is asked for ${hellos} times in 3.5 s`,
    async () => {
      const page = createPage();
      const { provider, picker } = await pickRelayed(page, 'bob');
      const before = page.window.popup.hellos.length;
      picker.granted.clear();
      picker.choice = undefined;
      picker.say({ type: 'lost', rdns: info('bob').rdns });
      for (let i = 0; i < 7; i += 1) {
        await page.window.advance(500);
        await page.window.settle();
        picker.fail(code);
      }
      assert.equal(page.window.popup.hellos.length - before, hellos);
      provider.close();
      await page.window.settle();
      assert.equal(page.window.leftovers, 0);
    });
}

test('a page that is loaded anew finds its popup and links', async () => {
  const page = createPage();
  const { picker } = await pickRelayed(page, 'bob');
  await page.hub.pick().catch(() => {});
  const { window, hub, popup } = reload(page);
  assert.deepEqual(popup.types.at(-1), 'leaving');
  const restoring = hub.restore();
  picker.show(popup).say({ type: 'here' });
  await window.settle();
  const provider = await restoring;
  assert.deepEqual(provider.info, info('bob'));
  assert.equal(popup.hellos.at(-1).want, 'link');
  assert.equal(window.popups.length, 0);
  assert.equal(await provider.request({ method: 'eth_chainId' }), '0x1');
  provider.close();
  assert.equal(window.leftovers, 0);
});

test('a here from elsewhere is not answered', async () => {
  const { window, hub } = createPage();
  const restoring = hub.restore();
  await pickRelayed(createPage(), 'bob');
  const other = createPage();
  other.hub.pick();
  const stranger = other.window.popup;
  stranger.opener = window;
  stranger.say({ type: 'here' }, { origin: 'https://evil.example' });
  stranger.say({ type: 'here' }, { source: null });
  const before = stranger.received.length;
  await window.advance(2000);
  assert.equal(await restoring, null);
  assert.equal(stranger.received.length, before);
});

test('a page back from the back-forward cache links', async () => {
  const page = createPage();
  const { provider, picker } = await pickRelayed(page, 'bob');
  const events = record(provider);
  page.window.dispatchEvent(new Event('pagehide'));
  await page.window.settle();
  assert.equal(provider.state, 'gone');
  picker.say({ type: 'here' });
  await page.window.settle();
  assert.deepEqual(names(events), ['disconnect', 'connect']);
  picker.say({ type: 'here' });
  await page.window.settle();
  const links = page.window.popup.hellos.filter(({ want }) => want === 'link');
  assert.equal(links.length, 1);
});

test('a channel that is lost twice is resumed twice', async () => {
  const page = createPage();
  const { provider, picker } = await pickRelayed(page, 'bob');
  const events = record(provider);
  for (let i = 0; i < 2; i += 1) {
    picker.say({ type: 'lost', rdns: info('bob').rdns });
    await page.window.advance(1400);
  }
  assert.deepEqual(names(events),
    ['disconnect', 'connect', 'disconnect', 'connect']);
});

test('resuming waits for the question of a person', async () => {
  const page = createPage();
  const { provider, picker } = await pickRelayed(page, 'bob');
  picker.choice = undefined;
  const picking = page.hub.pick();
  await page.window.settle();
  picker.say({ type: 'lost', rdns: info('bob').rdns });
  await page.window.advance(3000);
  assert.equal(provider.state, 'gone');
  picker.pick('alice');
  assert.equal((await picking).info.name, 'alice');
  await page.window.advance(1400);
  assert.equal(provider.state, 'ready');
});

test('a popup that was loaded anew relays nothing of before', async () => {
  const page = createPage();
  const { provider } = await pickRelayed(page, 'bob');
  page.window.popup.origin = 'http://zzzzzzzz12345678.localhost:18765';
  Picker.in(page.window);
  page.hub.pick();
  await page.window.settle();
  await page.window.settle();
  assert.equal(provider.state, 'gone');
});

test('opening a new popup gives up what the closed one relayed', async () => {
  const page = createPage();
  const { provider } = await pickRelayed(page, 'bob');
  page.hub.pick().catch(() => {});
  page.window.popup.close();
  page.hub.pick();
  await page.window.settle();
  assert.equal(page.window.popups.length, 2);
  assert.equal(provider.state, 'gone');
});

test('what one listener does to the accounts no other sees', async () => {
  const page = createPage();
  const { provider, picker } = await pickRelayed(page, 'bob');
  const other = await page.hub.pick();
  provider.on('accountsChanged', (accounts) => accounts.pop());
  const events = record(other);
  picker.notify('bob', 'accountsChanged', [['0xb2']]);
  assert.deepEqual(events, [['accountsChanged', ['0xb2']]]);
});

test('a popup that is silent for 5 s holds no channel any more', async () => {
  const page = createPage();
  const { provider, picker } = await pickRelayed(page, 'bob');
  const { popup } = page.window;
  const events = record(provider);
  const waiting = provider.request({ method: 'personal_sign' });
  const failed = assert.rejects(waiting, { code: 4900 });
  await page.window.advance(10_000);
  assert.deepEqual(events, []);
  Object.assign(popup, { heartbeat: () => {}, onmessage: () => {} });
  await page.window.advance(5400);
  await failed;
  picker.show(popup);
  await page.window.advance(1000);
  await page.window.settle();
  assert.deepEqual(names(events), ['disconnect', 'connect']);
});

test('a resuming that is not answered for 10 s is begun anew', async () => {
  const page = createPage();
  const { provider, picker } = await pickRelayed(page, 'bob');
  const { popup } = page.window;
  picker.granted.clear();
  picker.choice = undefined;
  picker.say({ type: 'lost', rdns: info('bob').rdns });
  await page.window.advance(1400);
  const [, { id }] = popup.hellos;
  popup.onmessage = () => {};
  await page.window.advance(9000);
  assert.equal(popup.hellos.at(-1).id, id);
  picker.choice = 'bob';
  picker.show(popup);
  await page.window.advance(2000);
  assert.notEqual(popup.hellos.at(-1).id, id);
  assert.equal(provider.state, 'ready');
});

test('after berthd was away for long it still resumes', async () => {
  const page = createPage();
  const { provider, picker } = await pickRelayed(page, 'bob');
  const { popup } = page.window;
  picker.say({ type: 'lost', rdns: info('bob').rdns });
  popup.onmessage = () => {};
  await page.window.advance(60_000);
  picker.show(popup);
  await page.window.advance(1400);
  assert.equal(provider.state, 'ready');
});

test('a page shown again does not link while a person chooses', async () => {
  const page = createPage();
  const { picker } = await pickRelayed(page, 'bob');
  page.window.dispatchEvent(new Event('pagehide'));
  picker.choice = undefined;
  const picking = page.hub.pick();
  await page.window.settle();
  picker.say({ type: 'here' });
  await page.window.settle();
  assert.equal(page.window.popup.hellos.at(-1).want, 'choose');
  picker.pick('alice');
  assert.equal((await picking).info.name, 'alice');
});

test('a popup that was opened after the page was hidden has nothing to link',
  async () => {
    const page = createPage();
    const { picker } = await pickRelayed(page, 'bob');
    page.window.dispatchEvent(new Event('pagehide'));
    page.window.popup.close();
    const picking = page.hub.pick();
    picker.show(page.window.popup);
    await page.window.advance(200);
    await picking;
    picker.say({ type: 'here' });
    await page.window.settle();
    assert.ok(page.window.popup.hellos.every(({ want }) => want !== 'link'));
  });

test('restore() gives at once what is there', async () => {
  const page = createPage();
  await pickRelayed(page, 'bob');
  const restored = await page.hub.restore();
  assert.deepEqual(restored.info, info('bob'));
});

test('two profiles of one popup do not hear of each other', async () => {
  const page = createPage();
  const bob = await pickRelayed(page, 'bob');
  bob.picker.choice = 'alice';
  const alice = await page.hub.pick();
  const events = [record(bob.provider), record(alice)];
  bob.picker.notify('alice', 'accountsChanged', [['0xc3']]);
  assert.deepEqual(events, [[], [['accountsChanged', ['0xc3']]]]);
  bob.provider.close();
  assert.equal(alice.state, 'ready');
  const { received } = page.window.popup;
  assert.deepEqual(received.at(-1)[0],
    { berth: 1, type: 'close', rdns: info('bob').rdns });
});
