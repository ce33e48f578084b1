// One page of one origin: its questions, and its channels to what it was
// granted.
import { abortable } from '../../js/lib/abortable.js';
import { isBerthError } from '../../js/lib/errors.js';
import { withLimit } from '../../js/lib/limit.js';
import { PageChannel } from './page_channel.js';
import { encodeEvent } from './page_frames.js';
import { decodePageMessage } from './page_messages.js';

// For the instances to answer a page that was loaded anew.
const kLinkLimitMs = 1500;

export class Page {
  #port;
  #with;
  #channels = new Map();
  // The rdns of those that the page closed itself: not opened unasked.
  #unwanted = new Set();
  #isLinked = false;
  #linking;
  #completing;
  // The id of the newest question, unless it was withdrawn.
  #asked;
  #life = new AbortController();

  /**
   * `port`: from its content script; `origin`: as the browser says. `app`:
   * `directory`, `asks`, `native`, `openChannel(name, origin, onEvent, signal)`
   * and `timers`.
   */
  constructor(port, origin, app) {
    this.#port = port;
    this.origin = origin;
    this.#with = app;
    port.onMessage.addListener((message) => this.#hear(message));
    port.onDisconnect.addListener(() => this.#end());
    app.native.hold(this);
    app.directory.on('change', this.#look);
  }

  /** Whether one of its channels goes to that profile. */
  uses(name) {
    return [...this.#channels.values()].some((one) => one.name === name);
  }

  #hear({ text, active }) {
    const message = decodePageMessage(text);
    if (message === undefined) return;
    const { type, id, rdns } = message;
    if (type === 'link') this.#linking ??= this.#link();
    if (type === 'ask') this.#ask({ ...message, active: active === true });
    if (type === 'withdraw') this.#withdraw(id);
    if (type === 'rpc') this.#channels.get(rdns)?.receive(message.text);
    if (type === 'close') this.#drop(rdns);
  }

  async #link() {
    this.#isLinked = true;
    this.#look();
    await this.#whenComplete();
    const told = [...this.#channels.values()].map((one) => one.told);
    await this.#within((signal) => abortable(Promise.all(told), signal));
    this.#post({ type: 'linked' });
  }

  // One wait, however often the page asks.
  #whenComplete() {
    this.#completing ??=
      this.#within((signal) => this.#with.directory.whenComplete(signal))
        .finally(() => (this.#completing = undefined));
    return this.#completing;
  }

  // Not longer: what comes later is told then.
  async #within(operation) {
    const { timers } = this.#with;
    const { signal } = this.#life;
    const limit =
      { what: 'linking', timeoutMs: kLinkLimitMs, timers, signal };
    await withLimit(limit, operation).catch(() => {});
  }

  // Only ever what this origin was granted: nothing else is told to a page.
  #look = () => {
    if (!this.#isLinked) return;
    const { directory } = this.#with;
    const granted = directory.grantedTo(this.origin);
    for (const { name, info: { rdns }, info } of granted) {
      const isOpen = this.#channels.has(rdns);
      if (!isOpen && !this.#unwanted.has(rdns)) this.#open(name, info);
      if (this.#channels.has(rdns)) this.#channels.get(rdns).wasGranted = true;
    }
    const isGranted = (rdns) => granted.some(({ info }) => info.rdns === rdns);
    for (const [rdns, { name, wasGranted }] of this.#channels) {
      const isRevoked = wasGranted && directory.hasToldOf(name);
      if (isRevoked && !isGranted(rdns)) this.#revoke(rdns);
    }
  };

  #revoke(rdns) {
    const text = encodeEvent('accountsChanged', [[]]);
    this.#post({ type: 'rpc', rdns, text });
    this.#close(rdns);
    this.#post({ type: 'lost', rdns });
  }

  #open(name, info) {
    this.#channels.get(info.rdns)?.close();
    this.#post({ type: 'opened', info });
    const { directory, timers, openChannel } = this.#with;
    const channel = new PageChannel(name, {
      directory, timers,
      post: (text) => this.#post({ type: 'rpc', rdns: info.rdns, text }),
      open: (profile, onEvent, signal) =>
        openChannel(profile, this.origin, onEvent, signal),
    });
    this.#channels.set(info.rdns, channel);
  }

  async #ask({ id, want, rdns, active }) {
    this.#asked = id;
    if (want === 'resume') await this.#whenComplete();
    if (this.#asked !== id) return;
    const granted = this.#with.directory.grantedTo(this.origin)
      .find(({ info }) => info.rdns === rdns);
    if (want === 'resume' && granted) {
      this.#with.asks.withdraw(this);
      return this.#give(id, granted);
    }
    this.#with.asks.add({
      // A page chooses its ids: never one that stands for another origin's.
      id: `${this.origin} ${id}`,
      active, page: this, origin: this.origin,
      settle: ({ picked, error }) =>
        (error ? this.#refuse(id, error) : this.#give(id, picked)),
    });
  }

  #withdraw(id) {
    if (id !== this.#asked) return;
    this.#asked = undefined;
    this.#with.asks.withdraw(this);
  }

  #give(id, { name, info }) {
    this.#isLinked = true;
    this.#unwanted.delete(info.rdns);
    if (!this.#channels.has(info.rdns)) this.#open(name, info);
    // The host may have shown its grant already.
    this.#look();
    this.#post({ type: 'picked', id, info });
  }

  #refuse(id, error) {
    if (!isBerthError(error)) throw error;
    const { code, message, hint } = error;
    this.#post(code === 'denied'
      ? { type: 'denied', id } : { type: 'failed', id, code, message, hint });
  }

  #drop(rdns) {
    if (!this.#channels.has(rdns)) return;
    this.#unwanted.add(rdns);
    this.#close(rdns);
  }

  #close(rdns) {
    this.#channels.get(rdns)?.close();
    this.#channels.delete(rdns);
  }

  #post(message) {
    this.#port?.postMessage(JSON.stringify(message));
  }

  #end() {
    this.#port = undefined;
    this.#asked = undefined;
    this.#life.abort();
    for (const rdns of [...this.#channels.keys()]) this.#close(rdns);
    this.#with.directory.removeListener('change', this.#look);
    this.#with.asks.withdraw(this);
    this.#with.native.release(this);
  }
}
