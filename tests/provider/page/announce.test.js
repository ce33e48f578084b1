// EIP-6963: what a dApp that knows nothing of Berth sees.
import assert from 'node:assert/strict';
import test from 'node:test';
import { info, Picker } from './support/fake_popup.js';
import {
  announce, createPage, listen, pickRelayed, record, reload,
} from './support/page.js';

const kUuidV4 =
  /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const names = (events) => events.map(([event]) => event);
const requestProviders = (window) =>
  window.dispatchEvent(new Event('eip6963:requestProvider'));

/** The generic provider, bound by its eth_requestAccounts to `name`. */
async function connectGeneric(page, name) {
  const details = announce(page);
  const { provider } = details.get('Berth');
  const connecting = provider.request({ method: 'eth_requestAccounts' });
  await page.window.settle();
  const picker = Picker.in(page.window);
  picker.choice = name;
  await page.window.advance(200);
  const accounts = await connecting;
  picker.choice = undefined;
  return { details, provider, picker, accounts };
}

test('one generic provider is announced, as EIP-6963 wants it', async () => {
  const { window, hub } = createPage();
  const details = listen(window);
  hub.announce();
  assert.equal(details.size, 0);
  await window.advance(0);
  const detail = details.get('Berth');
  assert.equal(details.size, 1);
  assert.match(detail.info.uuid, kUuidV4);
  assert.equal(detail.info.rdns, 'app.berth');
  assert.match(detail.info.icon, /^data:image\/svg\+xml,/);
  assert.ok(Object.isFrozen(detail) && Object.isFrozen(detail.info));
  assert.ok(Object.isFrozen(detail.provider));
  assert.equal(window.ethereum, undefined);
});

test('it is announced again, as the same, to who asks later', () => {
  const { window, hub } = createPage();
  hub.announce();
  const details = listen(window);
  requestProviders(window);
  const { provider } = details.get('Berth');
  requestProviders(window);
  assert.equal(details.get('Berth').provider, provider);
});

test('announcing twice is announcing once; the undo ends it', async () => {
  const { window, hub } = createPage();
  let count = 0;
  window.addEventListener('eip6963:announceProvider', () => (count += 1));
  const undo = hub.announce();
  assert.equal(hub.announce(), undo);
  await window.advance(0);
  assert.equal(count, 1);
  undo();
  undo();
  requestProviders(window);
  assert.equal(count, 1);
  assert.equal(window.leftovers, 0);
  const second = hub.announce();
  undo();
  assert.equal(hub.announce(), second);
  requestProviders(window);
  assert.equal(count, 2);
  second();
  assert.equal(window.leftovers, 0);
});

test('before a choice it answers as a wallet without accounts', async () => {
  const { window, hub } = createPage();
  const details = announce({ window, hub });
  const { provider } = details.get('Berth');
  assert.deepEqual(await provider.request({ method: 'eth_accounts' }), []);
  assert.deepEqual(
    await provider.request({ method: 'wallet_getPermissions' }), []);
  for (const method of ['eth_chainId', 'personal_sign', 'net_version']) {
    await assert.rejects(provider.request({ method }), { code: 4100 });
  }
  assert.equal(window.popups.length, 0);
});

for (const method of ['eth_requestAccounts', 'wallet_requestPermissions']) {
  test(`${method} opens the picker, and is answered by the choice`,
    async () => {
      const page = createPage();
      const details = announce(page);
      const { provider } = details.get('Berth');
      const events = record(provider);
      const answer = provider.request({ method });
      const other = provider.request({ method: 'eth_requestAccounts' });
      await page.window.settle();
      const picker = Picker.in(page.window);
      picker.choice = 'bob';
      await page.window.advance(200);
      const [permission] = [await answer].flat();
      assert.equal(permission?.caveats?.[0].value[0] ?? permission, '0xa1');
      assert.deepEqual(await other, ['0xa1']);
      assert.equal(page.window.popups.length, 1);
      assert.deepEqual(events, [
        ['connect', { chainId: '0x1' }], ['accountsChanged', ['0xa1']],
      ]);
      assert.equal(details.size, 1);
    });
}

