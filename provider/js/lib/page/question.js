// One thing that a page wants of the popup, from its hello to the answer.
import { abortable } from '../abortable.js';
import { BerthError } from '../errors.js';
import { denied, noGateway } from './failures.js';
import { toPicked } from './messages.js';

// 8 s, one a tick: the gateway is on this machine, so it does not run.
const kMostHellos = 40;

export class Question {
  isWelcome = false;
  #hello;
  #hellosLeft = kMostHellos;
  #settle;

  /**
   * `answer`: resolves with what was picked (`want` `link`: with undefined when
   * all is linked); rejects with a BerthError, or with the signal's reason.
   */
  constructor({ id, want, rdns, signal }) {
    this.#hello = { type: 'hello', id, want, rdns };
    const settled = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.answer = abortable(settled, signal);
  }

  fail(error) {
    this.#settle.reject(error);
  }

  /** The hello to say now; undefined: it was heard, or has been said enough. */
  nextHello(host) {
    if (this.isWelcome) return undefined;
    if (this.#hellosLeft === 0) return void this.fail(noGateway(host));
    this.#hellosLeft -= 1;
    return this.#hello;
  }

  isAnsweredBy({ id }) {
    return id === this.#hello.id;
  }

  /** A message that answers it; `onPicked(picked)` before it is settled. */
  hear(message, onPicked) {
    const { type, code, message: text, hint } = message;
    if (type === 'welcome') this.isWelcome = true;
    if (type === 'picked') this.#hearPicked(toPicked(message), onPicked);
    if (type === 'linked') this.#settle.resolve();
    if (type === 'denied') this.fail(denied());
    if (type === 'failed') this.fail(new BerthError(code, text, { hint }));
  }

  #hearPicked(picked, onPicked) {
    try {
      onPicked(picked);
    } catch (error) {
      this.fail(error);
    }
    if (this.#hello.want !== 'link') this.#settle.resolve(picked);
  }
}
