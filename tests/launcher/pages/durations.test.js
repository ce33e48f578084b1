import assert from 'node:assert/strict';
import test from 'node:test';
import { countdown, humanDuration, since }
  from '../../../launcher/gateway/assets/durations.js';

test('a duration reads as berth list writes it', () => {
  const table = [[-5, '0 s'], [59.9, '59 s'], [60, '1 min'], [3599, '59 min'],
    [3600, '1 h'], [47 * 3600, '47 h'], [48 * 3600, '2 d']];
  for (const [seconds, text] of table) {
    assert.equal(humanDuration(seconds), text);
  }
});

test('the time since a moment, and none since what is no moment', () => {
  const now = Date.parse('2026-01-01T03:00:00Z');
  assert.equal(since('2026-01-01T00:00:00Z', now), '3 h');
  assert.equal(since(null, now), null);
  assert.equal(since('soon', now), null);
});

test('a countdown ends at zero, and not before', () => {
  const end = '2026-01-01T00:05:00Z';
  const at = (left) => countdown(end, Date.parse(end) - left);
  assert.equal(at(300_000), '5:00');
  assert.equal(at(61_000), '1:01');
  assert.equal(at(1), '0:01');
  assert.equal(at(0), '0:00');
  assert.equal(at(-5000), '0:00');
  assert.equal(countdown('soon', 0), null);
});
