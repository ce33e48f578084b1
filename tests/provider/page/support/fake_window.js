// What lib/page takes off a browser's window. Time moves only by
// `window.advance(ms)`; a popup is a FakePopup, a WebSocket a FakeSocket.
import { getEventListeners } from 'node:events';
import { webcrypto } from 'node:crypto';
import { createFakeTimers } from '../../support/fake_timers.js';
import { FakePopup } from './fake_popup.js';
import { FakeSocket } from './fake_socket.js';

class CustomEvent extends Event {
  constructor(type, { detail }) {
    super(type);
    this.detail = detail;
  }
}

function createStorage() {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
  };
}

/** `url`: of the page. */
export class FakeWindow extends EventTarget {
  CustomEvent = CustomEvent;
  crypto = webcrypto;
  localStorage = createStorage();
  navigator = { userActivation: { isActive: true } };
  popups = [];
  sockets = [];
  /** `[url, options]` of each fetch; `answer(url, options)` answers it. */
  fetched = [];
  answer = () => Promise.reject(new TypeError('Failed to fetch'));
  blocksPopups = false;
  #timers = createFakeTimers();

  constructor(url = 'https://dapp.example/') {
    super();
    this.location = new URL(url);
    this.origin = this.location.origin;
    const window = this;
    this.WebSocket = class extends FakeSocket {
      constructor(...parameters) {
        super(...parameters);
        window.sockets.push(this);
      }
    };
  }

  setTimeout = (callback, ms) => this.#timers.setTimeout(callback, ms);
  clearTimeout = (id) => this.#timers.clearTimeout(id);

  /** An open popup may have something to say every second. */
  async advance(ms) {
    for (let left = ms; left >= 1000; left -= 1000) {
      await this.#timers.advance(1000);
      for (const popup of this.popups) if (!popup.closed) popup.heartbeat();
    }
    await this.#timers.advance(ms % 1000);
  }

  /** What has been resolved so far goes on. */
  settle() {
    return this.advance(0);
  }

  /** Timers and listeners that the page has left. */
  get leftovers() {
    const kTypes =
      ['message', 'pagehide', 'pageshow', 'eip6963:requestProvider'];
    const listeners = kTypes.flatMap((type) => getEventListeners(this, type));
    return this.#timers.pending + listeners.length;
  }

  open(url, name, features) {
    if (this.blocksPopups) return null;
    const popup = new FakePopup(this, { url, name, features });
    this.popups.push(popup);
    return popup;
  }

  get popup() {
    return this.popups.at(-1);
  }

  fetch(url, options) {
    this.fetched.push([url, options]);
    return this.answer(url, options);
  }

  /** A page of the same origin, loaded anew. */
  reloaded() {
    const next = new FakeWindow(this.location.href);
    next.localStorage = this.localStorage;
    return next;
  }
}
