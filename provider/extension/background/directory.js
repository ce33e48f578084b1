// What the native host has told: who runs, what each asks and has granted.
import { abortable } from '../../js/lib/abortable.js';
import { Emitter } from '../../js/lib/emitter.js';

const byTime = (a, b) => (a.asked_at < b.asked_at ? -1 : 1);

/** Emits `change`. Keeps what it knows while the host is away. */
export class Directory {
  /** Whether the host has said who runs. */
  isKnown = false;
  #emitter = new Emitter();
  #instances = new Map();
  #access = new Map();

  on = this.#emitter.on;
  removeListener = this.#emitter.removeListener;

  constructor(native) {
    native.on('instances', ({ instances }) => this.#setInstances(instances));
    native.on('access', (message) => this.#setAccess(message));
  }

  /** `{name, id, title, color, icon, chain_id, state}` or undefined. */
  find(name) {
    return this.#instances.get(name);
  }

  /** Whether that profile runs and has told what it granted. */
  hasToldOf(name) {
    return this.#access.has(name);
  }

  /**
   * Resolves when each that runs has told what it granted; rejects with the
   * signal's reason.
   */
  async whenComplete(signal) {
    let look;
    const complete = new Promise((resolve) => {
      look = () => {
        if (this.#isComplete) resolve();
      };
    });
    this.on('change', look);
    look();
    try {
      await abortable(complete, signal);
    } finally {
      this.removeListener('change', look);
    }
  }

  /** `[{name, info}]` of those that run, the latest granted first. */
  grantedTo(origin) {
    return [...this.#access]
      .flatMap(([name, { grants }]) =>
        grants.map((grant) => ({ name, ...grant })))
      .filter((grant) => grant.origin === origin)
      .sort((a, b) => (a.granted_at > b.granted_at ? -1 : 1));
  }

  /** What pages ask, the oldest first. */
  get questions() {
    return [...this.#access.values()]
      .flatMap(({ approvals }) => approvals)
      .filter(({ origin }) => origin !== null)
      .sort(byTime);
  }

  get #isComplete() {
    return this.isKnown &&
      [...this.#instances.keys()].every((name) => this.hasToldOf(name));
  }

  #setInstances(instances) {
    const now = new Map(instances.map((item) => [item.name, item]));
    for (const [name, { id }] of this.#instances) {
      if (now.get(name)?.id !== id) this.#access.delete(name);
    }
    this.#instances = now;
    this.isKnown = true;
    this.#emitter.emit('change');
  }

  #setAccess({ profile, approvals, grants }) {
    if (!this.#instances.has(profile)) return;
    this.#access.set(profile, { approvals, grants });
    this.#emitter.emit('change');
  }
}
