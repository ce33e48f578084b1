import { Session } from './session.js';

/** The sessions of a page, one a profile. */
export class Sessions {
  #timers;
  #memory;
  #onLost;
  #byRdns = new Map();

  /** `onLost(session)`: see Session. */
  constructor(timers, memory, onLost) {
    this.#timers = timers;
    this.#memory = memory;
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
    const session = new Session(info, this.#timers, this.#onLost);
    this.#byRdns.set(info.rdns, session);
    return session;
  }

  /** Over what `openSocket()` gives; see `Session.opened`. */
  connect(info, openSocket) {
    const session = this.of(info);
    this.#memory.refresh(info);
    session.connect(openSocket());
    return session;
  }

  /** The one of `infos` that the user chose last. */
  lastChosen(infos) {
    const { profiles } = this.#memory.read();
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
