// One page's channel to one profile: follows the instance over restarts, and
// speaks to the page as the gateway's channels do.
import { Backoff } from '../../js/lib/backoff.js';
import { disconnected, isProviderRpcError } from '../../js/lib/errors.js';
import { decodePageFrame, encodeAnswer, encodeEvent } from './page_frames.js';

// As the instance's own limit, which would end the connection.
const kMaxRequestLength = 1 << 20;
const kMaxPending = 256;
const kLimitExceeded = -32005;
const kInternalError = -32603;

const refusal = (message) => ({ code: kLimitExceeded, message });

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
  #reason;
  #pending = 0;
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
    if (length > kMaxRequestLength) {
      return { error: refusal('a request has at most 1 MiB') };
    }
    if (this.#pending >= kMaxPending) {
      return { error: refusal(`${kMaxPending} requests wait already`) };
    }
    this.#pending += 1;
    try {
      return { result: await this.#ask({ method, params }) };
    } catch (error) {
      return { error: toWire(error) };
    } finally {
      this.#pending -= 1;
    }
  }

  async #ask(request) {
    await this.#connecting;
    if (!this.#connection) throw disconnected(this.#reason);
    return this.#connection.request(request);
  }

  #look = () => {
    const instance = this.#with.directory.find(this.#name);
    if (instance === undefined) {
      this.#tried = undefined;
      if (!this.#connection) this.#tellStopped();
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
    this.#connecting = this.#open(attempt.signal).catch((error) => {
      if (!attempt.signal.aborted) this.#fail(error);
    });
  }

  async #open(signal) {
    this.#connection?.close();
    this.#connection = undefined;
    const onEvent = (event, params) =>
      this.#post(encodeEvent(event, params));
    const connection = await this.#with.open(this.#name, onEvent, signal);
    try {
      await this.#tellReady(connection);
      signal.throwIfAborted();
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connection = connection;
    this.#backoff.reset();
    connection.closed.then(() => this.#seeEnd(connection));
  }

  async #tellReady(connection) {
    const [accounts, chainId] = await Promise.all([
      connection.request({ method: 'eth_accounts' }),
      // Its upstream may be down while the instance is not.
      connection.request({ method: 'eth_chainId' }).catch(() => null),
    ]);
    this.#tell({ state: 'ready', accounts, chainId });
  }

  #seeEnd(connection) {
    if (connection !== this.#connection || this.#isClosed) return;
    this.#connection = undefined;
    this.#fail(disconnected(`${this.#name} has stopped`));
  }

  // Tried again while it is said to run.
  #fail({ message }) {
    if (this.#isClosed) return;
    this.#tellGone(message);
    const { timers, directory } = this.#with;
    timers.clearTimeout(this.#timer);
    this.#timer = timers.setTimeout(() => {
      if (directory.find(this.#name)) this.#connect();
    }, this.#backoff.next());
  }

  #tellStopped() {
    if (this.#with.directory.isKnown) {
      this.#tellGone(`${this.#name} is not running`);
    }
  }

  #tellGone(message) {
    this.#reason = message;
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

function toWire(error) {
  if (!isProviderRpcError(error)) {
    return { code: kInternalError, message: error.message };
  }
  const { code, message, data } = error;
  return { code, message, data };
}
