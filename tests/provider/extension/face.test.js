// What the extension's window and popup are shown, and what is done there.
import assert from 'node:assert/strict';
import test from 'node:test';
import { kSite, World } from './support/world.js';

const created = ({ browser }) => browser.windows.created.length;
const focused = ({ browser }) => browser.windows.focused.length;

async function withFace(name = 'popup') {
  const world = new World();
  world.host.run('alice');
  world.host.run('bob');
  const face = world.face(name);
  await world.settle();
  return { world, face };
}

test('the popup shows all profiles for the site of its tab', async () => {
  const { world, face } = await withFace();
  world.host.grant('bob', kSite);
  await world.settle();
  assert.equal(face.state.site, kSite);
  assert.deepEqual(face.state.profiles.map(({ name, granted }) => [name, granted]),
    [['alice', false], ['bob', true]]);
});

for (const url of [undefined, 'about:blank', 'file:///home/me/x.html', 'x']) {
  test(`a tab at ${url} is no site; the profiles are shown all the same`,
    async () => {
      const world = new World();
      world.host.run('alice');
      world.browser.tabs.query = async () => (url === undefined ? [] : [{ url }]);
      const face = world.face('popup');
      await world.settle();
      assert.equal(face.state.site, null);
      assert.deepEqual(face.state.profiles.map(({ granted }) => granted), [null]);
    });
}

test('a window that nobody asks in reads no profiles', async () => {
  const { world, face } = await withFace('window');
  assert.equal(face.state.profiles, null);
  assert.deepEqual(world.host.asked('profiles'), []);
});

test('starting, stopping and revoking are done by the host, then told',
  async () => {
    const { world, face } = await withFace();
    world.host.grant('alice', kSite);
    const calls = [
      { type: 'stop', profile: 'bob' },
      { type: 'start', profile: 'bob' },
      { type: 'revoke', profile: 'alice', origin: kSite },
    ].map((message) => face.say(message));
    await world.settle();
    for (const call of calls) assert.equal(face.outcome(call).type, 'done');
    assert.equal(world.host.asked('stop')[0].name, 'bob');
    assert.equal(world.host.asked('start')[0].name, 'bob');
    assert.deepEqual(face.state.profiles.map(({ status, granted }) =>
      [status, granted]), [['running', false], ['running', false]]);
  });

test('after a start that failed the profiles are read again', async () => {
  const { world, face } = await withFace();
  const before = world.host.asked('profiles').length;
  const call = face.say({ type: 'start', profile: 'nobody' });
  await world.settle();
  assert.equal(face.outcome(call).error.code, 'not_found');
  assert.equal(world.host.asked('profiles').length, before + 1);
});

test('what is no call fails, and the port goes on', async () => {
  const { world, face } = await withFace();
  const call = face.say({ type: 'format' });
  await world.settle();
  assert.equal(face.outcome(call).error.code, 'failed');
  const next = face.say({ type: 'stop', profile: 'bob' });
  await world.settle();
  assert.equal(face.outcome(next).type, 'done');
});

test('profiles that cannot be read are trouble, until they can', async () => {
  const { world, face } = await withFace();
  const say = world.host.say.bind(world.host);
  const error = { code: 'failed', message: 'cannot read them', hint: 'look' };
  world.host.say = (message) => say(message.type === 'profiles'
    ? { type: 'error', id: message.id, ...error } : message);
  world.host.run('carol');
  await world.settle();
  assert.deepEqual(face.state.trouble, error);
  world.host.say = say;
  world.host.run('dave');
  await world.settle();
  assert.equal(face.state.trouble, null);
  assert.equal(face.state.profiles.length, 4);
});

test('while profiles are read, what changes is read once more, not many times',
  async () => {
    const { world, face } = await withFace();
    const before = world.host.asked('profiles').length;
    for (let i = 0; i < 50; i += 1) world.host.ask('alice', [`q${i}`, kSite]);
    await world.settle();
    const reads = world.host.asked('profiles').length - before;
    assert.ok(reads >= 1 && reads < 20, `${reads} reads`);
    assert.equal(face.state.questions[0].id, 'q49');
  });

test('questions of pages are shown, the oldest first, and decided', async () => {
  const { world, face } = await withFace();
  world.host.ask('bob', ['b', kSite], ['native', null]);
  world.host.ask('alice', ['a', kSite], ['a2', 'https://other.example']);
  await world.settle();
  assert.deepEqual(face.state.questions.map(({ id }) => id).sort(),
    ['a', 'a2', 'b']);
  assert.equal(face.state.questions.at(-1).id, 'a2');
  assert.equal(world.browser.action.text, '3');
  const call = face.say(
    { type: 'decide', profile: 'alice', question: 'a', decision: 'approve' });
  await world.settle();
  assert.equal(face.outcome(call).type, 'done');
  const { id, ...decided } = world.host.asked('decide')[0];
  assert.equal(typeof id, 'number');
  assert.deepEqual(decided, {
    type: 'decide', profile: 'alice', question: 'a', decision: 'approve',
  });
  assert.deepEqual(face.state.questions.map(({ id: one }) => one), ['b']);
  assert.equal(world.browser.action.text, '1');
});

test('a question opens the window once, for a page that is here', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.run('bob');
  world.host.grant('alice', kSite);
  const page = await world.linked();
  world.host.ask('alice', ['of another', 'https://other.example']);
  world.host.ask('bob', ['of a profile that it does not use', kSite]);
  await world.settle();
  assert.equal(created(world), 0);
  assert.equal(world.browser.action.text, '2');
  world.host.ask('alice', ['q', kSite]);
  await world.settle();
  assert.equal(created(world), 1);
  world.host.run('carol');
  await world.settle();
  assert.equal(focused(world), 0);
  world.host.ask('alice', ['q', kSite], ['q2', kSite]);
  await world.settle();
  assert.equal(created(world), 1);
  assert.deepEqual(world.browser.windows.focused, [[1, { focused: true }]]);
  world.browser.windows.close(1);
  world.host.run('dave');
  await world.settle();
  assert.equal(created(world), 1);
  page.leave();
  world.host.ask('alice', ['q3', kSite]);
  await world.settle();
  assert.equal(created(world), 1);
});

test('two causes at once open one window', async () => {
  const world = new World();
  const { windows } = world.browser;
  const { create } = windows;
  windows.create = async (options) => {
    await new Promise((resolve) => world.timers.setTimeout(resolve, 50));
    return create(options);
  };
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const page = await world.linked();
  page.say({ type: 'ask', id: 'q', want: 'choose' });
  await world.settle();
  world.host.ask('alice', ['a', kSite]);
  await world.advance(200);
  assert.equal(created(world), 1);
});

test('a background that begins anew finds the window that is open', async () => {
  const world = new World();
  await world.asking();
  const { browser } = world;
  const next = new World();
  Object.assign(next.browser, { windows: browser.windows, storage: browser.storage });
  next.page().say({ type: 'ask', id: 'q', want: 'choose' });
  await next.settle();
  assert.equal(created(world), 1);
  assert.equal(focused(world), 1);
});

test('a window that has gone is told nothing and holds nothing', async () => {
  const { world, face } = await withFace('popup');
  face.leave();
  await world.advance(6000);
  assert.equal(world.host.isConnected, false);
  const heard = face.heard.length;
  const reads = world.host.asked('profiles').length;
  world.page().say({ type: 'ask', id: 'q', want: 'choose' });
  await world.settle();
  world.host.kill();
  await world.advance(1000);
  assert.equal(face.heard.length, heard);
  assert.equal(world.host.asked('profiles').length, reads);
});
