// The user is asked: by pages, in the window.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Asks } from '../../../provider/extension/background/asks.js';
import { rdnsOf } from './support/fake_host.js';
import { kSite, World } from './support/world.js';

const kActive = { active: true };

const created = ({ browser }) => browser.windows.created.length;
const focused = ({ browser }) => browser.windows.focused.length;
const ask = (page, id, how, more) =>
  page.say({ type: 'ask', id, want: 'choose', ...more }, how);

test('a page that asks opens one window, which shows who asks', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.run('bob');
  const { face } = await world.asking(kSite);
  assert.equal(created(world), 1);
  assert.deepEqual(world.browser.windows.created[0], {
    type: 'popup', url: 'chrome-extension://berth/window/window.html',
    focused: true, width: 420, height: 640, left: 664, top: 66,
  });
  const { state } = face;
  assert.equal(state.ask.origin, kSite);
  assert.equal(state.trouble, null);
  assert.equal(state.site, null);
  assert.deepEqual(state.profiles.map(({ name }) => name), ['alice', 'bob']);
  assert.equal(state.profiles[0].rdns, rdnsOf('alice', kSite));
  assert.equal(world.browser.action.text, '1');
});

test('a window is opened where the screen has no place beside', async () => {
  const world = new World();
  const { create } = world.browser.windows;
  world.browser.windows.create = async (options) => {
    if ('left' in options) throw new Error('Invalid value for bounds.');
    return create(options);
  };
  await world.asking(kSite);
  assert.equal(created(world), 1);
});

test('a choice is a grant: opened, then picked, and the question is over',
  async () => {
    const world = new World();
    world.host.run('alice');
    const { page, face } = await world.asking(kSite);
    const call =
      face.say({ type: 'choose', ask: face.state.ask.id, profile: 'alice' });
    await world.settle();
    const info = world.host.infoOf('alice', kSite);
    const told = page.told.filter(({ type }) => type !== 'rpc');
    assert.deepEqual(told, [
      { type: 'linked' }, { type: 'opened', info },
      { type: 'picked', id: 'q1', info },
    ]);
    assert.deepEqual(page.states.map(({ state }) => state), ['ready']);
    assert.deepEqual(world.host.asked('grant').map(({ origin }) => origin),
      [kSite]);
    assert.deepEqual(face.outcome(call), { type: 'done', call });
    assert.equal(face.state.ask, null);
    assert.equal(world.browser.action.text, '');
  });

test('a choice that fails is told to the window alone, and can be made again',
  async () => {
    const world = new World();
    world.host.run('alice');
    world.host.run('bob');
    world.host.stop('bob');
    const { page, face } = await world.asking(kSite);
    const { id } = face.state.ask;
    const before = page.heard.length;
    const call = face.say({ type: 'choose', ask: id, profile: 'bob' });
    await world.settle();
    assert.deepEqual(face.outcome(call).error, {
      code: 'unavailable', message: 'bob does not answer at 127.0.0.1:8766',
      hint: 'see /home/me/bob.log',
    });
    assert.equal(page.heard.length, before);
    face.say({ type: 'choose', ask: id, profile: 'alice' });
    await world.settle();
    assert.equal(page.last('picked').id, 'q1');
  });

test('cancelling denies it', async () => {
  const world = new World();
  const { page, face } = await world.asking(kSite);
  face.say({ type: 'cancel', ask: face.state.ask.id });
  await world.settle();
  assert.deepEqual(page.last('denied'), { type: 'denied', id: 'q1' });
  assert.equal(face.state.ask, null);
});

test('a window that is over with is closed, and the next question gets its own',
  async () => {
    const world = new World();
    world.host.run('bob');
    const { page, face } = await world.asking(kSite);
    face.say({ type: 'choose', ask: face.state.ask.id, profile: 'bob' });
    await world.settle();
    face.say({ type: 'close' });
    page.say({ type: 'ask', id: 'q2', want: 'choose' });
    await world.settle();
    const { open, created } = world.browser.windows;
    assert.deepEqual([created.length, [...open]], [2, [2]]);
    assert.equal(page.last('denied'), undefined);
  });

test('a window that was asked something meanwhile is not closed', async () => {
  const world = new World();
  const { page, face } = await world.asking(kSite);
  face.say({ type: 'close' });
  await world.settle();
  assert.deepEqual([...world.browser.windows.open], [1]);
  assert.equal(page.last('denied'), undefined);
});

