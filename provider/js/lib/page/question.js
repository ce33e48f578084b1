// One thing that a page wants of the popup, from its hello to the answer.
import { abortable } from '../abortable.js';
import { BerthError } from '../errors.js';
import { denied, noGateway } from './failures.js';
import { toPicked } from './messages.js';

// Ticks of 200 ms, see Popup. 8 s: the gateway is on this machine, so it does
// not run.
const kWelcomeLimit = 40;
// Once a second: the popup may be loaded anew before the answer.
const kHelloPeriod = 5;

export class Question {
  isWelcome = false;
  #hello;
  #ticks = 0;
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

  /** What to say at this tick, or undefined. `host`: of the gateway. */
  tick(host) {
    const isTime = !this.isWelcome || this.#ticks % kHelloPeriod === 0;
    if (!this.isWelcome && this.#ticks === kWelcomeLimit) {
      return void this.fail(noGateway(host));
    }
    this.#ticks += 1;
    return isTime ? this.#hello : undefined;
  }

  isAnsweredBy({ id }) {
    return id === this.#hello.id;
  }

  /** A message that answers it. */
  hear(message) {
    const { type, code, message: text, hint } = message;
    const isLast = type === 'linked' ||
      (type === 'picked' && this.#hello.want !== 'link');
    if (type === 'welcome') this.isWelcome = true;
    if (isLast) this.#settle.resolve(toPicked(message));
    if (type === 'denied') this.fail(denied());
    if (type === 'failed') this.fail(new BerthError(code, text, { hint }));
  }
}
