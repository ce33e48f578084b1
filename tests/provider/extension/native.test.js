// The native host, as the background keeps it: seen by the window, the popup
// and pages.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createPorts } from './support/fake_port.js';
import { rdnsOf } from './support/fake_host.js';
import { kSite, World } from './support/world.js';

const kRdns = rdnsOf('alice', kSite);

test('the host runs while somebody is there, and lingers between pages',
  async () => {
    const world = new World();
    await world.advance(60_000);
    assert.equal(world.host.starts, 0);
    const page = world.page();
    await world.settle();
    assert.ok(world.host.isConnected);
    assert.deepEqual(world.host.received, [{ type: 'watch' }]);
    page.leave();
    await world.advance(4900);
    const next = world.page();
    await world.advance(60_000);
    assert.equal(world.host.starts, 1);
    assert.ok(world.host.isConnected);
    const face = world.face();
    next.leave();
    await world.advance(60_000);
    assert.ok(world.host.isConnected);
    face.leave();
    await world.advance(4900);
    assert.ok(world.host.isConnected);
    await world.advance(200);
    assert.equal(world.host.isConnected, false);
    await world.advance(60_000);
    assert.equal(world.host.starts, 1);
    assert.equal(world.timers.pending, 0);
  });

const kTroubles = {
  'Specified native messaging host not found.':
    ['no_host', 'register Berth with this browser: berth browser install'],
  'No such native application app.berth.registry':
    ['no_host', 'register Berth with this browser: berth browser install'],
  'Access to the specified native messaging host is forbidden.':
    ['forbidden', 'register Berth with this browser: berth browser install'],
  'This extension does not have permission to use native application x':
    ['forbidden', 'register Berth with this browser: berth browser install'],
  'Native host has exited.': ['ended', 'see what is wrong: berth doctor'],
  'Error when communicating with the native messaging host.':
    ['ended', 'see what is wrong: berth doctor'],
  '': ['ended', 'see what is wrong: berth doctor'],
  'It rains.': ['ended', 'see what is wrong: berth browser status'],
};

for (const [reason, [code, hint]] of Object.entries(kTroubles)) {
  test(`"${reason}" is shown as what it means`, async () => {
    const world = new World();
    world.host.missing = reason;
    const face = world.face();
    await world.advance(1000);
    const { trouble } = face.state;
    assert.equal(trouble.code, code);
    assert.equal(trouble.hint, hint);
    assert.doesNotMatch(trouble.message, /: *$/);
  });
}

test('a browser that says why at the runtime is heard too', async () => {
  const world = new World();
  world.host.missing = '';
  const { start } = world.host;
  world.host.start = () => Object.assign(start.call(world.host), { error: null });
  world.browser.runtime.lastError =
    { message: 'Specified native messaging host not found.' };
  const face = world.face();
  await world.advance(1000);
  assert.equal(face.state.trouble.code, 'no_host');
});

test('a missing host is looked for after growing pauses, at once for somebody ' +
  'new, and is used when it is there', async () => {
  const world = new World();
  world.host.missing = 'Specified native messaging host not found.';
  const face = world.face();
  await world.advance(60_000);
  const { starts } = world.host;
  assert.ok(starts > 12 && starts < 30, `${starts} starts in a minute`);
  world.page();
  await world.settle();
  assert.equal(world.host.starts, starts + 1);
  await world.advance(900);
  assert.ok(world.host.starts > starts + 3);
  world.host.missing = null;
  world.host.run('alice');
  const page = await world.linked();
  assert.equal(face.state.trouble, null);
  assert.equal(page.last('linked').type, 'linked');
});

test('a killed host is trouble, then back, and so are its channels', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.grant('alice', kSite);
  world.host.methods.slow = () => new Promise(() => {});
  const face = world.face();
  const page = await world.linked();
  await world.advance(10_000);
  page.call(kRdns, 1, 'slow');
  await world.settle();
  world.host.kill();
  await world.settle();
  assert.equal(face.state.trouble.code, 'ended');
  assert.equal(page.answer(1).error.code, 4900);
  assert.equal(page.states.at(-1).state, 'gone');
  await world.advance(500);
  assert.equal(face.state.trouble, null);
  assert.equal(page.states.at(-1).state, 'ready');
  page.call(kRdns, 2, 'eth_chainId');
  await world.settle();
  assert.equal(page.answer(2).result, '0x1');
  assert.equal(page.all('lost').length, 0);
});

