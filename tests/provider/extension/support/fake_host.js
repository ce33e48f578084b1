// The native messaging host, as provider/native_host/README.md says. What it
// says of itself is full of what no page may learn.
import { createHash } from 'node:crypto';
import { createPorts } from './fake_port.js';

/** What of a profile may reach no page of another, and of none its address. */
export const kSecret = /127\.0\.0\.1|8766|\/home|token/;

export const rdnsOf = (name, origin) => {
  const hash = createHash('sha256').update(`${name} ${origin}`).digest('hex');
  return `app.berth.b${hash.slice(0, 15)}`;
};

const unavailable = (name) => ({
  type: 'error', code: 'unavailable',
  message: `${name} does not answer at 127.0.0.1:8766`,
  hint: `see /home/me/${name}.log`,
});

const notFound = (name) => ({
  type: 'error', code: 'not_found', message: `no profile is called ${name}`,
  hint: 'berth list',
});

export class FakeHost {
  /** Not there: a browser then says this at once. */
  missing = null;
  /** Says nothing by itself and answers nothing. */
  isSilent = false;
  /** Of profiles, their wallets' answers: `(profile, params)`. */
  methods = {
    eth_accounts: () => ['0xa1'],
    eth_requestAccounts: () => ['0xa1'],
    eth_chainId: ({ chain }) => chain,
  };
  /** How often it was started; all that it heard. */
  starts = 0;
  received = [];
  #profiles = new Map();
  #port;
  #channels = new Map();
  /** What it answers to `hello`. */
  hello = () => undefined;
  /** It shows a grant later than it answers. */
  isLate = false;
  #ids = 0;
  #clock = 0;

  /** The browser's end. */
  start() {
    const [browsers, own] = createPorts();
    this.starts += 1;
    this.#channels.clear();
    if (this.missing !== null) {
      browsers.error = { message: this.missing };
      own.disconnect();
      return browsers;
    }
    this.#port = own;
    own.onMessage.addListener((message) => this.#hear(message));
    own.onDisconnect.addListener(() => (this.#port = undefined));
    return browsers;
  }

  get isConnected() {
    return this.#port !== undefined;
  }

  /** Those that it was asked for, by their type. */
  asked(type) {
    return this.received.filter((message) => message.type === type);
  }

  get channels() {
    return this.#channels.size;
  }

  say(message) {
    if (!this.isSilent) this.#port?.postMessage(message);
  }

  kill(reason = 'Native host has exited.') {
    this.#port.other.error = { message: reason };
    this.#port.disconnect();
    this.#port = undefined;
    this.#channels.clear();
  }

  /** It runs from now on, anew where it ran. */
  run(name, { title = null, chain = '0x1' } = {}) {
    this.endChannels(name);
    const { grants = new Map() } = this.#profiles.get(name) ?? {};
    const id = `id-${this.#ids += 1}`;
    const profile = { name, id, title, chain, grants, approvals: [] };
    this.#profiles.set(name, profile);
    this.tell();
  }

  stop(name, { forget = false } = {}) {
    const profile = this.#profiles.get(name);
    profile.id = null;
    if (forget) profile.grants.clear();
    this.endChannels(name);
    this.#tellInstances();
  }

  grant(name, origin) {
    const { grants } = this.#profiles.get(name);
    grants.set(origin, `2026-01-01T00:00:0${this.#clock += 1}Z`);
    if (!this.isLate) this.#tellAccess(name);
  }

  revoke(name, origin) {
    this.#profiles.get(name).grants.delete(origin);
    this.#tellAccess(name);
  }

  /** The approvals that wait there: `[id, origin]` of each. */
  ask(name, ...questions) {
    this.#profiles.get(name).approvals = questions.map(([id, origin], i) => ({
      id, origin, profile: name, kind: 'sign',
      asked_at: `2026-01-01T00:00:0${i}Z`,
    }));
    this.#tellAccess(name);
  }

