import { openDirect } from './direct.js';
import { Session } from './session.js';

/** The sessions of a page, one a profile. */
export class Sessions {
  #page;
  #onLost;
  #byRdns = new Map();

  /** `page`: see Hub; `onLost(session)`: see Session. */
  constructor(page, onLost) {
    this.#page = page;
    this.#onLost = onLost;
  }

  get(rdns) {
    return this.#byRdns.get(rdns);
  }

  get all() {
    return [...this.#byRdns.values()];
  }

  get open() {
    return this.all.filter(({ isOpen }) => isOpen);
  }

  of(info) {
    const known = this.get(info.rdns);
    if (known !== undefined) return Object.assign(known, { info });
    const session = new Session(info, this.#page.window, this.#onLost);
    this.#byRdns.set(info.rdns, session);
    return session;
  }

  /** On the channel that was picked; see `Session.opened`. */
  openPicked({ info, mode, ticket }, openRelay) {
    const { window, gateway, memory } = this.#page;
    const session = this.of(info);
    memory.refresh(info);
    session.mode = mode;
    session.connect(mode === 'relay'
      ? openRelay() : openDirect(window, gateway, ticket));
    return session;
  }

  /** The one of `infos` that the user chose last. */
  lastChosen(infos) {
    const { profiles } = this.#page.memory.read();
    const isOne = ({ rdns }) => infos.some((info) => info.rdns === rdns);
    return profiles.find(isOne) ?? infos[0];
  }

  /** Ends those that no provider shows. */
  sweep() {
    for (const session of this.all) {
      if (session.views.size > 0) continue;
      this.#byRdns.delete(session.info.rdns);
      session.dispose();
    }
  }
}
