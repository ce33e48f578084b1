// What pages ask the user to choose, in the order of asking, one a page.
import { denied, superseded } from '../../js/lib/page/failures.js';
import { BerthError } from '../../js/lib/errors.js';
import { Emitter } from '../../js/lib/emitter.js';

const kMost = 10;
// Origins whose questions were not answered: more than a person meets while the
// browser lets this worker live. The oldest goes for a new one.
const kMostSpent = 1000;

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
   * `ask`: `{id, origin, page, active, settle}`; `settle({picked})` or
   * `settle({error})` is called once. An older one of that page, or of that id,
   * ends.
   */
  add(ask) {
    const older = this.#remove(
      ({ page, id }) => page === ask.page || id === ask.id);
    const error = this.#objectionTo(ask);
    if (error === undefined) {
      this.#asks.set(ask.id, ask);
      this.#spend(ask.origin);
    }
    for (const { settle } of older) settle({ error: superseded() });
    if (error !== undefined) ask.settle({ error });
    if (older.length > 0 || error === undefined) {
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
    const own = this.#remove((ask) => ask.page === page);
    if (own.length > 0) this.#emitter.emit('change');
  }

  #spend(origin) {
    this.#spent.delete(origin);
    this.#spent.add(origin);
    const [oldest] = this.#spent;
    if (this.#spent.size > kMostSpent) this.#spent.delete(oldest);
  }

  // Whatever became of its question, a page cannot go on asking by itself: it
  // could open the window again as often as it is closed.
  #objectionTo({ origin, active }) {
    if (!active && this.#spent.has(origin)) return denied();
    return this.#asks.size >= kMost ? tooMany() : undefined;
  }

  #remove(isIt) {
    const found = [...this.#asks.values()].filter(isIt);
    for (const { id } of found) this.#asks.delete(id);
    return found;
  }
}
