import assert from 'node:assert/strict';
import test from 'node:test';
import { ClickGuard, guardWindow } from '../../../provider/ui/guarded_click.js';
import { fakeWindow } from './support/fake_window.js';

const click = (more = {}) => ({ isTrusted: true, detail: 1, ...more });
const byKey = () => click({ detail: 0 });

// A guard of a window of 420 x 640 whose clock only this test moves.
function setUp() {
  const world = { time: 1000, width: 420, height: 640 };
  const guard = new ClickGuard({ now: () => world.time, size: () => world });
  return { guard, world, pass: (ms) => (world.time += ms) };
}

function settled() {
  const all = setUp();
  all.pass(500);
  return all;
}

test('a click grants when nothing has moved for 500 ms, not before', () => {
  const { guard, pass } = setUp();
  assert.equal(guard.judge(click()), 'early');
  pass(499);
  assert.equal(guard.judge(click()), 'early');
  pass(1);
  assert.equal(guard.judge(click()), null);
  guard.disturb();
  assert.equal(guard.judge(click()), 'early');
});

test('a click that a script made grants nothing', () => {
  const { guard } = settled();
  assert.equal(guard.judge(click({ isTrusted: false })), 'untrusted');
});

test('the second click of a double click and a repeated event grant nothing', () => {
  const { guard } = settled();
  assert.equal(guard.judge(click({ detail: 2 })), 'repeated');
  assert.equal(guard.judge(click({ repeat: true })), 'repeated');
});

test('a window below 320 x 400 grants nothing', () => {
  const { guard, world } = settled();
  world.width = 319;
  assert.equal(guard.judge(click()), 'small');
  Object.assign(world, { width: 320, height: 399 });
  assert.equal(guard.judge(click()), 'small');
  world.height = 400;
  assert.equal(guard.judge(click()), null);
});

test('Enter held since before the window was there never grants', () => {
  const { guard, pass } = setUp();
  guard.keyDown({ key: 'Enter', repeat: false });  // as some systems tell it
  pass(5000);
  assert.equal(guard.judge(byKey()), 'early');
  guard.keyDown({ key: 'Enter', repeat: true });
  assert.equal(guard.judge(byKey()), 'early');
});

test('Enter grants once, however long it is held', () => {
  const { guard, pass } = settled();
  guard.keyDown({ key: 'Enter', repeat: false });
  assert.equal(guard.judge(byKey()), null);
  pass(600);
  guard.keyDown({ key: 'Enter', repeat: true });
  assert.equal(guard.judge(byKey()), 'early');
});

test('a release of any key makes it dead for 500 ms', () => {
  const { guard, pass } = settled();
  guard.keyUp({ key: 'Tab' });
  guard.keyDown({ key: 'Enter', repeat: false });
  assert.equal(guard.judge(byKey()), 'early');
  guard.keyUp({ key: 'Enter' });
  pass(500);
  guard.keyDown({ key: 'Enter', repeat: false });
  assert.equal(guard.judge(byKey()), null);
});

test('Space grants at its release if it was pressed while live', () => {
  const { guard, pass } = settled();
  guard.keyDown({ key: ' ', repeat: false });
  guard.keyUp({ key: ' ' });
  assert.equal(guard.judge(byKey()), null);
  assert.equal(guard.judge(click()), 'early');
  pass(100);
  guard.keyDown({ key: ' ', repeat: false });
  pass(1000);
  guard.keyUp({ key: ' ' });
  assert.equal(guard.judge(byKey()), 'early');
});

test('Space held grants nothing at its release', () => {
  const { guard, pass } = settled();
  guard.keyDown({ key: ' ', repeat: false });
  guard.keyDown({ key: ' ', repeat: true });
  pass(600);
  guard.keyUp({ key: ' ' });
  assert.equal(guard.judge(byKey()), 'early');
});

test('the release of Enter excuses no click', () => {
  const { guard } = settled();
  guard.keyDown({ key: 'Enter', repeat: false });
  guard.keyUp({ key: 'Enter' });
  assert.equal(guard.judge(byKey()), 'early');
});

test('a press that began on what was there before grants nothing', () => {
  const { guard, pass } = settled();
  guard.pointerDown();
  guard.disturb();
  pass(2000);
  assert.equal(guard.judge(click()), 'early');
  guard.pointerDown();
  assert.equal(guard.judge(click()), null);
});

test('a change at the release of Space is not forgiven with the release', () => {
  const { guard } = settled();
  guard.keyDown({ key: ' ', repeat: false });
  guard.keyUp({ key: ' ' });
  guard.disturb();
  assert.equal(guard.judge(byKey()), 'early');
});

for (const type of ['load', 'pageshow', 'focus', 'resize', 'keyup', 'visibilitychange'])
  test(`after ${type} of its window a guard is dead for 500 ms, and says so`, (t) => {
    const window = fakeWindow(t);
    let changes = 0;
    const guard = guardWindow(window, () => (changes += 1));
    window.pass(500);
    assert.equal(guard.isLive(), true);
    const target = type === 'visibilitychange' ? window.document : window;
    target.dispatchEvent(new Event(type));
    assert.equal(guard.isLive(), false);
    assert.equal(changes, 1);
    window.pass(500);
    assert.equal(guard.isLive(), true);
    assert.equal(changes, 2);
  });

test('a timer that ends before the clock of its window says when that clock is there', (t) => {
  const window = fakeWindow(t);
  let clock = 0;
  window.performance.now = () => clock;
  const told = [];
  const guard = guardWindow(window, () => told.push(guard.isLive()));
  guard.disturb();
  clock = 499;
  window.pass(500);
  assert.deepEqual(told, [false]);
  clock = 500;
  window.pass(1);
  assert.deepEqual(told, [false, true]);
});

test('a guard hears the presses of its window', (t) => {
  const window = fakeWindow(t);
  const guard = guardWindow(window, () => {});
  const presses = [
    new Event('pointerdown'),
    Object.assign(new Event('keydown'), { key: 'Enter', repeat: false }),
  ];
  for (const press of presses) {
    guard.disturb();
    window.dispatchEvent(press);
    window.pass(1000);
    assert.equal(guard.judge(click()), 'early');
    assert.equal(guard.judge(click()), null);
  }
});