test('what its choice says goes on as its own events', async () => {
  const page = createPage();
  const { provider, picker } = await connectGeneric(page, 'bob');
  const events = record(provider);
  picker.notify('bob', 'chainChanged', ['0x2']);
  assert.deepEqual(events, [['chainChanged', '0x2']]);
});

for (const [act, code, cause] of [
  [(picker) => picker.deny(), 4001, 'denied'],
  [(picker) => picker.popup.close(), 4001, 'popup_closed'],
  [(picker) => picker.fail('locked'), -32002, 'locked'],
]) {
  test(`connecting that ends ${cause} is ${code}, with the BerthError as cause`,
    async () => {
      const { window, hub } = createPage();
      const details = announce({ window, hub });
      const failed = assert.rejects(
        details.get('Berth').provider
          .request({ method: 'eth_requestAccounts' }),
        (error) => error.code === code && error.cause.code === cause &&
          error.message.includes(error.cause.hint));
      await window.settle();
      const picker = Picker.in(window);
      await window.advance(400);
      act(picker);
      await window.advance(400);
      await failed;
    });
}

test('a blocked popup is -32002, so wagmi does not ask twice', async () => {
  const { window, hub } = createPage();
  const details = announce({ window, hub });
  window.blocksPopups = true;
  await assert.rejects(
    details.get('Berth').provider.request({ method: 'eth_requestAccounts' }),
    ({ code, cause }) => code === -32002 && cause.code === 'popup_blocked');
});

test('after a reload eth_accounts waits for the popup, and is bound again',
  async () => {
    const page = createPage();
    const { picker } = await connectGeneric(page, 'bob');
    const { window, hub, popup } = reload(page);
    const details = announce({ window, hub });
    const { provider } = details.get('Berth');
    const events = record(provider);
    const accounts = provider.request({ method: 'eth_accounts' });
    await window.advance(1000);
    assert.equal(provider.state, 'connecting');
    picker.show(popup).say({ type: 'here' });
    assert.deepEqual(await accounts, ['0xa1']);
    assert.deepEqual(names(events), ['connect', 'accountsChanged']);
    assert.equal(details.size, 1);
    assert.equal(window.popups.length, 0);
  });

test('after 2 s of waiting there are none, until the popup is found',
  async () => {
    const page = createPage();
    const { picker } = await connectGeneric(page, 'bob');
    const { window, hub, popup } = reload(page);
    const details = announce({ window, hub });
    const { provider } = details.get('Berth');
    const events = record(provider);
    let accounts;
    provider.request({ method: 'eth_accounts' })
      .then((answer) => (accounts = answer));
    await window.advance(1999);
    assert.equal(accounts, undefined);
    await window.advance(1);
    await window.settle();
    assert.deepEqual(accounts, []);
    assert.equal(provider.state, 'gone');
    await assert.rejects(provider.request({ method: 'eth_chainId' }),
      { code: 4900 });
    picker.show(popup).say({ type: 'here' });
    await window.settle();
    await window.settle();
    assert.deepEqual(names(events), ['connect', 'accountsChanged']);
  });

test('bound, its next connecting resumes: nothing is asked', async () => {
  const page = createPage();
  const { picker } = await connectGeneric(page, 'bob');
  page.window.popup.close();
  const { window, hub } = reload(page);
  const details = announce({ window, hub });
  await window.advance(2000);
  const connecting =
    details.get('Berth').provider.request({ method: 'eth_requestAccounts' });
  await window.settle();
  picker.choice = undefined;
  picker.show(window.popup);
  await window.advance(200);
  assert.deepEqual(await connecting, ['0xa1']);
  const [{ want, rdns }] = window.popup.hellos;
  assert.deepEqual([want, rdns], ['resume', info('bob').rdns]);
});

