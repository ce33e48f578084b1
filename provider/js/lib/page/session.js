// What a page knows of one profile that it was granted, and its channel there.
import { Channel } from '../channel.js';
import { disconnected } from '../errors.js';
import { decodeEvent } from '../session_events.js';

// From opening a channel to the gateway's first word on it.
const kFirstStateLimitMs = 8000;

const isText = (value) => typeof value === 'string';
const toAccounts = (value) =>
  (Array.isArray(value) ? value.filter(isText) : []);
const toChainId = (value) => (isText(value) ? value : null);

export class Session {
  info;
  /** 'relay' or 'direct': over which way its channel goes. */
  mode;
  state = 'gone';
  accounts = [];
  chainId = null;
  /** Why there is no chain now: 4900. */
  reason = disconnected('not connected yet');
  /** Whether the gateway said how the instance is, on the newest channel. */
  opened = Promise.resolve(false);
  /** Settles, without an error, when a first try to restore it has ended. */
  restored;
  /** Who shows it to the dApp: `show()` and `message(payload)`. */
  views = new Set();
  /** Somebody is looking for its next channel. */
  isReviving = false;
  #timers;
  #channel;
  #onLost;
  #hasState;
  #life = new AbortController();

  /** `onLost(session)`: its channel ended, and it was not `close` that did. */
  constructor(info, timers, onLost) {
    this.info = info;
    this.#timers = timers;
    this.#onLost = onLost;
  }

  get isOpen() {
    return this.#channel !== undefined;
  }

  get isConnected() {
    return this.state === 'ready' && this.chainId !== null;
  }

  /** Aborted when nobody wants it any more. */
  get life() {
    return this.#life.signal;
  }

  /** Speaks over `socket`, which may still be connecting; see `opened`. */
  connect(socket) {
    this.#channel?.close();
    const channel =
      new Channel(socket, (event, params) => this.#hear(event, params));
    this.#channel = channel;
    if (this.state === 'gone') this.#set({ state: 'connecting' });
    channel.closed.then(() => this.#end(channel));
    this.opened = this.#waitForState(channel);
  }

  /** Only where it is open. */
  request(wanted) {
    return this.#channel.request(wanted);
  }

  /** Ends the channel. `accounts`: what the dApp may see of it from now on. */
  close(message, accounts = this.accounts) {
    const channel = this.#channel;
    this.#channel = undefined;
    channel?.close();
    this.#set({ state: 'gone', accounts, reason: disconnected(message) });
  }

  /** For good. */
  dispose() {
    this.#life.abort();
    this.close('the provider was closed');
  }

  /** It may be found again by then. `restored` must not reject. */
  async holdUntil(restored) {
    this.restored = restored;
    this.#set({ state: 'connecting' });
    await restored;
    if (!this.isOpen) this.#set({ state: 'gone' });
  }

  async #waitForState(channel) {
    const limit = this.#timers.setTimeout(
      () => channel.close(), kFirstStateLimitMs);
    const first = new Promise((resolve) => (this.#hasState = resolve));
    try {
      return await Promise.race([first, channel.closed.then(() => false)]);
    } finally {
      this.#timers.clearTimeout(limit);
    }
  }

  #end(channel) {
    if (channel !== this.#channel) return;
    this.#channel = undefined;
    const reason = disconnected(`the connection to ${this.info.name} was lost`);
    this.#set({ state: 'gone', reason });
    this.#onLost(this);
  }

  #hear(event, params) {
    if (event === 'berth_state') return this.#setState(params ?? {});
    const payload = decodeEvent(event, params);
    if (payload === undefined) return;
    if (event === 'connect') {
      this.#set({ chainId: toChainId(payload?.chainId) });
    }
    if (event === 'disconnect') this.#set({ chainId: null, reason: payload });
    if (event === 'chainChanged') this.#set({ chainId: toChainId(payload) });
    if (event === 'accountsChanged') {
      this.#set({ accounts: toAccounts(payload) });
    }
    if (event === 'message') {
      for (const view of [...this.views]) view.message(payload);
    }
  }

  #setState({ state, accounts, chainId, message }) {
    if (state === 'ready') {
      this.#set({
        state, accounts: toAccounts(accounts), chainId: toChainId(chainId),
      });
    } else {
      const why = isText(message) ? message : 'the wallet has stopped';
      this.#set({ state: 'gone', reason: disconnected(why) });
    }
    this.#hasState(true);
  }

  #set(changes) {
    Object.assign(this, changes);
    for (const view of [...this.views]) view.show();
  }
}