  /** EIP-1193, on the channels of a profile, or those of one origin. */
  emit(name, event, params, origin) {
    for (const channel of this.#of(name, origin)) {
      this.say({ type: 'event', ...channel, event, params });
    }
  }

  /** Its connections to that profile are lost, or those of one origin. */
  endChannels(name, origin) {
    const message = `${name} at 127.0.0.1:8766 has ended`;
    for (const channel of this.#of(name, origin)) {
      this.#channels.delete(channel.channel);
      this.say({ type: 'closed', ...channel, message });
    }
  }

  /** What it says to `watch`. */
  tell() {
    this.#tellInstances();
    for (const { name } of this.#running()) this.#tellAccess(name);
  }

  infoOf(name, origin) {
    const { title } = this.#profiles.get(name);
    return {
      rdns: rdnsOf(name, origin), name: title ?? name, color: null, icon: null,
    };
  }

  #running() {
    return [...this.#profiles.values()].filter(({ id }) => id !== null);
  }

  #of(name, origin) {
    return [...this.#channels.values()].filter((channel) =>
      channel.profile === name && [undefined, channel.origin].includes(origin));
  }

  #tellInstances() {
    const instances = this.#running().map(({ name, id, title, chain }) => ({
      name, id, title, color: null, icon: null, chain_id: Number(chain),
      state: 'ready',
    }));
    this.say({ type: 'instances', instances });
  }

  #tellAccess(name) {
    const { approvals, grants, id } = this.#profiles.get(name);
    if (id === null) return;
    this.say({
      type: 'access', profile: name, approvals,
      grants: [...grants].map(([origin, granted_at]) => ({
        origin, accounts: ['0xa1'], granted_at, remembered: true,
        info: this.infoOf(name, origin),
      })),
    });
  }

  async #hear(message) {
    this.received.push(message);
    const { id } = message;
    if (message.type === 'close') this.#channels.delete(message.channel);
    const answer = await this.#answer(message);
    if (answer !== undefined) this.say({ id, ...answer });
  }

  #answer(message) {
    const { type, profile, origin, name } = message;
    const subject = profile ?? name;
    if (subject !== undefined && !this.#profiles.has(subject)) {
      return notFound(subject);
    }
    switch (type) {
      case 'watch':
        return void this.tell();
      case 'profiles':
        return { type, profiles: this.#list(origin) };
      case 'start':
        return void this.run(name) ?? { type: 'done' };
      case 'stop':
        return void this.stop(name) ?? { type: 'done' };
      case 'grant':
        if (!this.#isRunning(profile)) return unavailable(profile);
        this.grant(profile, origin);
        return { type: 'done', info: this.infoOf(profile, origin) };
      case 'revoke':
        return void this.revoke(profile, origin) ?? { type: 'done' };
      case 'decide':
        return void this.ask(profile) ?? { type: 'done' };
      case 'hello':
        return this.hello();
      case 'rpc':
        return this.#call(message);
      default:
        return undefined;
    }
  }

  #isRunning(name) {
    return (this.#profiles.get(name)?.id ?? null) !== null;
  }

  #list(origin) {
    return [...this.#profiles.values()].map(({ name, title, id, grants }) => ({
      name, title, status: id === null ? 'stopped' : 'running',
      granted: origin === undefined ? null : grants.has(origin),
      rdns: origin === undefined ? null : rdnsOf(name, origin),
    }));
  }

  async #call({ profile: name, origin, channel, request }) {
    if (!this.#isRunning(name)) return unavailable(name);
    const profile = this.#profiles.get(name);
    this.#channels.set(channel, { channel, profile: name, origin });
    const call = this.methods[request.method];
    const error = (code, message) => ({ type: 'rpc', error: { code, message } });
    if (!profile.grants.has(origin)) return error(4100, 'not granted');
    if (call === undefined) return error(4200, `no ${request.method}`);
    try {
      return { type: 'rpc', result: await call(profile, request.params) };
    } catch ({ message }) {
      return error(-32000, message);
    }
  }
}
