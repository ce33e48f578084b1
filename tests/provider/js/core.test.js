import assert from 'node:assert/strict';
import test from 'node:test';
import { Backoff } from '../../../provider/js/lib/backoff.js';
import { isBerthError, isProviderRpcError } from 'berth-provider/node';
import { decodeFrame } from '../../../provider/js/lib/framing.js';
import { withLimit } from '../../../provider/js/lib/limit.js';
import { Waker } from '../../../provider/js/lib/waker.js';
import { createFakeTimers } from '../support/fake_timers.js';

test('pauses double from 100 ms to 5 s and begin again after a reset', () => {
  const backoff = new Backoff(() => 1);
  const pauses = Array.from({ length: 8 }, () => backoff.next());
  assert.deepEqual(pauses, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  backoff.reset();
  assert.equal(backoff.next(), 100);
});

test('a pause is never shorter than half of its span', () => {
  assert.equal(new Backoff(() => 0).next(), 50);
});

test('a wake before the pause is not lost', async () => {
  const timers = createFakeTimers();
  const waker = new Waker(timers);
  waker.wake();
  await waker.wait(1000, new AbortController().signal);
  assert.equal(timers.pending, 0);
});

test('a wake ends one pause only', async () => {
  const timers = createFakeTimers();
  const waker = new Waker(timers);
  const { signal } = new AbortController();
  waker.wake();
  await waker.wait(1000, signal);
  let ended = false;
  waker.wait(1000, signal).then(() => (ended = true));
  await timers.advance(999);
  assert.equal(ended, false);
  await timers.advance(1);
  await timers.advance(0);
  assert.equal(ended, true);
});

for (const data of ['', '[', 'null', '7', '{}', '{"id":"1","result":2}']) {
  test(`the frame ${data || '(empty)'} is neither answer nor event`, () => {
    assert.equal(decodeFrame(data), undefined);
  });
}

test('an error without code or message is an internal error', () => {
  const { error } = decodeFrame('{"id":1,"error":{"code":"x"}}');
  assert.equal(error.code, -32603);
});

test('errors are told apart by their symbol, not by instanceof', () => {
  const kind = Symbol.for('berth-provider.error');
  assert.equal(isBerthError({ [kind]: 'berth' }), true);
  assert.equal(isBerthError({ [kind]: 'rpc' }), false);
  assert.equal(isProviderRpcError({ [kind]: 'rpc' }), true);
  assert.equal(isProviderRpcError(new Error('x')), false);
  assert.equal(isBerthError(undefined), false);
});

for (const timeoutMs of [0, -1, NaN, Infinity, '5', 2 ** 31]) {
  test(`${timeoutMs} (${typeof timeoutMs}) is no time limit`, async () => {
    const limit = { timeoutMs, timers: createFakeTimers() };
    await assert.rejects(withLimit(limit, () => 1), TypeError);
  });
}