test('where the grant is gone it is bound to the new choice', async () => {
  const page = createPage();
  const { provider, picker } = await connectGeneric(page, 'bob');
  const events = record(provider);
  page.window.popup.close();
  await page.window.advance(200);
  picker.granted.clear();
  Object.assign(picker, {
    choice: 'alice',
    state: { state: 'ready', accounts: ['0xc3'], chainId: '0x2' },
  });
  const connecting = provider.request({ method: 'eth_requestAccounts' });
  await page.window.settle();
  picker.show(page.window.popup);
  await page.window.advance(200);
  assert.deepEqual(await connecting, ['0xc3']);
  assert.deepEqual(names(events),
    ['disconnect', 'connect', 'chainChanged', 'accountsChanged']);
  assert.equal(provider.info.name, 'alice');
});

test('revoking unbinds, and is not remembered', async () => {
  const page = createPage();
  const { provider, picker } = await connectGeneric(page, 'bob');
  const events = record(provider);
  await provider.request({
    method: 'wallet_revokePermissions', params: [{ eth_accounts: {} }],
  });
  assert.equal(picker.asked.at(-1), 'bob wallet_revokePermissions');
  assert.deepEqual(names(events), ['disconnect', 'accountsChanged']);
  assert.deepEqual(await provider.request({ method: 'eth_accounts' }), []);
  assert.deepEqual(page.window.popup.received.at(-1)[0].type, 'close');
  const { window, hub } = reload(page);
  const details = announce({ window, hub });
  assert.equal(details.size, 1);
  assert.equal(details.get('Berth').provider.state, 'gone');
});

test('revoking what cannot be reached unbinds here, and says it is 4900',
  async () => {
    const page = createPage();
    const { provider } = await connectGeneric(page, 'bob');
    page.window.popup.close();
    const revoke = { method: 'wallet_revokePermissions' };
    await assert.rejects(provider.request(revoke), { code: 4900 });
    await assert.rejects(provider.request(revoke), { code: 4100 });
  });

