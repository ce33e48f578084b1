import assert from 'node:assert/strict';
import test from 'node:test';
import { BackgroundLink } from '../../../provider/extension/lib/background_link.js';
import { createFakeTimers } from '../support/fake_timers.js';
import { FakeRuntime } from './support/fake_runtime.js';

const kState = { type: 'state', questions: [] };

function setUp() {
  const runtime = new FakeRuntime();
  const timers = createFakeTimers();
  const states = [];
  const late = [];
  const link = new BackgroundLink({
    name: 'popup',
    runtime,
    timers,
    onState: (state) => states.push(state),
    onLate: (error) => late.push(error.code),
  });
  return { runtime, timers, states, late, link };
}

test('it connects by its name, and gives each state on', () => {
  const { runtime, states } = setUp();
  assert.equal(runtime.port.name, 'popup');
  runtime.port.tell(kState);
  runtime.port.tell({ ...kState, site: 'https://app.example' });
  assert.deepEqual(states.map(({ site }) => site), [undefined, 'https://app.example']);
});

test('a call settles by the answer of its number, in whatever order they come', async () => {
  const { runtime, timers, link } = setUp();
  runtime.port.tell(kState);
  const start = link.call({ type: 'start', profile: 'bob' });
  const stop = link.call({ type: 'stop', profile: 'alice' });
  const [first, second] = runtime.port.sent;
  assert.deepEqual([first.type, second.type], ['start', 'stop']);
  const error = { code: 'failed', message: 'alice does not stop', hint: 'see: berth logs alice' };
  runtime.port.tell({ type: 'failed', call: second.call, error });
  runtime.port.tell({ type: 'done', call: first.call });
  await start;
  await assert.rejects(stop, error);
  assert.equal(timers.pending, 0);
});

test('what waits when the background ends is lost, and never sent again', async () => {
  const { runtime, link } = setUp();
  runtime.port.tell(kState);
  const choosing = link.call({ type: 'choose' });
  runtime.port.end();
  await assert.rejects(choosing, { code: 'lost' });
  assert.deepEqual(runtime.port.sent, []);
});

test('a background that ended is woken at once', () => {
  const { runtime } = setUp();
  runtime.port.tell(kState);
  runtime.port.end();
  assert.equal(runtime.ports.length, 2);
});

test('one that ends before it tells anything is tried after longer and longer pauses', async () => {
  const { runtime, timers, link } = setUp();
  const pauses = [];
  for (let i = 0; i < 4; i += 1) {
    const tried = runtime.ports.length;
    const before = timers.now();
    runtime.port.end();
    await assert.rejects(link.call({ type: 'start' }), { code: 'lost' });
    while (runtime.ports.length === tried) await timers.advance(10);
    pauses.push(timers.now() - before);
  }
  assert.ok(pauses[0] >= 50 && pauses[0] <= 110, `${pauses}`);
  assert.ok(pauses[3] >= 400 && pauses[3] <= 810, `${pauses}`);
});

test('a call that is not answered times out', async () => {
  const { runtime, timers, link } = setUp();
  runtime.port.tell(kState);
  const starting = assert.rejects(link.call({ type: 'start' }), { code: 'timed_out' });
  await timers.advance(65_000);
  await starting;
  const [{ call }] = runtime.port.sent;
  runtime.port.tell({ type: 'done', call });  // to nobody
});

test('it says once that no state comes, however often the background ends', async () => {
  const { runtime, timers, late } = setUp();
  await timers.advance(3000);
  runtime.port.end();
  await timers.advance(1999);
  assert.deepEqual(late, []);
  await timers.advance(1);
  assert.deepEqual(late, ['late']);
});

test('a state that comes in time is not late, nor is one after the background ended', async () => {
  const { runtime, timers, late } = setUp();
  await timers.advance(4999);
  runtime.port.tell(kState);
  await timers.advance(60_000);
  runtime.port.end();
  await timers.advance(4999);
  runtime.port.tell(kState);
  await timers.advance(60_000);
  assert.deepEqual(late, []);
});
