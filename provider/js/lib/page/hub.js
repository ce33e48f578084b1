// All that a page has of Berth, put together: its providers, the sessions that
// they show, and the way to the user and the wallets.
import { Announcement } from './announcement.js';
import { anotherChosen, toRpcError } from './failures.js';
import { Memory } from './memory.js';
import { Sessions } from './sessions.js';
import { View } from './view.js';

/**
 * A way is what differs between a popup of the gateway and an extension:
 *
 * `choose(want, rdns, {signal, timeoutMs}?)`: a session that is open, by asking
 * the user, as which memory has chosen it; rejects with a BerthError;
 * `start()`, `stop()`: it hears from the first until the second;
 * `restore({orLast, signal}?)`: opens the sessions that wait for it, and where
 * `orLast` says so the one that was chosen last; ends within 2 s;
 * `revive(session)`: finds the next channel of one that lost its own, and ends
 * when it has or when there is none to be had without the user;
 * `isActive()`: the user could be asked now; `check()` notices what has ended;
 * `focus()` shows where a person is asked.
 */
export class Hub {
  #window;
  #memory;
  #sessions;
  #way;
  #announcement;
  #running = 0;

  /**
   * `window`: all of the browser that is used is taken off it. `createWay(page)`
   * gets `{window, memory, sessions, run(operation)}`; `run` has what became of
   * the sessions looked at when the operation has ended.
   */
  constructor(window, createWay) {
    const memory = new Memory(window);
    const sessions =
      new Sessions(window, memory, (session) => this.#revive(session));
    const run = (operation) => this.#run(operation);
    this.#window = window;
    this.#memory = memory;
    this.#sessions = sessions;
    this.#way = createWay({ window, memory, sessions, run });
  }

  /** Until its undo; again meanwhile it does nothing, and gives that undo. */
  announce() {
    this.#announcement ??= this.#startAnnouncing();
    return this.#announcement.undo;
  }

  /** In a click: a provider of what the user chooses. */
  pick(options) {
    return this.#run(async () => {
      const session = await this.#way.choose('choose', undefined, options);
      return this.#createView(session).provider;
    });
  }

  /** A provider of what was chosen last, or null. */
  restore({ signal } = {}) {
    return this.#run(async () => {
      const sessions = this.#sessions;
      signal?.throwIfAborted();
      this.#way.start();
      await this.#way.restore({ orLast: true, signal });
      const last = sessions.lastChosen(sessions.open.map(({ info }) => info));
      if (last === undefined) return null;
      return this.#createView(sessions.get(last.rdns)).provider;
    });
  }

  // What became of the sessions is looked at when all that runs has ended.
  async #run(operation) {
    this.#running += 1;
    try {
      return await operation();
    } finally {
      this.#running -= 1;
      this.#settle();
    }
  }

  #settle() {
    if (this.#running > 0) return;
    this.#announcement?.update(this.#sessions.open);
    this.#sessions.sweep();
    const isIdle = this.#sessions.all.length === 0 && !this.#announcement;
    if (isIdle) this.#way.stop();
  }

  #startAnnouncing() {
    const { bound, profiles } = this.#memory.read();
    const remembered = profiles.map((info) => this.#sessions.of(info));
    const announcement = new Announcement(
      this.#window, (session) => this.#createView(session), {
        bound: this.#sessions.get(bound),
        others: remembered.filter(({ info }) => info.rdns !== bound),
      }, () => (this.#announcement = undefined));
    this.#way.start();
    if (remembered.length > 0) this.#restoreRemembered(remembered);
    return announcement;
  }

  #restoreRemembered(sessions) {
    const restored = this.#run(() => this.#way.restore());
    for (const session of sessions) session.holdUntil(restored);
  }

  async #revive(session) {
    if (session.isReviving) return;
    session.isReviving = true;
    await this.#way.revive(session);
    session.isReviving = false;
  }

  #createView(session) {
    return new View({
      connect: (view) => this.#run(() => this.#connect(view)),
      isActive: () => this.#way.isActive(),
      check: () => this.#way.check(),
      focus: () => this.#way.focus(),
      revoked: (revoked) => this.#forget(revoked),
      left: () => this.#settle(),
    }, session);
  }

  // Only the generic provider may come to stand for another choice.
  async #connect(view) {
    const { session } = view;
    const isGeneric = view === this.#announcement?.generic;
    const want = session === undefined ? 'choose' : 'resume';
    try {
      const found = await this.#way.choose(
        want, session?.info.rdns, { signal: view.life });
      if (!isGeneric && found !== session) {
        throw anotherChosen(session.info.name);
      }
      if (isGeneric) this.#bind(view, found);
    } catch (error) {
      throw toRpcError(error);
    }
  }

  #bind(view, session) {
    view.attach(session);
    this.#memory.bind(session.info.rdns);
  }

  #forget(session) {
    const generic = this.#announcement?.generic;
    this.#memory.forget(session.info.rdns);
    session.close('the wallet was disconnected', []);
    if (generic?.session === session) generic.attach(undefined);
    this.#settle();
  }
}
