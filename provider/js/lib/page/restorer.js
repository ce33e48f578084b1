// Sessions without a person: what this origin was granted and still has.
import { abortable } from '../abortable.js';
import { Emitter } from '../emitter.js';
import { withLimit } from '../limit.js';
import { fetchGranted, openPicked } from './direct.js';
import { isLoopback } from './gateway.js';

const kFirstTryLimitMs = 2000;
// Of one answer of the gateway, and of all that the popup links.
const kAnswerLimitMs = 10_000;

export class Restorer {
  #page;
  #news = new Emitter();
  #fetching;

  constructor(page) {
    this.#page = page;
  }

  /**
   * Opens the sessions that wait for it, and the one that was chosen last where
   * `orLast` says so. Ends within 2 s, without an error unless the signal aborts
   * it; what it began goes on.
   */
  async restore({ orLast, signal } = {}) {
    const timers = this.#page.window;
    const limit =
      { what: 'restoring', signal, timeoutMs: kFirstTryLimitMs, timers };
    try {
      await withLimit(limit, (limited) =>
        abortable(this.#try(orLast, limited), limited));
    } catch {
      // Nobody is there, or not in time.
      signal?.throwIfAborted();
    }
  }

  #try(orLast, signal) {
    const isLocal = isLoopback(this.#page.window.location.hostname);
    return isLocal ? this.restoreDirect(orLast) : this.#awaitLink(signal);
  }

  /** Of a loopback page: asks the gateway. Rejects where there is none. */
  async restoreDirect(orLast = false) {
    const { sessions } = this.#page;
    const granted = await this.#fetchAndOpen();
    const infos = granted.map(({ info }) => info);
    const last = sessions.lastChosen(infos);
    if (orLast && last !== undefined && !sessions.get(last.rdns)) {
      openPicked(
        this.#page, granted.find(({ info }) => info.rdns === last.rdns));
    }
    await Promise.all(sessions.all.map(({ opened }) => opened));
  }

  // A ticket is good once, so whoever asks meanwhile shares the answer.
  #fetchAndOpen() {
    this.#fetching ??= this.#fetchAndOpenAlone().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetchAndOpenAlone() {
    const { window, gateway, sessions } = this.#page;
    const limit =
      { what: 'asking', timeoutMs: kAnswerLimitMs, timers: window };
    const granted = await withLimit(limit, (signal) =>
      fetchGranted(window, gateway, signal));
    for (const picked of granted) {
      const session = sessions.get(picked.info.rdns);
      if (session && !session.isOpen) openPicked(this.#page, picked);
    }
    return granted;
  }

  /** Of a public page: the popup that was found again has it. */
  async link() {
    const { window, popup, sessions } = this.#page;
    const limit =
      { what: 'linking', timeoutMs: kAnswerLimitMs, timers: window };
    try {
      await withLimit(limit, (signal) => popup.ask('link', undefined, signal));
      await Promise.all(sessions.all.map(({ opened }) => opened));
    } catch {
      // What is not linked stays gone, and says so.
    }
    this.#news.emit('linked');
  }

  async #awaitLink(signal) {
    if (this.#page.sessions.open.length > 0) return;
    const linked =
      new Promise((resolve) => this.#news.once('linked', resolve));
    await abortable(linked, signal);
  }
}
