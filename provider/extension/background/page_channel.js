// One page's channel to one profile: follows the instance over restarts, and
// speaks to the page as the gateway's channels do.
import { abortable } from '../../js/lib/abortable.js';
import { Backoff } from '../../js/lib/backoff.js';
import {
  disconnected, isProviderRpcError, ProviderRpcError,
} from '../../js/lib/errors.js';
import { withLimit } from '../../js/lib/limit.js';
import { decodePageFrame, encodeAnswer, encodeEvent } from './page_frames.js';
import { checkPageRequest, kLimitExceeded } from './page_requests.js';

const kMaxPending = 256;
// Of them together, in UTF-16 units: as the gateway's channels have it. An
// instance that is stopped takes nothing.
const kMaxPendingLength = 4 << 20;
// What an answer is worth waiting for that only tells the page where it is.
const kStateLimitMs = 5000;
const kInternalError = -32603;

/** What it says is the page's: no address, and no profile's name. */
export class PageChannel {
  /** Whether the host has shown the grant that it stands on. */
  wasGranted = false;
  /** Resolves when the page has been told how the instance is. */
  told;
  #with;
  #name;
  #connection;
  #connecting;
  #tried;
  #reason = 'the wallet is not connected yet';
  #isGone = false;
  #pending = 0;
  #pendingLength = 0;
  #timer;
  #backoff = new Backoff(Math.random);
  #attempt;
  #isClosed = false;
  #resolveTold;

  /**
   * `name` of the profile; `post(text)` reaches the page; `directory` says
   * whether it runs; `open(name, onEvent, signal)` gives a proven Channel.
   */
  constructor(name, { post, directory, open, timers }) {
    this.#name = name;
    this.#with = { post, directory, open, timers };
    this.told = new Promise((resolve) => (this.#resolveTold = resolve));
    directory.on('change', this.#look);
    this.#look();
  }

  get name() {
    return this.#name;
  }

  close() {
    this.#isClosed = true;
    this.#attempt?.abort(disconnected('the page has gone'));
    this.#with.timers.clearTimeout(this.#timer);
    this.#with.directory.removeListener('change', this.#look);
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** A frame of the page. */
  async receive(text) {
    const request = decodePageFrame(text);
    if (request === undefined) return;
    const answer = await this.#answer(request, text.length);
    this.#post(encodeAnswer(request.id, answer));
  }

  async #answer({ method, params }, length) {
    this.#pending += 1;
    this.#pendingLength += length;
    try {
      return { result: await this.#ask({ method, params }) };
    } catch (error) {
      return { error: toWire(error) };
    } finally {
      this.#pending -= 1;
      this.#pendingLength -= length;
    }
  }

  async #ask(request) {
    const isFull = this.#pending > kMaxPending ||
      this.#pendingLength > kMaxPendingLength;
    if (isFull) throw tooMany();
    checkPageRequest(request);
    await this.#whenTried();
    if (!this.#connection) throw disconnected(this.#reason);
    return this.#connection.request(request);
  }

  // A newer attempt may take the place of the one that is waited for.
  async #whenTried() {
    let tried;
    while (tried !== this.#connecting) {
      tried = this.#connecting;
      await tried;
    }
  }

  #look = () => {
    const instance = this.#with.directory.find(this.#name);
    if (instance === undefined) {
      this.#tried = undefined;
      if (!this.#connection) this.#tellGone('the wallet does not run');
      return;
    }
    if (instance.id === this.#tried) return;
    this.#tried = instance.id;
    this.#backoff.reset();
    this.#connect();
  };

  // A newer attempt ends an older one.
  #connect() {
    this.#with.timers.clearTimeout(this.#timer);
    this.#attempt?.abort(disconnected('started anew'));
    const attempt = new AbortController();
    this.#attempt = attempt;
    // Without the reason: that is the user's, not the page's.
    this.#connecting = this.#open(attempt.signal).catch(() => {
      if (!attempt.signal.aborted) this.#fail('the wallet does not answer');
    });
  }

  async #open(signal) {
    this.#connection?.close();
    this.#connection = undefined;
    const onEvent = (event, params) =>
      this.#post(encodeEvent(event, params));
    const connection = await this.#with.open(this.#name, onEvent, signal);
    try {
      await this.#tellReady(connection, signal);
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connection = connection;
    this.#backoff.reset();
    connection.closed.then(() => this.#seeEnd(connection));
  }

  async #tellReady(connection, signal) {
    const { timers } = this.#with;
    const ask = (method) => withLimit(
      { what: method, timeoutMs: kStateLimitMs, timers, signal },
      (limited) => abortable(connection.request({ method }), limited));
    const [accounts, chainId] = await Promise.all([
      ask('eth_accounts'),
      // Its upstream may be down while the instance is not.
      ask('eth_chainId').catch(() => null),
    ]);
    this.#isGone = false;
    this.#tell({ state: 'ready', accounts, chainId });
  }

  #seeEnd(connection) {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    this.#fail('the wallet has stopped');
  }

  // Tried again while it is said to run.
  #fail(message) {
    this.#tellGone(message);
    const { timers, directory } = this.#with;
    timers.clearTimeout(this.#timer);
    this.#timer = timers.setTimeout(() => {
      if (directory.find(this.#name)) this.#connect();
    }, this.#backoff.next());
  }

  // Once: what changes besides is none of the page's business.
  #tellGone(message) {
    this.#reason = message;
    if (this.#isGone) return;
    this.#isGone = true;
    this.#tell({ state: 'gone', message });
  }

  #tell(state) {
    this.#post(encodeEvent('berth_state', state));
    this.#resolveTold();
  }

  #post(text) {
    if (!this.#isClosed) this.#with.post(text);
  }
}

const tooMany = () => new ProviderRpcError(
  kLimitExceeded, 'too many requests are pending on this channel');

function toWire(error) {
  if (!isProviderRpcError(error)) {
    return { code: kInternalError, message: 'the request could not be sent' };
  }
  const { code, message, data } = error;
  return { code, message, data };
}
