// The connection behind a provider, and what becomes of it.
import { Backoff } from './backoff.js';
import { BerthError, disconnected } from './errors.js';
import { toInstance } from './instance.js';
import { checkRequest } from './request.js';
import { dialAgain } from './seek.js';

// A connection that lasted this long was a good one: the next loss of it is
// news, not one more failure in a row.
const kGoodConnectionMs = 5000;

function toInfo(record) {
  const { name, id, title, color, icon, software } =
    toInstance({ name: record.name, record });
  return Object.freeze({ name, id, title, color, icon, software });
}

function lostError(name) {
  return new BerthError('not_running', `the connection to ${name} was lost`, {
    hint: `it is looked for until it is back; see "berth logs ${name}"`,
  });
}

function closedError(name) {
  return new BerthError('closed', `the provider of ${name} was closed`, {
    hint: 'connect again',
  });
}

/**
 * Stays connected to the instance of `target` from `current`, the connection it
 * has, until `close()`. What happens is told on `emitter`, through `events`.
 */
export class Session {
  #target;
  #emitter;
  #events;
  #current;
  #backoff;
  #cause;
  #life = new AbortController();
  state = 'ready';

  constructor(target, emitter, events, current) {
    this.#target = target;
    this.#emitter = emitter;
    this.#events = events;
    this.#current = current;
    this.#backoff = new Backoff(target.env.random);
    this.#stayConnected().catch((error) => {
      if (error !== this.#life.signal.reason) throw error;
    });
  }

  get info() {
    return toInfo(this.#current.record);
  }

  async request(wanted) {
    const valid = checkRequest(wanted);
    if (this.state === 'ready') return this.#current.channel.request(valid);
    throw disconnected(`${this.#target.name} is not connected`, this.#cause);
  }

  close() {
    if (this.#life.signal.aborted) return;
    this.#cause = closedError(this.#target.name);
    this.#life.abort(this.#cause);
    this.#current.channel.close(this.#cause);
    this.#lose('close() was called');
    this.#emitter.removeAll();
  }

  async #stayConnected() {
    const { name, env: { timers } } = this.#target;
    while (!this.#life.signal.aborted) {
      this.#announceChain(this.#current.channel);
      const since = timers.now();
      await this.#current.channel.closed;
      if (this.#life.signal.aborted) return;
      this.#cause = lostError(name);
      this.#lose(this.#cause.message);
      if (timers.now() - since >= kGoodConnectionMs) this.#backoff.reset();
      await this.#dialAgain();
    }
    this.#current.channel.close(this.#cause);
  }

  async #dialAgain() {
    const onTry = (state, error) => {
      this.state = state;
      this.#cause = error ?? this.#cause;
    };
    const tried = this.#current.record.id;
    const how = { tried, backoff: this.#backoff, onTry };
    this.#current = await dialAgain(this.#target, how, this.#life.signal);
    this.state = 'ready';
  }

  async #announceChain(channel) {
    try {
      const chainId = await channel.request({ method: 'eth_chainId' });
      this.#events.announce('connect', { chainId });
    } catch {
      // It has no chain now, or is gone again: it says `connect` itself when
      // it has one, or the next connection does.
    }
  }

  #lose(message) {
    this.state = 'gone';
    this.#events.announce('disconnect', disconnected(message, this.#cause));
  }
}
