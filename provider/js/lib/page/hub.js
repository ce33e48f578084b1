// All that a page has of Berth, put together.
import { Announcement } from './announcement.js';
import { askPopup, choose } from './chooser.js';
import { anotherChosen, toRpcError } from './failures.js';
import { Gateway } from './gateway.js';
import { Memory } from './memory.js';
import { Popup } from './popup.js';
import { Restorer } from './restorer.js';
import { reviveDirect, reviveRelayed } from './revival.js';
import { Sessions } from './sessions.js';
import { View } from './view.js';

export class Hub {
  // What its parts share.
  #page;
  #restorer;
  #announcement;
  #running = 0;

  /** `window`: all of the browser that is used is taken off it. */
  constructor(window, { gateway: url } = {}) {
    const gateway = new Gateway(url);
    this.#page = { window, gateway, memory: new Memory(window) };
    this.#page.popup = new Popup(window, gateway, {
      onPicked: (picked, openRelay) =>
        this.#page.sessions.openPicked(picked, openRelay),
      onFurther: (picked, openRelay) =>
        this.#run(() => this.#takeFurther(picked, openRelay)),
      onReturn: () => this.#run(() => this.#restorer.link()),
    });
    this.#page.sessions =
      new Sessions(this.#page, (session) => this.#revive(session));
    this.#restorer = new Restorer(this.#page);
  }

  /** Until its undo; again meanwhile it does nothing, and gives that undo. */
  announce() {
    this.#announcement ??= this.#startAnnouncing();
    return this.#announcement.undo;
  }

  /** In a click: a provider of what the user chooses. */
  pick(options) {
    return this.#run(async () => {
      const session = await choose(this.#page, 'choose', undefined, options);
      return this.#createView(session).provider;
    });
  }

  /** A provider of what was chosen last, or null. */
  restore({ signal } = {}) {
    return this.#run(async () => {
      const { popup, sessions } = this.#page;
      signal?.throwIfAborted();
      popup.start();
      await this.#restorer.restore({ orLast: true, signal });
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
    const { popup, sessions } = this.#page;
    this.#announcement?.update(sessions.open);
    sessions.sweep();
    if (sessions.all.length === 0 && !this.#announcement) popup.stop();
  }

  #startAnnouncing() {
    const { window, popup, memory, sessions } = this.#page;
    const { bound, profiles } = memory.read();
    const remembered = profiles.map((info) => sessions.of(info));
    const announcement = new Announcement(
      window, (session) => this.#createView(session), {
        bound: sessions.get(bound),
        others: remembered.filter(({ info }) => info.rdns !== bound),
      }, () => (this.#announcement = undefined));
    popup.start();
    if (remembered.length > 0) this.#restoreRemembered(remembered);
    return announcement;
  }

  async #takeFurther(picked, openRelay) {
    const { memory, sessions } = this.#page;
    const session = sessions.openPicked(picked, openRelay);
    memory.choose(session.info);
    await session.opened;
  }

  #restoreRemembered(sessions) {
    const restored = this.#run(() => this.#restorer.restore());
    for (const session of sessions) session.holdUntil(restored);
  }

  async #revive(session) {
    const { window, popup } = this.#page;
    if (session.isReviving) return;
    session.isReviving = true;
    if (session.mode === 'direct') {
      await reviveDirect(session, window, () =>
        this.#run(() => this.#restorer.restoreDirect()));
    } else {
      const { rdns } = session.info;
      await reviveRelayed(session, window, popup, (signal) =>
        this.#run(() => askPopup(this.#page, 'resume', rdns, signal)));
    }
    session.isReviving = false;
  }

  #createView(session) {
    const { window, popup } = this.#page;
    return new View({
      connect: (view) => this.#run(() => this.#connect(view)),
      isActive: () => window.navigator.userActivation?.isActive ?? false,
      checkPopup: () => popup.checkOpen(),
      focus: () => popup.focus(),
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
      const found = await choose(
        this.#page, want, session?.info.rdns, { signal: view.life });
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
    this.#page.memory.bind(session.info.rdns);
  }

  #forget(session) {
    const { memory } = this.#page;
    const generic = this.#announcement?.generic;
    memory.forget(session.info.rdns);
    session.close('the wallet was disconnected', []);
    if (generic?.session === session) generic.attach(undefined);
    this.#settle();
  }
}
