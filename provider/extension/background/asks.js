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
  // Origins whose last question the user has not answered by a choice.
  #spent = new Set();

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
   * `ask`: `{id, origin, page, active, settle}`, the id of no other page's;
   * `settle({picked})` or `settle({error})` is called once. An older one of
   * that page ends.
   */
  add(ask) {
    const older = this.#remove(ask.page);
    const error = this.#objectionTo(ask);
    if (error === undefined) {
      this.#asks.set(ask.id, ask);
      this.#spent.add(ask.origin);
    }
    older?.settle({ error: superseded() });
    if (error !== undefined) ask.settle({ error });
    if (older !== undefined || error === undefined) {
      this.#emitter.emit('change');
    }
  }

  settle(id, outcome) {
    const ask = this.#asks.get(id);
    if (!this.#asks.delete(id)) return;
    if (outcome.picked) this.#spent.delete(ask.origin);
    ask.settle(outcome);
    this.#emitter.emit('change');
  }

  refuse(id) {
    this.settle(id, { error: denied() });
  }

  refuseAll() {
    for (const id of [...this.#asks.keys()]) this.refuse(id);
  }

  /** The page withdraws its own, or has gone. */
  withdraw(page) {
    if (this.#remove(page)) this.#emitter.emit('change');
  }

  // Whatever became of its question, a page cannot go on asking by itself: it
  // could open the window again as often as it is closed.
  #objectionTo({ origin, active }) {
    if (!active && this.#spent.has(origin)) return denied();
    return this.#asks.size >= kMost ? tooMany() : undefined;
  }

  #remove(page) {
    const ask = [...this.#asks.values()].find((one) => one.page === page);
    this.#asks.delete(ask?.id);
    return ask;
  }
}
