// How a session finds back when its channel was lost: berthd has ended.
import { Backoff } from '../backoff.js';
import { withLimit } from '../limit.js';
import { Waker } from '../waker.js';

const kAskAgainMs = 1000;
// The page of the popup may die with the question.
const kAnswerLimitMs = 10_000;
// What asking again may help against.
const kPassing = [
  'no_gateway', 'unavailable', 'not_running', 'restarted', 'ticket',
  'superseded', 'timeout',
];

/**
 * Of a loopback page, by itself, for as long as it takes. `restore()` opens
 * what this origin is still granted.
 */
export async function reviveDirect(session, timers, restore) {
  const waker = new Waker(timers);
  const backoff = new Backoff(Math.random);
  while (!session.isOpen) {
    await waker.wait(backoff.next(), session.life);
    if (session.life.aborted) return;
    try {
      await restore();
    } catch {
      // No gateway answers: that is what it waits for.
    }
  }
}

/**
 * Of a public page, by its popup while that is open. `resume(signal)` asks
 * there; a refusal ends it, so that nobody is asked twice.
 */
export async function reviveRelayed(session, timers, popup, resume) {
  const waker = new Waker(timers);
  const limit = {
    what: 'resuming', signal: session.life, timeoutMs: kAnswerLimitMs, timers,
  };
  while (!session.isOpen && popup.checkOpen()) {
    await waker.wait(kAskAgainMs, session.life);
    if (session.life.aborted) return;
    if (session.isOpen || popup.isAsking) continue;
    try {
      await withLimit(limit, resume);
      return;
    } catch ({ code }) {
      if (!kPassing.includes(code)) return;
    }
  }
}
