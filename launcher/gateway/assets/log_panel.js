const kEveryMs = 2000;

/**
 * The log of one profile, read anew every 2 s while its end is looked at.
 * `read(name, signal)` gives its last lines; `timers` has setTimeout and
 * clearTimeout.
 */
export class LogPanel {
  #shown = null;
  #reading = null;
  #timer = null;
  #read;
  #onChange;
  #timers;

  constructor({ read, onChange, timers }) {
    this.#read = read;
    this.#onChange = onChange;
    this.#timers = timers;
  }

  /**
   * `{name, lines, error, follows}`, or null while it is closed. `lines` is
   * null until they are there; `error` is that of the last reading, or null.
   */
  get shown() {
    return this.#shown;
  }

  open(name) {
    this.#stop();
    this.#shown = { name, lines: null, error: null, follows: true };
    this.#onChange();
    this.#refresh();
  }

  close() {
    this.#stop();
    this.#shown = null;
    this.#onChange();
  }

  /** False: the user reads further up, so nothing may move under the eye. */
  follow(follows) {
    if (this.#shown === null || this.#shown.follows === follows) return;
    this.#stop();
    this.#change({ follows });
    if (follows) this.#refresh();
  }

  async #refresh() {
    const reading = new AbortController();
    this.#reading = reading;
    const change = await this.#readOnce(reading.signal);
    if (reading.signal.aborted) return;
    this.#change(change);
    this.#timer = this.#timers.setTimeout(() => this.#refresh(), kEveryMs);
  }

  async #readOnce(signal) {
    try {
      return { lines: await this.#read(this.#shown.name, signal), error: null };
    } catch (error) {
      return { error };
    }
  }

  #change(change) {
    this.#shown = { ...this.#shown, ...change };
    this.#onChange();
  }

  #stop() {
    this.#reading?.abort();
    this.#timers.clearTimeout(this.#timer);
  }
}
