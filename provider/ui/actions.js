/**
 * What the user has set going, and how it failed, by a key of its subject. One
 * at a time a subject.
 */
export class Actions {
  #busy = new Map();
  #failures = new Map();
  #done = new Set();
  #living = new Set();
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** The verb that runs for `key`, or null. */
  busy(key) {
    return this.#busy.get(key) ?? null;
  }

  /** `[{key, verb, error}]`, the latest last. */
  failures() {
    return [...this.#failures.values()];
  }

  /** `{key, verb, error}` of the last action on `key`, or null. */
  failure(key) {
    return this.#failures.get(key) ?? null;
  }

  dismiss(key) {
    this.#failures.delete(key);
    this.#onChange();
  }

  /**
   * Runs `operation` for `key`, unless something runs for it already. `final`:
   * the subject goes when it succeeds, and is busy until keep() is told so.
   */
  async run({ key, verb, final = false }, operation) {
    if (this.#busy.has(key)) return;
    this.#busy.set(key, verb);
    this.#failures.delete(key);
    this.#onChange();
    try {
      await operation();
      if (final && this.#living.has(key)) this.#done.add(key);
    } catch (error) {
      this.#failures.set(key, { key, verb, error });
    }
    if (!this.#done.has(key)) this.#busy.delete(key);
    this.#onChange();
  }

  /** The subjects that there are now: those done and gone are forgotten. */
  keep(keys) {
    this.#living = new Set(keys);
    for (const key of this.#done) {
      if (this.#living.has(key)) continue;
      this.#done.delete(key);
      this.#busy.delete(key);
    }
  }
}
