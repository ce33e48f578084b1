// The port from a page of the extension to its background.
import { Backoff } from '../../js/lib/backoff.js';
import { BerthError } from '../../js/lib/errors.js';

const kCallLimitMs = 65_000;  // the background gives a start 60 s
const kLateMs = 5000;

const lost = () => new BerthError(
  'lost', 'the extension began anew while this was under way',
  { hint: 'look whether it was done before you try again' });

const timedOut = () => new BerthError(
  'timed_out', `the extension has not answered for ${kCallLimitMs / 1000} s`,
  { hint: 'look whether it was done before you try again' });

const late = () => new BerthError(
  'late', 'the extension does not answer',
  { hint: 'turn it off and on where the browser lists its extensions' });

/**
 * Connects at once, and again whenever the background has ended: browsers end
 * it when it is idle.
 */
export class BackgroundLink {
  #with;
  #port = null;
  #hasTold = false;
  #calls = new Map();
  #nextCall = 1;
  #backoff = new Backoff(Math.random);
  #lateTimer;

  /**
   * `name`: "window" or "popup". `onState(state)`: each state; `onLate(error)`:
   * none has come for 5 s; the next one ends that. `runtime`: the extension
   * API's; `timers`: setTimeout and clearTimeout.
   */
  constructor({ name, runtime, timers, onState, onLate }) {
    this.#with = { name, runtime, timers, onState, onLate };
    this.#connect();
  }

  /** Resolves when it is done; rejects with a BerthError. */
  async call(message) {
    if (this.#port === null) throw lost();
    const { timers } = this.#with;
    const call = this.#nextCall++;
    let timer;
    try {
      await new Promise((resolve, reject) => {
        this.#calls.set(call, { resolve, reject });
        timer = timers.setTimeout(() => reject(timedOut()), kCallLimitMs);
        this.#port.postMessage({ ...message, call });
      });
    } finally {
      timers.clearTimeout(timer);
      this.#calls.delete(call);
    }
  }

  #connect() {
    const { name, runtime, timers, onLate } = this.#with;
    this.#hasTold = false;
    // Not later for each background that ends before it has told anything.
    this.#lateTimer ??= timers.setTimeout(() => onLate(late()), kLateMs);
    this.#port = runtime.connect({ name });
    this.#port.onMessage.addListener((message) => this.#hear(message));
    this.#port.onDisconnect.addListener(() => this.#seeLost());
  }

  #seeLost() {
    this.#port = null;
    for (const { reject } of this.#calls.values()) reject(lost());
    if (this.#hasTold) return this.#connect();
    this.#with.timers.setTimeout(() => this.#connect(), this.#backoff.next());
  }

  #hear(message) {
    if (message.type === 'state') return this.#takeState(message);
    const waiting = this.#calls.get(message.call);
    if (message.type === 'done') waiting?.resolve();
    if (message.type === 'failed') waiting?.reject(toError(message.error));
  }

  #takeState(state) {
    this.#with.timers.clearTimeout(this.#lateTimer);
    this.#lateTimer = undefined;
    this.#hasTold = true;
    this.#backoff.reset();
    this.#with.onState(state);
  }
}

const toError = ({ code, message, hint }) =>
  new BerthError(code, message, { hint });
