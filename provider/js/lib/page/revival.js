// How a session finds back when its channel was lost: berthd has ended.
import { Backoff } from '../backoff.js';
import { Waker } from '../waker.js';

const kAskAgainMs = 1000;
// What asking again may help against.
const kPassing =
  ['no_gateway', 'unavailable', 'not_running', 'ticket', 'superseded'];

/**
 * Of a loopback page, by itself, for as long as it takes. `restore()` opens
 * what this origin is still granted.
 */
export async function reviveDirect(session, timers, restore) {
  const waker = new Waker(timers);
  const backoff = new Backoff(Math.random);
  while (!session.isOpen) {
    await waker.wait(backoff.next(), session.life);
    if (session.life.aborted || session.isOpen) return;
    try {
      await restore();
    } catch {
      // No gateway answers: that is what it waits for.
    }
  }
}

/**
 * Of a public page, by its popup while that is open. `resume(session)` asks
 * there; a refusal ends it, so that nobody is asked twice.
 */
export async function reviveRelayed(session, timers, popup, resume) {
  const waker = new Waker(timers);
  while (!session.isOpen && popup.checkOpen()) {
    await waker.wait(kAskAgainMs, session.life);
    if (session.life.aborted) return;
    if (session.isOpen || popup.isAsking) continue;
    try {
      await resume(session);
      return;
    } catch ({ code }) {
      if (code === 'no_gateway') popup.reload();
      if (!kPassing.includes(code)) return;
    }
  }
}
