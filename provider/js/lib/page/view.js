// The EIP-1193 face of a session, or of none yet, to the dApp.
import { Emitter } from '../emitter.js';
import { disconnected, ProviderRpcError } from '../errors.js';
import { checkRequest } from '../request.js';
import { SessionEvents } from '../session_events.js';
import { closed } from './failures.js';

const kUnauthorized = 4100;
// They may open the picker. Where there is a grant nobody is asked.
const kConnecting = ['eth_requestAccounts', 'wallet_requestPermissions'];
// A person answers these, in the popup where there is one.
const kPersonal = [
  'personal_sign', 'eth_signTypedData_v4', 'eth_sendTransaction',
  'wallet_switchEthereumChain', 'wallet_addEthereumChain', 'wallet_watchAsset',
];
const kRevoke = 'wallet_revokePermissions';

const isSame = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

export class View {
  /** Of the dApp; frozen, and its functions may be taken off it. */
  provider;
  session;
  #ways;
  #emitter = new Emitter();
  #events = new SessionEvents(this.#emitter);
  // What the dApp was last told.
  #isConnected = false;
  #chainId = null;
  #accounts = [];
  #connecting;
  #life = new AbortController();

  /**
   * `ways`, what it takes more than a session: `connect(view)` gives it an open
   * one by asking the user; `isActive()`: the user could be asked now;
   * `check()` ends the sessions of what is not there any more; `focus()` shows
   * where a person is asked; `revoked(session)`: its grant is gone; `left()`: the view was
   * closed.
   */
  constructor(ways, session) {
    this.#ways = ways;
    this.provider = this.#createProvider();
    this.attach(session);
  }

  /** Aborted by `close`, with what its requests reject with then. */
  get life() {
    return this.#life.signal;
  }

  /** To another session, or to none. */
  attach(session) {
    this.session?.views.delete(this);
    this.session = session;
    session?.views.add(this);
    this.show();
  }

  /** Tells what has changed since the last time. */
  show() {
    const { isConnected = false, chainId, accounts = [] } = this.session ?? {};
    const { reason = disconnected('no wallet is chosen') } = this.session ?? {};
    const isTurn = isConnected !== this.#isConnected;
    const isOtherChain =
      isConnected && ![null, chainId].includes(this.#chainId);
    const areOthers = !isSame(accounts, this.#accounts);
    this.#isConnected = isConnected;
    if (isConnected) this.#chainId = chainId;
    this.#accounts = accounts;
    // Last, since listeners may call anything.
    if (isTurn && isConnected) this.#events.announce('connect', { chainId });
    if (isTurn && !isConnected) this.#events.announce('disconnect', reason);
    if (isOtherChain) this.#emitter.emit('chainChanged', chainId);
    if (areOthers) this.#emitter.emit('accountsChanged', [...accounts]);
  }

  message(payload) {
    this.#emitter.emit('message', payload);
  }

  close() {
    if (this.life.aborted) return;
    this.#life.abort(disconnected('close() was called', closed()));
    this.attach(undefined);
    this.#ways.left();
  }

  #createProvider() {
    const view = this;
    const { on, once, removeListener } = this.#emitter;
    return Object.freeze({
      on, once, removeListener,
      request: (wanted) => view.#request(wanted),
      close: () => view.close(),
      get info() {
        return view.session?.info ?? null;
      },
      // As the dApp was told by `connect` and `disconnect`: an instance may
      // still be reached when its chain, or this page's grant, is not there.
      get state() {
        const { state = 'gone', isConnected } = view.session ?? {};
        return state === 'ready' && !isConnected ? 'gone' : state;
      },
    });
  }

  async #request(wanted) {
    const valid = checkRequest(wanted);
    const { method } = valid;
    // Before the wait, in which sessions notice that they have ended.
    this.#ways.check();
    await this.session?.restored;
    this.life.throwIfAborted();
    if (!this.#isOpen && this.#mayAsk(method)) await this.#connect();
    if (!this.#isOpen) return this.#answerAlone(method);
    return this.#pass(this.session, valid);
  }

  async #pass(session, valid) {
    const { method } = valid;
    const isAsked = kPersonal.includes(method) ||
      (kConnecting.includes(method) && session.accounts.length === 0);
    if (isAsked) this.#ways.focus();
    const result = await session.request(valid);
    if (method === kRevoke) this.#ways.revoked(session);
    return result;
  }

  // Whoever asks meanwhile waits for the same answer.
  #connect() {
    this.#connecting ??= this.#ways.connect(this).finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  get #isOpen() {
    return this.session?.isOpen ?? false;
  }

  #mayAsk(method) {
    if (kConnecting.includes(method)) return true;
    return this.session !== undefined && kPersonal.includes(method) &&
      this.#ways.isActive();
  }

  #answerAlone(method) {
    if (method === 'eth_accounts') return [];
    if (this.session === undefined) return this.#answerUnbound(method);
    const { session } = this;
    const { name } = session.info;
    // The user wants to be rid of it here, whether or not it hears of that.
    if (method === kRevoke) this.#ways.revoked(session);
    throw disconnected(
      `${name} is not connected. To do: connect again, by a click`,
      session.reason);
  }

  #answerUnbound(method) {
    if (method === 'wallet_getPermissions') return [];
    throw new ProviderRpcError(kUnauthorized,
      `no wallet is chosen, so ${method} has no answer. To do: ` +
      'eth_requestAccounts, in a click');
  }
}
