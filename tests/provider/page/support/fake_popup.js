// A window that a page opened, and the picker in it, by the gateway's contract.

const kOrigin = 'http://abcdefgh12345678.localhost:18765';

export const info = (name, changes) => ({
  rdns: `app.berth.b${name}`, name, color: '#336699', icon: null, ...changes,
});

export class FakePopup {
  closed = false;
  focused = 0;
  /** `[message, target origin]` of each. */
  received = [];
  origin = kOrigin;
  opener;
  /** Called with each message. */
  onmessage = () => {};
  heartbeat = () => {};

  constructor(opener, opened) {
    this.opener = opener;
    this.opened = opened;
  }

  postMessage(message, target) {
    const copy = structuredClone(message);
    this.received.push([copy, target]);
    if (target !== '*' && target !== this.origin) return;
    setImmediate(() => this.onmessage(copy));
  }

  focus() {
    this.focused += 1;
  }

  close() {
    this.closed = true;
  }

  get types() {
    return this.received.map(([{ type }]) => type);
  }

  get hellos() {
    return this.received.map(([message]) => message)
      .filter(({ type }) => type === 'hello');
  }

  say(message, { origin = this.origin, source = this } = {}) {
    this.opener.dispatchEvent(Object.assign(new Event('message'), {
      data: { berth: 1, ...message }, origin, source,
    }));
  }
}

const kMethods = {
  eth_accounts: ({ accounts }) => accounts,
  eth_requestAccounts: ({ accounts }) => accounts,
  eth_chainId: ({ chainId }) => chainId,
  wallet_requestPermissions: ({ accounts }) => [{
    parentCapability: 'eth_accounts',
    caveats: [{ type: 'restrictReturnedAccounts', value: accounts }],
  }],
  wallet_revokePermissions: () => null,
};

/** Answers hellos as the picker does, and relays to wallets that it plays. */
export class Picker {
  /** The name of what the user chooses; undefined: not yet. */
  choice;
  granted = new Set();
  mode = 'relay';
  /** What the page asked wallets: `NAME METHOD`. */
  asked = [];
  state = { state: 'ready', accounts: ['0xa1'], chainId: '0x1' };
  methods = { ...kMethods };
  popup;
  #id;

  /** In the popup that `window` has opened last. */
  static in(window, changes) {
    return Object.assign(new Picker(), changes).show(window.popup);
  }

  show(popup) {
    this.popup = popup;
    popup.onmessage = (message) => this.#hear(message);
    return this;
  }

  say(message) {
    this.popup.say(message);
  }

  notify(name, method, params) {
    const text = JSON.stringify({ jsonrpc: '2.0', method, params });
    this.say({ type: 'rpc', rdns: info(name).rdns, text });
  }

  /** The user clicks on a profile. */
  pick(name, { ticket, ...changes } = {}) {
    this.granted.add(name);
    this.say({
      type: 'picked', id: this.#id, info: info(name, changes),
      mode: this.mode, ticket,
    });
    if (this.mode !== 'relay') return;
    this.popup.heartbeat = () => this.say({ type: 'here' });
    this.notify(name, 'berth_state', this.state);
  }

  fail(code) {
    const text = { message: `it is ${code}`, hint: 'wait' };
    this.say({ type: 'failed', id: this.#id, code, ...text });
  }

  deny() {
    this.say({ type: 'denied', id: this.#id });
  }

  #hear(message) {
    if (message.type === 'hello') this.#welcome(message);
    if (message.type === 'rpc') this.#answer(message);
  }

  #welcome({ id, want, rdns }) {
    this.say({ type: 'welcome', id });
    if (this.#id === id) return;
    this.#id = id;
    const names = [...this.granted];
    if (want === 'link') {
      for (const name of names) this.pick(name);
      return this.say({ type: 'linked', id });
    }
    const known = names.find((name) => info(name).rdns === rdns);
    const chosen = want === 'resume' ? known ?? this.choice : this.choice;
    if (chosen !== undefined) this.pick(chosen);
  }

  #answer({ rdns, text }) {
    const { id, method, params } = JSON.parse(text);
    this.asked.push(`${rdns.slice('app.berth.b'.length)} ${method}`);
    const result = this.methods[method]?.(this.state, params);
    if (result === undefined) return;
    const frame = { jsonrpc: '2.0', id, result };
    this.say({ type: 'rpc', rdns, text: JSON.stringify(frame) });
  }
}
