import { BerthError } from './errors.js';

function timeout(what, ms) {
  return new BerthError('timeout', `${what} took longer than ${ms} ms`, {
    hint: 'try again, or give it a longer timeoutMs',
  });
}

// What timers can count.
const kLongestMs = 2 ** 31 - 1;

function checkTimeout(ms) {
  if (Number.isFinite(ms) && ms > 0 && ms <= kLongestMs) return;
  throw new TypeError(
    `Expected timeoutMs to be a number from 1 to ${kLongestMs}, got ${ms}`);
}

/**
 * Runs `operation(signal)` with a signal that is aborted with the reason of
 * the caller's `signal`, or with BerthError `timeout` after `timeoutMs`.
 * Leaves neither a timer nor a listener behind.
 */
export async function withLimit(
  { what, signal, timeoutMs, timers }, operation) {
  checkTimeout(timeoutMs);
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal.reason);
  const timer = timers.setTimeout(
    () => controller.abort(timeout(what, timeoutMs)), timeoutMs);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  try {
    return await operation(controller.signal);
  } finally {
    timers.clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
