// What a second click must confirm is no second click when it comes at once: a
// double click, or a key that is held down. Key repeat may start this late.
const kSamePressMs = 700;
const kForgetMs = 6000;

/**
 * The one button in the page whose next press does it. `timers` has
 * setTimeout, clearTimeout and now (ms).
 */
export class Confirmation {
  #key = null;
  #lastPress = 0;
  #timer = null;
  #onChange;
  #timers;

  constructor(onChange, timers) {
    this.#onChange = onChange;
    this.#timers = timers;
  }

  isArmed(key) {
    return this.#key === key;
  }

  /** The first press arms `key`, the next one calls `act`. */
  press(key, act) {
    const early = this.#timers.now() - this.#lastPress < kSamePressMs;
    this.#lastPress = this.#timers.now();
    if (!this.isArmed(key)) {
      this.#arm(key);
    } else if (!early) {
      this.disarm(key);
      act();
    }
  }

  /** The user thought better of it: left the button, Escape, or took long. */
  disarm(key) {
    if (!this.isArmed(key)) return;
    this.#timers.clearTimeout(this.#timer);
    this.#key = null;
    this.#onChange();
  }

  #arm(key) {
    this.#timers.clearTimeout(this.#timer);
    this.#timer = this.#timers.setTimeout(() => this.disarm(key), kForgetMs);
    this.#key = key;
    this.#onChange();
  }
}
