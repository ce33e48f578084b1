/** A pause that can be cut short. A `wake` while nobody waits is kept. */
export class Waker {
  #timers;
  #woken = false;
  #release;

  constructor(timers) {
    this.#timers = timers;
  }

  wake() {
    this.#woken = true;
    this.#release?.();
  }

  /** Resolves after `ms`, at `wake`, or when `signal` is aborted. */
  wait(ms, signal) {
    return new Promise((resolve) => {
      const release = () => {
        this.#timers.clearTimeout(timer);
        signal.removeEventListener('abort', release);
        this.#release = undefined;
        this.#woken = false;
        resolve();
      };
      const timer = this.#timers.setTimeout(release, ms);
      signal.addEventListener('abort', release);
      this.#release = release;
      if (this.#woken || signal.aborted) release();
    });
  }
}
