// The registry as a stream of events.
import { differences } from '../differences.js';
import { callIsolated } from '../emitter.js';
import { toInstances } from '../instance.js';
import { DirectoryWatch } from './directory_watch.js';
import { list } from './listing.js';

/**
 * A death shows in no event that Node can have (fs.watch leaves out
 * IN_CLOSE_WRITE), only in /proc/locks, which is looked at this often.
 */
export const kLookIntervalMs = 500;

class Watcher {
  #directory;
  #options;
  #onEvent;
  #names;
  #interval;
  #soon;
  #known = new Map();
  #lastProblem;
  #stopped = false;

  constructor(directory, options, onEvent) {
    this.#directory = directory;
    this.#options = options;
    this.#onEvent = onEvent;
    this.#names = new DirectoryWatch(directory, () => this.#lookSoon());
    this.#interval =
      options.timers.setInterval(() => this.#look(), kLookIntervalMs);
    options.signal?.addEventListener('abort', this.stop);
    this.#lookSoon();
  }

  stop = () => {
    const { timers, signal } = this.#options;
    this.#stopped = true;
    timers.clearTimeout(this.#soon);
    timers.clearInterval(this.#interval);
    this.#names.close();
    signal?.removeEventListener('abort', this.stop);
  };

  // One look for a burst of changes.
  #lookSoon() {
    this.#soon ??= this.#options.timers.setTimeout(() => {
      this.#soon = undefined;
      this.#look();
    }, 0);
  }

  #look() {
    const before = this.#known;
    this.#known = this.#read();
    for (const event of differences(before, this.#known)) this.#emit(event);
  }

  #read() {
    try {
      this.#names.follow();
      const found = toInstances(list(this.#directory), this.#options);
      this.#lastProblem = undefined;
      return new Map(found.map((instance) => [instance.name, instance]));
    } catch (error) {
      const isNew = error.message !== this.#lastProblem;
      this.#lastProblem = error.message;
      if (isNew) this.#emit({ type: 'error', error });
      return this.#known;
    }
  }

  #emit(event) {
    if (!this.#stopped) callIsolated(this.#onEvent, event);
  }
}

/**
 * Calls `onEvent` with `{type: 'added' | 'changed' | 'removed' | 'crashed',
 * instance}`, the present state first, and with `{type: 'error', error}` when
 * the registry cannot be read; then it goes on looking. Never calls before it
 * has returned, nor after `signal` is aborted or the returned undo is called.
 */
export function watchRegistry(directory, options, onEvent) {
  if (typeof onEvent !== 'function') {
    throw new TypeError(
      `Expected onEvent to be a function, got ${typeof onEvent}`);
  }
  if (options.signal?.aborted) return () => {};
  return new Watcher(directory, options, onEvent).stop;
}
