// The way over berthd's gateway: its picker in a popup, which is the relay of a
// public page; a page of this computer has a channel of its own.
import { askPopup, choose } from './chooser.js';
import { openPicked } from './direct.js';
import { Gateway } from './gateway.js';
import { Popup } from './popup.js';
import { Restorer } from './restorer.js';
import { reviveDirect, reviveRelayed } from './revival.js';

/** See Hub. */
export class PopupWay {
  // What its parts share.
  #page;
  #run;
  #restorer;

  constructor({ window, memory, sessions, run }, { gateway: url } = {}) {
    const gateway = new Gateway(url);
    const popup = new Popup(window, gateway, {
      onPicked: (picked, openRelay) => openPicked(this.#page, picked, openRelay),
      onFurther: (picked, openRelay) =>
        run(() => this.#takeFurther(picked, openRelay)),
      onReturn: () => run(() => this.#restorer.link()),
    });
    this.#run = run;
    this.#page = { window, memory, sessions, gateway, popup };
    this.#restorer = new Restorer(this.#page);
  }

  choose(want, rdns, options) {
    return choose(this.#page, want, rdns, options);
  }

  start() {
    this.#page.popup.start();
  }

  stop() {
    this.#page.popup.stop();
  }

  restore(options) {
    return this.#restorer.restore(options);
  }

  revive(session) {
    const { window, popup } = this.#page;
    if (session.mode === 'direct') {
      return reviveDirect(session, window, () =>
        this.#run(() => this.#restorer.restoreDirect()));
    }
    const { rdns } = session.info;
    return reviveRelayed(session, window, popup, (signal) =>
      this.#run(() => askPopup(this.#page, 'resume', rdns, signal)));
  }

  isActive() {
    return this.#page.window.navigator.userActivation?.isActive ?? false;
  }

  check() {
    this.#page.popup.checkOpen();
  }

  focus() {
    this.#page.popup.focus();
  }

  async #takeFurther(picked, openRelay) {
    const session = openPicked(this.#page, picked, openRelay);
    this.#page.memory.choose(session.info);
    await session.opened;
  }
}
