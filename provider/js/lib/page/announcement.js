// EIP-6963: one generic provider that the user's choice is bound to, and one
// of its own for each further profile that this origin was granted.
import { iconOf, kBerthIcon } from './icon.js';
import { createUuid } from './uuid.js';

const kGenericName = 'Berth';
const kGenericRdns = 'app.berth';

export class Announcement {
  /** Ends it, and all its providers. */
  undo = () => this.#close();
  #window;
  #onClosed;
  #createView;
  #generic;
  #views = [];
  #details = [];
  #isClosed = false;
  #timer;

  /**
   * `createView(session)`; `bound`: the session that the generic provider
   * stands for, or undefined; `others`: those with a provider of their own;
   * `onClosed()`: it was undone.
   */
  constructor(window, createView, { bound, others }, onClosed) {
    this.#window = window;
    this.#onClosed = onClosed;
    this.#createView = createView;
    this.#generic = createView(bound);
    this.#add(this.#generic,
      { rdns: kGenericRdns, name: kGenericName, icon: kBerthIcon });
    for (const session of others) this.#addOwn(session);
    window.addEventListener('eip6963:requestProvider', this.#announceAll);
    // Not at once: wagmi is deaf in the turn that made its config.
    this.#timer = window.setTimeout(this.#announceAll, 0);
  }

  get generic() {
    return this.#generic;
  }

  /** Announces those of the sessions that no provider stands for yet. */
  update(sessions) {
    const shown = this.#views.map(({ session }) => session);
    for (const session of sessions.filter((one) => !shown.includes(one))) {
      this.#announce(this.#addOwn(session));
    }
  }

  #close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#window.clearTimeout(this.#timer);
    this.#window.removeEventListener(
      'eip6963:requestProvider', this.#announceAll);
    this.#onClosed();
    for (const view of this.#views) view.close();
  }

  #addOwn(session) {
    const { info } = session;
    return this.#add(this.#createView(session), {
      rdns: info.rdns, name: this.#nameOf(info), icon: iconOf(info),
    });
  }

  #add(view, info) {
    const uuid = createUuid(this.#window.crypto);
    const detail = Object.freeze({
      info: Object.freeze({ uuid, ...info }), provider: view.provider,
    });
    this.#views.push(view);
    this.#details.push(detail);
    return detail;
  }

  // Some dApps tell wallets apart by their names.
  #nameOf({ name }) {
    const names = this.#details.map(({ info }) => info.name);
    const base = `${kGenericName}: ${name}`;
    let distinct = base;
    for (let i = 2; names.includes(distinct); i += 1) distinct = `${base} ${i}`;
    return distinct;
  }

  #announceAll = () => {
    for (const detail of this.#details) this.#announce(detail);
  };

  #announce(detail) {
    this.#window.dispatchEvent(
      new this.#window.CustomEvent('eip6963:announceProvider', { detail }));
  }
}