test('closing the window denies all; closing another one nothing', async () => {
  const world = new World();
  const { page } = await world.asking(kSite);
  const { page: other } = await world.asking('https://other.example');
  world.browser.windows.close(77);
  await world.settle();
  assert.equal(page.last('denied'), undefined);
  world.browser.windows.close(1);
  await world.settle();
  assert.equal(page.last('denied').id, 'q1');
  assert.equal(other.last('denied').id, 'q1');
});

const kEnds = {
  cancelled: ({ world, face }) => {
    face.say({ type: 'cancel', ask: face.state.ask.id });
    return world.settle();
  },
  'closed with its window': ({ world }) => world.browser.windows.close(1),
  withdrawn: ({ page }) => page.say({ type: 'withdraw', id: 'q1' }),
  unanswered: () => {},
  'left by its page': ({ page }) => page.leave(),
};

for (const [how, end] of Object.entries(kEnds)) {
  test(`after a question that was ${how} a page cannot ask by itself`,
    async () => {
      const world = new World();
      const { page, face } = await world.asking(kSite);
      await end({ world, page, face });
      await world.settle();
      world.browser.windows.close(1);
      await world.settle();
      for (const next of [page.port.isOpen ? page : world.page(), world.page()]) {
        ask(next, 'again');
        await world.settle();
        assert.equal(next.last('denied').id, 'again');
      }
      assert.equal(created(world), 1);
      const another = world.page();
      ask(another, 'clicked', kActive);
      await world.settle();
      assert.equal(another.last('denied'), undefined);
      assert.equal(created(world), 2);
    });
}

test('a thousand origins are known that may not ask by themselves', () => {
  const asks = new Asks();
  const add = (number) => asks.add({
    id: `${number}`, origin: `https://a${number}.example`, page: {},
    active: false, settle: () => {},
  });
  for (let number = 0; number <= 1000; number += 1) {
    add(number);
    asks.refuseAll();
  }
  add(1);
  assert.equal(asks.size, 0);
  add(0);
  assert.equal(asks.size, 1);
});

test('other origins may ask after one was refused, and a chosen one again',
  async () => {
    const world = new World();
    world.host.run('alice');
    const { page, face } = await world.asking(kSite);
    face.say({ type: 'cancel', ask: face.state.ask.id });
    await world.settle();
    const other = await world.linked('http://dapp.example');
    ask(other, 'o');
    ask(page, 'p', kActive);
    await world.settle();
    assert.equal(face.state.ask.origin, 'http://dapp.example');
    face.say({ type: 'cancel', ask: face.state.ask.id });
    await world.settle();
    face.say({ type: 'choose', ask: face.state.ask.id, profile: 'alice' });
    await world.settle();
    assert.equal(page.last('picked').id, 'p');
    ask(page, 'more');
    await world.settle();
    assert.equal(face.state.ask.origin, kSite);
  });

test('a second question of a page takes the place of the first', async () => {
  const world = new World();
  world.host.run('alice');
  const { page, face } = await world.asking(kSite);
  const first = face.state.ask.id;
  const states = face.heard.length;
  ask(page, 'q2', kActive);
  await world.settle();
  const failed = page.last('failed');
  assert.equal(failed.id, 'q1');
  assert.equal(failed.code, 'superseded');
  assert.ok(failed.message !== '' && failed.hint !== '');
  // Never without one: the window would take it for the end.
  const asks = face.heard.slice(states).map((message) => message.ask);
  assert.ok(asks.length > 0 && !asks.includes(null));
  assert.equal(created(world), 1);
  assert.equal(focused(world), 1);
  const late = face.say({ type: 'choose', ask: first, profile: 'alice' });
  await world.settle();
  assert.equal(face.outcome(late).type, 'done');
  assert.deepEqual(world.host.asked('grant'), []);
  face.say({ type: 'choose', ask: face.state.ask.id, profile: 'alice' });
  await world.settle();
  assert.equal(page.last('picked').id, 'q2');
});

test('a second question that may not be asked ends the first too', async () => {
  const world = new World();
  const { page, face } = await world.asking(kSite);
  ask(page, 'q2');
  await world.settle();
  assert.equal(page.last('failed').id, 'q1');
  assert.equal(page.last('denied').id, 'q2');
  assert.equal(face.state.ask, null);
});

test('a page that asks without end moves no window', async () => {
  const world = new World();
  const { page } = await world.asking(kSite);
  for (let i = 0; i < 200; i += 1) {
    ask(page, `q${i}`);
    page.say({ type: 'withdraw', id: `q${i}` });
  }
  await world.settle();
  assert.equal(created(world) + focused(world), 1);
});

