// The native messaging host: what is asked of it, and what it tells. Its
// messages: ../../native_host/README.md.
import { Backoff } from '../../js/lib/backoff.js';
import { Emitter } from '../../js/lib/emitter.js';
import { BerthError } from '../../js/lib/errors.js';
import { troubleOf } from './trouble.js';

const kHost = 'app.berth.registry';
// A tab that leaves one page for another lets go in between.
const kLingerMs = 5000;
const kAnswerLimitMs = 10_000;
// A host that lasted this long was a good one: one that ends again and again is
// not started again at once.
const kGoodConnectionMs = 5000;

const lost = () => new BerthError(
  'unavailable', 'the connection to Berth on this computer was lost',
  { hint: 'try again' });

const silent = (type) => new BerthError(
  'timed_out', `Berth on this computer has not answered "${type}" in time`,
  { hint: 'see what is wrong: berth doctor' });

/**
 * Connected while somebody holds it, and again, after pauses, when it was lost.
 * Emits each message that answers no request, by its type, and `down`.
 */
export class Native {
  /** Why it cannot be used: `{code, message, hint}`, or null. */
  trouble = null;
  #runtime;
  #timers;
  #emitter = new Emitter();
  #backoff = new Backoff(Math.random);
  #port;
  #holders = new Set();
  #timer;
  #goodTimer;
  #pieces = '';
  #waiting = new Map();
  #nextId = 1;

  on = this.#emitter.on;
  removeListener = this.#emitter.removeListener;

  constructor(runtime, timers) {
    this.#runtime = runtime;
    this.#timers = timers;
  }

  get isUp() {
    return this.#port !== undefined;
  }

  hold(holder) {
    this.#holders.add(holder);
    // Somebody new is a reason not to wait for the next try.
    if (!this.isUp) this.#backoff.reset();
    this.#settleSoon(0);
  }

  release(holder) {
    this.#holders.delete(holder);
    if (this.#holders.size === 0) this.#settleSoon(kLingerMs);
  }

  /** Without an answer; lost where there is no connection. */
  send(message) {
    this.#port?.postMessage(message);
  }

  /**
   * The answer to `message`. Rejects with a BerthError: the host's,
   * `unavailable` when the connection is lost before, or `timed_out`.
   * `timeoutMs`: Infinity where a person is waited for.
   */
  async request(message, timeoutMs = kAnswerLimitMs) {
    if (!this.isUp) throw lost();
    const id = this.#nextId++;
    let timer;
    const answer = new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (timeoutMs === Infinity) return;
      timer = this.#timers.setTimeout(
        () => reject(silent(message.type)), timeoutMs);
    });
    this.#port.postMessage({ ...message, id });
    try {
      return await answer;
    } finally {
      this.#timers.clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  #settleSoon(ms) {
    this.#timers.clearTimeout(this.#timer);
    this.#timer = this.#timers.setTimeout(() => this.#settle(), ms);
  }

  #settle() {
    const isWanted = this.#holders.size > 0;
    if (isWanted && !this.isUp) this.#connect();
    if (!isWanted && this.isUp) {
      this.#port.disconnect();
      this.#end();
    }
  }

  #connect() {
    const port = this.#runtime.connectNative(kHost);
    this.#port = port;
    port.onMessage.addListener((message) => this.#receive(message));
    port.onDisconnect.addListener(() => this.#seeLost(port));
    port.postMessage({ type: 'watch' });
  }

  // Firefox says why at the port, Chromium at the runtime.
  #seeLost(port) {
    if (port !== this.#port) return;
    const reason = (port.error ?? this.#runtime.lastError)?.message;
    this.trouble = troubleOf(reason);
    this.#end();
    this.#settleSoon(this.#backoff.next());
  }

  #end() {
    this.#port = undefined;
    this.#pieces = '';
    this.#timers.clearTimeout(this.#goodTimer);
    this.#goodTimer = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(lost());
    this.#emitter.emit('down');
  }

  #receive(message) {
    if (message.type === 'piece') return this.#join(message);
    if (message.id !== undefined) return this.#answer(message);
    if (message.type === 'instances') this.#seeUp();
    if (message.type === 'error') this.#seeTrouble(message);
    this.#emitter.emit(message.type, message);
  }

  #answer(message) {
    const waiting = this.#waiting.get(message.id);
    if (message.type === 'error') waiting?.reject(toError(message));
    else waiting?.resolve(message);
  }

  #join({ text, last }) {
    this.#pieces += text;
    if (!last) return;
    const whole = JSON.parse(this.#pieces);
    this.#pieces = '';
    this.#receive(whole);
  }

  // It befell the host itself.
  #seeTrouble({ code, message, hint }) {
    this.trouble = { code, message, hint };
  }

  #seeUp() {
    this.trouble = null;
    this.#goodTimer ??= this.#timers.setTimeout(
      () => this.#backoff.reset(), kGoodConnectionMs);
  }
}

const toError = ({ code, message, hint }) =>
  new BerthError(code, message, { hint });
