import assert from 'node:assert/strict';
import test from 'node:test';
import { Heartbeat } from '../../../launcher/gateway/assets/heartbeat.js';

function setUp(picker) {
  const done = [];
  const link = { closed: false, send: ({ type }) => done.push(type) };
  const heartbeat = new Heartbeat(link, picker, () => done.push('close'));
  const seconds = (count) => {
    done.length = 0;
    for (let i = 0; i < count * 5; i += 1) heartbeat.tick();
    return done;
  };
  return { link, seconds };
}

test('a page that has profiles here hears of it every second, another one never', () => {
  assert.equal(setUp({ isHeld: true, isAway: false }).seconds(10).length, 10);
  assert.equal(setUp({ isHeld: false, isAway: true }).seconds(10).length, 0);
});

test('for a minute after the page left it is every 200 ms', () => {
  const picker = { isHeld: true, isAway: false };
  const { seconds } = setUp(picker);
  seconds(3);
  picker.isAway = true;
  assert.equal(seconds(59).length, 59 * 5);
  seconds(1);
  assert.equal(seconds(10).length, 10);
});

test('the window closes with its opener', () => {
  const { link, seconds } = setUp({ isHeld: false });
  assert.deepEqual(seconds(1), []);
  link.closed = true;
  assert.ok(seconds(1).includes('close'));
});