test('withdrawing ends it unanswered; an older id withdraws nothing', async () => {
  const world = new World();
  const { page, face } = await world.asking(kSite);
  page.say({ type: 'withdraw', id: 'q0' });
  await world.settle();
  assert.equal(face.state.ask.origin, kSite);
  const before = page.heard.length;
  page.say({ type: 'withdraw', id: 'q1' });
  await world.settle();
  assert.equal(face.state.ask, null);
  assert.equal(page.heard.length, before);
});

test('a question goes with its page, a grant that is under way does not fail',
  async () => {
    const world = new World();
    world.host.run('alice');
    const { page, face } = await world.asking(kSite);
    const call =
      face.say({ type: 'choose', ask: face.state.ask.id, profile: 'alice' });
    page.leave();
    await world.settle();
    assert.equal(face.state.ask, null);
    assert.equal(face.outcome(call).type, 'done');
    assert.equal(world.browser.action.text, '');
  });

test('ten questions wait at most, in the order of asking', async () => {
  const world = new World();
  const pages = [];
  for (let i = 0; i < 11; i += 1) {
    pages.push(world.page(`https://d${i}.example`));
    ask(pages[i], 'q');
  }
  const face = world.face();
  await world.settle();
  assert.equal(pages[10].last('failed').code, 'unavailable');
  assert.equal(world.browser.action.text, '10');
  assert.equal(created(world), 1);
  for (let i = 0; i < 10; i += 1) {
    assert.equal(face.state.ask.origin, `https://d${i}.example`);
    face.say({ type: 'cancel', ask: face.state.ask.id });
    await world.settle();
  }
  assert.equal(face.state.ask, null);
});

test('a page cannot take another\'s question over by its id', async () => {
  const world = new World();
  world.host.run('alice');
  const { page, face } = await world.asking(kSite, { id: 'same' });
  const { id } = face.state.ask;
  const evil = world.page('https://evil.example');
  ask(evil, 'same');
  ask(evil, id, kActive);
  evil.say({ type: 'withdraw', id: 'same' });
  evil.say({ type: 'withdraw', id });
  await world.settle();
  assert.deepEqual(face.state.ask, { id, origin: kSite });
  face.say({ type: 'choose', ask: id, profile: 'alice' });
  await world.settle();
  assert.equal(page.last('picked').id, 'same');
  assert.equal(evil.last('picked'), undefined);
  assert.deepEqual(world.host.asked('grant').map(({ origin }) => origin),
    [kSite]);
});

test('of two pages of one origin with one id the later is asked for',
  async () => {
    const world = new World();
    world.host.run('alice');
    const { page, face } = await world.asking(kSite, { id: 'same' });
    const twin = world.page();
    ask(twin, 'same', kActive);
    await world.settle();
    assert.equal(page.last('failed').code, 'superseded');
    page.leave();
    await world.settle();
    const { id } = face.state.ask;
    face.say({ type: 'choose', ask: id, profile: 'alice' });
    await world.settle();
    assert.equal(twin.last('picked').id, 'same');
  });

test('what was chosen is revoked as any', async () => {
  const world = new World();
  world.host.run('alice');
  const { page, face } = await world.asking(kSite);
  face.say({ type: 'choose', ask: face.state.ask.id, profile: 'alice' });
  await world.settle();
  world.host.revoke('alice', kSite);
  await world.settle();
  assert.equal(page.last('lost').rdns, rdnsOf('alice', kSite));
});

test('a choice stands before the host has shown its grant', async () => {
  const world = new World();
  world.host.isLate = true;
  world.host.run('alice');
  const { page, face } = await world.asking(kSite);
  face.say({ type: 'choose', ask: face.state.ask.id, profile: 'alice' });
  await world.settle();
  world.host.say({ type: 'access', profile: 'alice', approvals: [], grants: [] });
  await world.settle();
  assert.equal(page.last('lost'), undefined);
  world.host.tell();
  await world.settle();
  world.host.revoke('alice', kSite);
  await world.settle();
  assert.notEqual(page.last('lost'), undefined);
});

test('profiles are shown for the origin that asks now, never another\'s',
  async () => {
    const world = new World();
    world.host.run('alice');
    world.host.run('bob');
    world.host.grant('alice', 'https://other.example');
    const { page, face } = await world.asking(kSite);
    await world.asking('https://other.example');
    page.leave();
    await world.settle();
    const kShown =
      { [kSite]: [false, false], 'https://other.example': [true, false] };
    const shown = face.heard.filter(({ profiles, ask: one }) => profiles && one);
    assert.ok(shown.length >= 2);
    for (const { profiles, ask: { origin } } of shown) {
      assert.deepEqual(profiles.map(({ granted }) => granted), kShown[origin]);
    }
    assert.equal(face.state.ask.origin, 'https://other.example');
    assert.notEqual(face.state.profiles, null);
  });
