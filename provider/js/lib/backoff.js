const kFirstMs = 100;
const kLastMs = 5000;

/**
 * Pauses that double from 100 ms to 5 s. Each is drawn from the upper half of
 * its span, so that many clients of one instance do not come back in step.
 */
export class Backoff {
  #random;
  #span = kFirstMs;

  /** `random()`: as Math.random. */
  constructor(random) {
    this.#random = random;
  }

  /** The next pause, in milliseconds. */
  next() {
    const pause = (this.#span / 2) * (1 + this.#random());
    this.#span = Math.min(this.#span * 2, kLastMs);
    return pause;
  }

  reset() {
    this.#span = kFirstMs;
  }
}
