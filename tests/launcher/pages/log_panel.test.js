import assert from 'node:assert/strict';
import test from 'node:test';
import { LogPanel } from '../../../launcher/gateway/assets/log_panel.js';
import { createFakeTimers } from '../../provider/support/fake_timers.js';

function createPanel() {
  const timers = createFakeTimers();
  const world = { timers, reads: [], answer: async () => ['one'] };
  world.panel = new LogPanel({
    read(name, signal) {
      world.reads.push({ name, signal });
      return world.answer(name);
    },
    onChange() {},
    timers,
  });
  return world;
}

test('it reads at once, then every 2 s, until it is closed', async () => {
  const { panel, reads, timers } = createPanel();
  assert.equal(panel.shown, null);
  panel.open('alice');
  assert.equal(panel.shown.lines, null);
  await timers.advance(0);
  assert.deepEqual(panel.shown.lines, ['one']);
  await timers.advance(4000);
  assert.equal(reads.length, 3);
  panel.close();
  assert.equal(panel.shown, null);
  assert.equal(timers.pending, 0);
});

test('while the user reads further up nothing changes', async () => {
  const { panel, reads, timers } = createPanel();
  panel.open('alice');
  await timers.advance(0);
  panel.follow(false);
  await timers.advance(10_000);
  assert.equal(reads.length, 1);
  panel.follow(true);
  await timers.advance(2000);
  assert.equal(reads.length, 3);
});

test('a failure is shown beside the last lines, and goes', async () => {
  const world = createPanel();
  const { panel, timers } = world;
  panel.open('alice');
  await timers.advance(0);
  const error = new Error('away');
  world.answer = () => Promise.reject(error);
  await timers.advance(2000);
  assert.deepEqual([panel.shown.lines, panel.shown.error], [['one'], error]);
  world.answer = async () => ['two'];
  await timers.advance(2000);
  assert.deepEqual([panel.shown.lines, panel.shown.error], [['two'], null]);
});

test('an answer for another log, or after the end, is not shown', async () => {
  const world = createPanel();
  const { panel, timers, reads } = world;
  const answers = {};
  world.answer = (name) => new Promise((resolve) => {
    answers[name] = resolve;
  });
  panel.open('alice');
  panel.open('bob');
  assert.equal(reads[0].signal.aborted, true);
  answers.alice(['of alice']);
  await timers.advance(0);
  assert.deepEqual([panel.shown.name, panel.shown.lines], ['bob', null]);
  panel.close();
  answers.bob(['of bob']);
  await timers.advance(0);
  assert.equal(panel.shown, null);
  assert.equal(timers.pending, 0);
});