test('what was revoked while the host was away is revoked when it is back',
  async () => {
    const world = new World();
    world.host.run('alice');
    world.host.grant('alice', kSite);
    const page = await world.linked();
    world.host.kill();
    world.host.revoke('alice', kSite);
    await world.advance(1000);
    assert.equal(page.last('lost').rdns, kRdns);
  });

test('a host that ends again and again is started ever less often', async () => {
  const world = new World();
  world.host.run('alice');
  world.page();
  await world.settle();
  for (let i = 0; i < 600; i += 1) {
    if (world.host.isConnected) world.host.kill();
    await world.advance(100);
  }
  assert.ok(world.host.starts > 12 && world.host.starts < 30,
    `${world.host.starts} starts in a minute`);
  await world.advance(20_000);
  const { starts } = world.host;
  world.host.kill();
  await world.advance(110);
  assert.equal(world.host.starts, starts + 1);
});

test('an answer in pieces is put together', async () => {
  const world = new World();
  world.host.methods.echo = (_, [text]) => text;
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const { say } = world.host;
  world.host.say = (message) => {
    const text = JSON.stringify(message);
    for (let at = 0; at < text.length; at += 50) {
      say.call(world.host, {
        type: 'piece', text: text.slice(at, at + 50),
        last: at + 50 >= text.length,
      });
    }
  };
  const page = await world.linked();
  const long = 'a\u20ac'.repeat(5000);
  page.call(kRdns, 1, 'echo', [long]);
  await world.settle();
  assert.equal(page.answer(1).result, long);
});

test('half a message of a host that ended is forgotten', async () => {
  const world = new World();
  world.host.run('alice');
  const face = world.face();
  await world.settle();
  world.host.say({ type: 'piece', text: '{"type":', last: false });
  await world.settle();
  world.host.kill();
  const say = world.host.say.bind(world.host);
  world.host.say = (message) =>
    say({ type: 'piece', text: JSON.stringify(message), last: true });
  await world.advance(1000);
  assert.equal(face.state.trouble, null);
});

test('what befell the host itself is shown until it lists again', async () => {
  const world = new World();
  const face = world.face();
  await world.settle();
  const error = { code: 'failed', message: 'no registry', hint: 'berth doctor' };
  world.host.say({ type: 'error', ...error });
  await world.settle();
  assert.deepEqual(face.state.trouble, error);
  world.host.run('alice');
  await world.settle();
  assert.equal(face.state.trouble, null);
});

test('an error of the host is what the call fails with', async () => {
  const world = new World();
  const face = world.face();
  await world.settle();
  const call = face.say({ type: 'revoke', profile: 'x', origin: kSite });
  await world.settle();
  assert.deepEqual(face.outcome(call).error, {
    code: 'not_found', message: 'no profile is called x', hint: 'berth list',
  });
});

test('a host that does not answer fails the call in time', async () => {
  const world = new World();
  world.host.run('alice');
  const face = world.face();
  await world.settle();
  world.host.isSilent = true;
  const decide =
    face.say({ type: 'decide', profile: 'alice', question: 'q', decision: 'deny' });
  const stop = face.say({ type: 'stop', profile: 'alice' });
  await world.advance(9900);
  assert.equal(face.outcome(decide), undefined);
  await world.advance(200);
  const { code, message, hint } = face.outcome(decide).error;
  assert.equal(code, 'timed_out');
  assert.match(message, /decide/);
  assert.match(hint, /berth doctor/);
  assert.equal(face.outcome(stop), undefined);
  await world.advance(50_000);
  assert.equal(face.outcome(stop).error.code, 'timed_out');
});

test('without a host a call fails at once, and one under way when it ends',
  async () => {
    const world = new World();
    world.host.run('alice');
    const face = world.face();
    await world.settle();
    world.host.isSilent = true;
    const waiting = face.say({ type: 'start', profile: 'alice' });
    await world.settle();
    world.host.missing = 'gone';
    world.host.kill();
    await world.settle();
    assert.equal(face.outcome(waiting).error.code, 'unavailable');
    const late = face.say({ type: 'start', profile: 'alice' });
    await world.settle();
    assert.equal(face.outcome(late).error.code, 'unavailable');
  });

test('the first port of a browser may end late without ending the second',
  async () => {
    const world = new World();
    const ends = [];
    world.browser.runtime.connectNative = () => {
      const [browsers, host] = createPorts();
      ends.push({ browsers, host });
      return browsers;
    };
    const face = world.face();
    await world.settle();
    face.leave();
    await world.advance(6000);
    world.page();
    await world.settle();
    assert.equal(ends.length, 2);
    ends[0].browsers.onDisconnect.emit(ends[0].browsers);
    await world.advance(10_000);
    assert.equal(ends.length, 2);
  });
