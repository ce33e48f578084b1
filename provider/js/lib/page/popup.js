// The one popup of a page: the picker, and the relay of what was picked there.
import { cuttingPolicy } from './coop.js';
import {
  openerCut, popupBlocked, popupClosed, superseded,
} from './failures.js';
import { decodeMessage, toPicked } from './messages.js';
import { Question } from './question.js';
import { Relays } from './relays.js';
import { createUuid } from './uuid.js';

const kFeatures = 'popup,width=420,height=640';
// How often the popup is greeted, and looked at whether it is closed.
const kTickMs = 200;
// 5 s: while it relays it says `here` every second.
const kMostSilentTicks = 25;

export class Popup {
  #window;
  #gateway;
  #handlers;
  #popup;
  #origin;
  #question;
  #relays = new Relays((message) => this.#post(message));
  #timer;
  #silentTicks = 0;
  #mustLink = false;

  /**
   * `handlers`: `onPicked(picked, openRelay)`, called before any frame of that
   * channel comes; `onFurther(picked, openRelay)`, the same for what the user
   * chose there unasked; `onReturn()`: an open popup was found again, so ask
   * `link`.
   */
  constructor(window, gateway, handlers) {
    this.#window = window;
    this.#gateway = gateway;
    this.#handlers = handlers;
  }

  /** From now on, until `stop`, it hears. May be called again. */
  start() {
    this.#window.addEventListener('message', this.#onMessage);
    this.#window.addEventListener('pagehide', this.#onLeave);
  }

  stop() {
    this.#window.removeEventListener('message', this.#onMessage);
    this.#window.removeEventListener('pagehide', this.#onLeave);
    this.#lose();
  }

  get isAsking() {
    return this.#question !== undefined;
  }

  /** Whether it is there; what it relayed ends where it is not any more. */
  checkOpen() {
    const isOpen = this.#popup !== undefined && !this.#popup.closed;
    if (!isOpen && !this.isAsking) this.#lose();
    return isOpen;
  }

  /** Within a click. Throws BerthError `popup_blocked`. */
  open() {
    if (this.checkOpen()) return this.#popup.focus();
    this.#lose();
    const popup = this.#window.open(this.#newUrl(), 'berth', kFeatures);
    if (!popup) throw popupBlocked();
    this.#hold(popup);
  }

  focus() {
    if (this.checkOpen()) this.#popup.focus();
  }

  /** Nothing is asked there now; closes it unless it relays. */
  closeIfIdle() {
    if (this.checkOpen() && !this.#relays.areOpen) this.#popup.close();
  }

  /**
   * Says hello until it is welcomed, then waits for what the user does, without
   * a limit: see Question. A newer one ends an older one.
   */
  async ask(want, rdns, signal) {
    this.#question?.fail(superseded());
    const id = createUuid(this.#window.crypto);
    const question = new Question({ id, want, rdns, signal });
    this.#question = question;
    this.#tick();
    try {
      return await question.answer;
    } finally {
      if (this.#question === question) this.#question = undefined;
    }
  }

  #newUrl() {
    return this.#gateway.pickUrl(createUuid(this.#window.crypto));
  }

  #hold(popup, origin) {
    this.#popup = popup;
    this.#origin = origin;
    this.#tick();
  }

  #lose() {
    this.#window.clearTimeout(this.#timer);
    this.#popup = this.#origin = undefined;
    this.#mustLink = false;
    this.#relays.endAll();
  }

  // `closed` is believed at the second look: a choice may be on its way from a
  // popup that has closed itself.
  #tick(wasClosed = false) {
    this.#window.clearTimeout(this.#timer);
    const isClosed = !this.#popup || this.#popup.closed;
    if (isClosed && (wasClosed || !this.isAsking)) return this.#seeClosed();
    if (!isClosed) this.#greet();
    this.#listen();
    this.#timer =
      this.#window.setTimeout(() => this.#tick(isClosed), kTickMs);
  }

  #seeClosed() {
    const question = this.#question;
    this.#lose();
    if (question?.isWelcome) question.fail(popupClosed());
    else if (question) this.#explainClosed(question);
  }

  // Either by the user, or it only seems so.
  async #explainClosed(question) {
    const policy = await cuttingPolicy(this.#window);
    question.fail(policy === undefined ? popupClosed() : openerCut(policy));
  }

  // To whatever the popup shows: the gateway's own host name is not known
  // before it answers. A hello has nothing in it to hide.
  #greet() {
    const hello = this.#question?.tick(this.#gateway.host);
    if (hello !== undefined) this.#postTo('*', hello);
  }

  // One that was loaded anew holds no channel any more.
  #listen() {
    this.#silentTicks += 1;
    if (this.#silentTicks > kMostSilentTicks) this.#relays.endAll();
  }

  #post(message) {
    if (this.#origin !== undefined) this.#postTo(this.#origin, message);
  }

  #postTo(origin, message) {
    this.#popup?.postMessage({ berth: 1, ...message }, origin);
  }

  #onMessage = ({ data, origin, source }) => {
    const message = decodeMessage(data);
    if (message === undefined || !this.#gateway.isOrigin(origin)) return;
    if (message.type === 'here') this.#meet(source, origin);
    if (source !== this.#popup) return;
    this.#pin(origin, message);
    if (origin !== this.#origin) return;
    this.#silentTicks = 0;
    this.#hear(message);
  };

  // A page that was loaded anew, or is shown again, has a popup that calls.
  #meet(source, origin) {
    if (!this.checkOpen()) {
      this.#mustLink = true;
      this.#hold(source, origin);
    }
    if (source !== this.#popup || !this.#mustLink || this.isAsking) return;
    this.#mustLink = false;
    this.#handlers.onReturn();
  }

  // Who welcomes the hello of now is the one to talk to: after a new start of
  // berthd the popup comes from another host name.
  #pin(origin, message) {
    if (message.type !== 'welcome' || origin === this.#origin) return;
    if (!this.#question?.isAnsweredBy(message)) return;
    this.#relays.endAll();
    this.#origin = origin;
  }

  #hear(message) {
    const { type, rdns, text } = message;
    const question = this.#question;
    if (type === 'rpc') this.#relays.receive(rdns, text);
    else if (type === 'lost') this.#relays.end(rdns);
    else if (type === 'picked') this.#hearPicked(message);
    else if (question?.isAnsweredBy(message)) question.hear(message);
  }

  #hearPicked(message) {
    const { onPicked, onFurther } = this.#handlers;
    const picked = toPicked(message);
    const openRelay = () => this.#relays.open(picked.info.rdns);
    // It closes itself, but somewhat later; a click may come before.
    if (picked.mode === 'direct') this.#popup.close();
    if (!this.#question?.isAnsweredBy(message)) {
      return onFurther(picked, openRelay);
    }
    try {
      onPicked(picked, openRelay);
      this.#question.hear(message);
    } catch (error) {
      this.#question.fail(error);
    }
  }

  // The popup closes this page's channels; the page may come back as it is.
  #onLeave = () => {
    this.#post({ type: 'leaving' });
    this.#relays.endAll();
    this.#mustLink = true;
  };
}
