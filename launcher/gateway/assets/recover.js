// After berthd has ended: looks for the next one.
import { request } from './api.js';

const kPauseMs = 500;
const kLongestPauseMs = 5000;
const kLimitMs = 2000;

// Any answer will do: a new run of berthd refuses this host name (403).
async function answers() {
  try {
    await request('GET', '/health', undefined, { limitMs: kLimitMs });
    return true;
  } catch (error) {
    return error.status !== 0;
  }
}

const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Loads the picker anew, at the new run's own host, as soon as one answers. */
export async function recover(window) {
  // A berthd that is just ending answers too, and is gone a moment later.
  let pause = kPauseMs;
  do {
    await rest(pause);
    pause = Math.min(pause * 2, kLongestPauseMs);
  } while (!(await answers()));
  window.location.replace(`http://127.0.0.1:${window.location.port}/pick`);
}
