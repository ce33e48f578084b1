/**
 * Calls `listener`; what it throws is thrown again on its own, as EventTarget
 * does, and stops neither the caller nor other listeners.
 */
export function callIsolated(listener, payload) {
  try {
    listener(payload);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/**
 * The `on`, `once` and `removeListener` of EIP-1193, which may be taken off
 * their object. Listeners are called isolated from each other.
 */
export class Emitter {
  #listeners = new Map();

  on = (event, listener) => this.#add(event, listener, false);
  once = (event, listener) => this.#add(event, listener, true);

  removeListener = (event, listener) => {
    const isIt = (entry) => entry.listener === listener;
    this.#remove(event, this.#entriesOf(event).findLast(isIt));
  };

  emit(event, payload) {
    for (const entry of this.#entriesOf(event)) {
      if (entry.once) this.#remove(event, entry);
      callIsolated(entry.listener, payload);
    }
  }

  removeAll() {
    this.#listeners.clear();
  }

  #entriesOf(event) {
    return this.#listeners.get(event) ?? [];
  }

  #add(event, listener, once) {
    if (typeof listener !== 'function') {
      throw new TypeError(
        `Expected the listener to be a function, got ${typeof listener}`);
    }
    this.#listeners.set(event, [...this.#entriesOf(event), { listener, once }]);
  }

  #remove(event, entry) {
    const left = this.#entriesOf(event).filter((other) => other !== entry);
    this.#listeners.set(event, left);
  }
}
