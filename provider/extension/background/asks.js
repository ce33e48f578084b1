// What pages ask the user to choose, in the order of asking, one a page.
import { denied, superseded } from '../../js/lib/page/failures.js';
import { BerthError } from '../../js/lib/errors.js';
import { Emitter } from '../../js/lib/emitter.js';

const kMost = 10;

const tooMany = () => new BerthError(
  'unavailable', 'too many pages ask for a wallet at once',
  { hint: 'answer them, or close those tabs, and connect again' });

/** Emits `change`. */
export class Asks {
  #emitter = new Emitter();
  #asks = new Map();
  // Origins whose last question the user refused.
  #refused = new Set();

  on = this.#emitter.on;
  removeListener = this.#emitter.removeListener;

  get oldest() {
    return this.#asks.values().next().value;
  }

  get size() {
    return this.#asks.size;
  }

  get(id) {
    return this.#asks.get(id);
  }

  /**
   * `ask`: `{id, origin, page, active, settle}`; `settle({picked})` or
   * `settle({error})` is called once.
   */
  add(ask) {
    for (const other of this.#of(ask.page)) {
      this.settle(other.id, { error: superseded() });
    }
    // A page that was refused cannot go on asking by itself.
    if (ask.active) this.#refused.delete(ask.origin);
    if (this.#refused.has(ask.origin)) return ask.settle({ error: denied() });
    if (this.#asks.size >= kMost) return ask.settle({ error: tooMany() });
    this.#asks.set(ask.id, ask);
    this.#emitter.emit('change');
  }

  settle(id, outcome) {
    const ask = this.#asks.get(id);
    if (!this.#asks.delete(id)) return;
    ask.settle(outcome);
    this.#emitter.emit('change');
  }

  refuse(id) {
    const ask = this.#asks.get(id);
    if (ask) this.#refused.add(ask.origin);
    this.settle(id, { error: denied() });
  }

  refuseAll() {
    for (const id of [...this.#asks.keys()]) this.refuse(id);
  }

  /** The page withdraws it, or has gone. */
  withdraw(page, id) {
    for (const ask of this.#of(page)) {
      if (id !== undefined && ask.id !== id) continue;
      this.#asks.delete(ask.id);
      this.#emitter.emit('change');
    }
  }

  #of(page) {
    return [...this.#asks.values()].filter((ask) => ask.page === page);
  }
}
