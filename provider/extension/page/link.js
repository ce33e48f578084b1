// The page's end of what it and the background say to each other: README.md,
// "Page and background".
import { abortable } from '../../js/lib/abortable.js';
import { Backoff } from '../../js/lib/backoff.js';
import { BerthError } from '../../js/lib/errors.js';
import { denied, superseded } from '../../js/lib/page/failures.js';
import { Relays } from '../../js/lib/page/relays.js';
import { createUuid } from '../../js/lib/page/uuid.js';

const gone = () => new BerthError(
  'unavailable', 'the Berth extension was updated or removed',
  { hint: 'load this page anew' });

export class Link {
  #window;
  #port;
  #with;
  #relays = new Relays((message) => this.#post(message));
  #isLinked = false;
  // By start(): also where the link was cut since.
  #isStarted = false;
  // Whether anything came from the content script: until then it may be late.
  #hasHeard;
  #linked;
  #resolveLinked;
  #question;
  #backoff = new Backoff(Math.random);

  /**
   * `port`: a MessagePort to the content script. `isAlive()`: whether it is
   * there; `onOpened(info, openSocket)`: a channel to that profile is here.
   */
  constructor(window, port, { isAlive, onOpened }) {
    this.#window = window;
    this.#with = { isAlive, onOpened };
    this.#expectLinked();
    this.#use(port);
  }

  /** Another content script has taken over. */
  moveTo(port) {
    this.#unlink();
    this.#use(port);
    if (this.#isStarted) this.start();
  }

  /**
   * Says the first word, unless it is said. Resolves when all that this origin
   * was granted and that runs is opened.
   */
  start() {
    this.#isStarted = true;
    if (!this.#isLinked) {
      this.#isLinked = true;
      this.#post({ type: 'link' });
      if (this.#question) this.#post(this.#question.message);
    }
    return this.#linked;
  }

  /**
   * INFO of what the user chooses, opened already. Without a limit; a newer
   * question ends an older one. Rejects with a BerthError, or with the signal's
   * reason.
   */
  async ask(want, rdns, signal) {
    this.#settle({ error: superseded() });
    const id = createUuid(this.#window.crypto);
    const message = { type: 'ask', id, want, rdns };
    const answer = new Promise((resolve, reject) => {
      this.#question = { message, resolve, reject };
    });
    if (this.#isLinked) this.#post(message);
    else this.start();
    try {
      return await abortable(answer, signal);
    } finally {
      if (signal.aborted) this.#withdraw(id);
    }
  }

  #withdraw(id) {
    if (this.#question?.message.id !== id) return;
    this.#question = undefined;
    this.#post({ type: 'withdraw', id });
  }

  #settle({ info, error }) {
    const question = this.#question;
    this.#question = undefined;
    if (error) question?.reject(error);
    else question?.resolve(info);
  }

  #use(port) {
    this.#port = port;
    this.#hasHeard = false;
    port.onmessage = ({ data }) => this.#hear(JSON.parse(data));
  }

  #post(message) {
    if (!this.#isLinked) return;
    this.#port.postMessage(JSON.stringify(message));
    if (!this.#hasHeard || this.#with.isAlive()) return;
    // Not while whoever sends it is at it.
    this.#window.queueMicrotask(() => this.#seeCut({ isFinal: true }));
  }

  #hear(message) {
    this.#hasHeard = true;
    const { type, info, rdns, text } = message;
    if (type === 'rpc') this.#relays.receive(rdns, text);
    else if (type === 'lost') this.#relays.end(rdns);
    else if (type === 'opened') this.#open(info);
    else if (type === 'linked') this.#seeLinked();
    else if (type === 'cut') this.#seeCut(message);
    else if (message.id === this.#question?.message.id) this.#answer(message);
  }

  #open(info) {
    const frozen = Object.freeze(info);
    this.#with.onOpened(frozen, () => this.#relays.open(info.rdns));
  }

  #answer({ type, info, code, message, hint }) {
    if (type === 'picked') this.#settle({ info });
    if (type === 'denied') this.#settle({ error: denied() });
    if (type === 'failed') {
      this.#settle({ error: new BerthError(code, message, { hint }) });
    }
  }

  #seeLinked() {
    this.#backoff.reset();
    this.#resolveLinked();
  }

  #expectLinked() {
    this.#linked = new Promise((resolve) => (this.#resolveLinked = resolve));
  }

  // Whoever has nothing to lose links again when it needs something.
  #seeCut({ isFinal }) {
    const isNeeded = this.#relays.areOpen || this.#question !== undefined;
    this.#unlink();
    if (isFinal) return this.#settle({ error: gone() });
    if (!isNeeded) return;
    this.#window.setTimeout(() => this.start(), this.#backoff.next());
  }

  #unlink() {
    this.#isLinked = false;
    this.#expectLinked();
    this.#relays.endAll();
  }
}