test('a further choice is announced as a provider of its own', async () => {
  const page = createPage();
  const { details, provider, picker } = await connectGeneric(page, 'bob');
  picker.choice = 'alice';
  await page.hub.pick();
  const alice = details.get('Berth: alice');
  assert.match(alice.info.uuid, kUuidV4);
  assert.equal(alice.info.rdns, info('alice').rdns);
  assert.match(decodeURIComponent(alice.info.icon), /#336699.*>A<\/text>/);
  assert.ok(Object.isFrozen(alice) && Object.isFrozen(alice.info));
  await alice.provider.request({ method: 'eth_accounts' });
  await provider.request({ method: 'eth_accounts' });
  assert.deepEqual(picker.asked.slice(-2),
    ['alice eth_accounts', 'bob eth_accounts']);
});

test('what the user adds in the popup is announced and remembered',
  async () => {
    const page = createPage();
    const { details, picker } = await connectGeneric(page, 'bob');
    picker.pick('alice');
    await page.window.settle();
    assert.equal(details.get('Berth: alice').provider.state, 'ready');
    const { window, hub } = reload(page);
    const next = announce({ window, hub });
    assert.deepEqual([...next.keys()], ['Berth', 'Berth: alice']);
  });

test('what the user adds for a page that announces nothing is closed',
  async () => {
    const page = createPage();
    const { provider, picker } = await pickRelayed(page, 'bob');
    picker.pick('alice');
    await page.window.settle();
    assert.deepEqual(page.window.popup.received.at(-1)[0],
      { berth: 1, type: 'close', rdns: info('alice').rdns });
    assert.equal(provider.state, 'ready');
  });

test('after a reload each is back as its own; revoking one leaves the other',
  async () => {
    const page = createPage();
    const { picker, details: before } = await connectGeneric(page, 'bob');
    picker.choice = 'alice';
    await page.hub.pick();
    const { window, hub, popup } = reload(page);
    const details = announce({ window, hub });
    assert.deepEqual([...details.keys()], ['Berth', 'Berth: alice']);
    assert.notEqual(details.get('Berth: alice').info.uuid,
      before.get('Berth: alice').info.uuid);
    picker.show(popup).say({ type: 'here' });
    const [generic, alice] = [...details.values()].map((one) => one.provider);
    await alice.request({ method: 'eth_accounts' });
    await generic.request({ method: 'eth_accounts' });
    assert.deepEqual(picker.asked.slice(-2),
      ['alice eth_accounts', 'bob eth_accounts']);
    await generic.request({ method: 'wallet_revokePermissions' });
    assert.equal(alice.state, 'ready');
    assert.equal(generic.state, 'gone');
  });

test('the names of a page are distinct', async () => {
  const page = createPage();
  const { details, picker } = await connectGeneric(page, 'bob');
  for (const name of ['alice', 'carol']) {
    const picking = page.hub.pick();
    await page.window.settle();
    picker.pick(name, { name: 'Savings' });
    await picking;
  }
  assert.deepEqual([...details.keys()],
    ['Berth', 'Berth: Savings', 'Berth: Savings 2']);
});

test('an icon of its own is used; markup in a name is none in an icon',
  async () => {
    const page = createPage();
    const { details, picker } = await connectGeneric(page, 'bob');
    const icon = 'data:image/png;base64,AAAA';
    for (const changes of [
      { name: 'own', icon }, { name: '<svg onload=x>', color: null },
    ]) {
      const picking = page.hub.pick();
      await page.window.settle();
      picker.pick(`x${changes.name.length}`, changes);
      await picking;
    }
    assert.equal(details.get('Berth: own').info.icon, icon);
    assert.match(
      decodeURIComponent(details.get('Berth: <svg onload=x>').info.icon),
      />&lt;<\/text>/);
  });

test('closing a picked provider leaves the announced one of that profile',
  async () => {
    const page = createPage();
    const { details, picker } = await connectGeneric(page, 'bob');
    picker.choice = 'alice';
    const provider = await page.hub.pick();
    provider.close();
    assert.equal(details.get('Berth: alice').provider.state, 'ready');
  });

test('the undo disconnects what was announced, leaving nothing', async () => {
  const page = createPage();
  const { provider } = await connectGeneric(page, 'bob');
  const events = record(provider);
  page.hub.announce()();
  assert.deepEqual(names(events), ['disconnect', 'accountsChanged']);
  await page.window.settle();
  assert.equal(page.window.leftovers, 0);
});

test('the undo also ends a connecting, and leaves nothing', async () => {
  const page = createPage();
  const details = announce(page);
  const failed = assert.rejects(
    details.get('Berth').provider.request({ method: 'eth_requestAccounts' }),
    { code: 4900 });
  await page.window.advance(400);
  page.hub.announce()();
  await failed;
  await page.window.advance(200);
  assert.equal(page.window.popup.closed, true);
  assert.equal(page.window.leftovers, 0);
});

test('connecting one of its own leaves the generic one unbound', async () => {
  const page = createPage();
  const details = announce(page);
  const { picker } = await pickRelayed(page, 'alice');
  page.window.popup.close();
  const alice = details.get('Berth: alice').provider;
  const connecting = alice.request({ method: 'eth_requestAccounts' });
  await page.window.settle();
  picker.show(page.window.popup);
  await page.window.advance(200);
  assert.deepEqual(await connecting, ['0xa1']);
  const next = announce(reload(page));
  assert.deepEqual([...next.keys()], ['Berth', 'Berth: alice']);
});

test('a page that remembers nothing does not ask for anything', async () => {
  const { window, hub } = createPage('http://localhost:3000/');
  hub.announce();
  await window.advance(5000);
  assert.equal(window.fetched.length, 0);
});
