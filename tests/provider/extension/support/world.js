// The background in a browser that is played, with a native host beside it.
import { start } from '../../../../provider/extension/background/main.js';
import { openTunnel } from '../../../../provider/extension/background/tunnel.js';
import { createFakeTimers } from '../../support/fake_timers.js';
import { FakeHost } from './fake_host.js';
import { createEvent, createPorts } from './fake_port.js';

export const kSite = 'https://dapp.example';
const kOwn = 'chrome-extension://berth/';

function createBrowser(host) {
  const session = {};
  const windows = {
    open: new Set(), created: [], focused: [],
    onRemoved: createEvent(),
    getLastFocused: async () => ({ left: 100, top: 50, width: 1000 }),
    async create(options) {
      const id = windows.created.push(options);
      windows.open.add(id);
      return { id };
    },
    async update(id, options) {
      if (!windows.open.has(id)) throw new Error(`No window with id: ${id}.`);
      windows.focused.push([id, options]);
    },
    async remove(id) {
      windows.close(id);
    },
    close(id) {
      windows.open.delete(id);
      windows.onRemoved.emit(id);
    },
  };
  return {
    windows,
    runtime: {
      getURL: (path) => `${kOwn}${path}`,
      onConnect: createEvent(),
      connectNative: () => host.start(),
    },
    storage: {
      session: {
        get: async (key) => ({ [key]: session[key] }),
        set: async (items) => void Object.assign(session, items),
        remove: async (key) => void delete session[key],
      },
    },
    action: {
      text: '',
      setBadgeText({ text }) {
        this.text = text;
      },
    },
    tabs: { query: async () => [{ url: `${kSite}/swap?a=1` }] },
  };
}

/** The other end of a port: a content script, a window or a popup. */
class Client {
  /** All that it was told, as it came. */
  heard = [];
  isCut = false;
  port;

  constructor(port) {
    this.port = port;
    port.onMessage.addListener((message) => this.heard.push(message));
    port.onDisconnect.addListener(() => (this.isCut = true));
  }

  leave() {
    this.port.disconnect();
  }
}

/** Speaks as a page does, through its content script. */
class PageClient extends Client {
  get told() {
    return this.heard.map((text) => JSON.parse(text));
  }

  say(message, { active = false } = {}) {
    this.port.postMessage({ text: JSON.stringify(message), active });
  }

  all(type) {
    return this.told.filter((message) => message.type === type);
  }

  last(type) {
    return this.all(type).at(-1);
  }

  /** The frames of its channels. */
  get frames() {
    return this.all('rpc').map(({ text }) => JSON.parse(text));
  }

  get states() {
    return this.frames.filter(({ method }) => method === 'berth_state')
      .map(({ params }) => params);
  }

  /** A frame to the channel `rdns`; the answer is one of `answers`. */
  call(rdns, id, method, params) {
    const frame = { jsonrpc: '2.0', id, method, params };
    this.say({ type: 'rpc', rdns, text: JSON.stringify(frame) });
  }

  answer(id) {
    return this.frames.find((frame) => frame.id === id);
  }
}

/** The extension's window or popup. */
class FaceClient extends Client {
  #call = 0;

  get state() {
    return this.heard.findLast(({ type }) => type === 'state');
  }

  say(message) {
    this.port.postMessage({ ...message, call: this.#call += 1 });
    return this.#call;
  }

  outcome(call) {
    return this.heard.find((message) => message.call === call);
  }
}

export class World {
  timers = createFakeTimers();
  host = new FakeHost();
  browser = createBrowser(this.host);

  constructor(openChannel = openTunnel) {
    start(this.browser, openChannel, this.timers);
  }

  /** What is under way goes on; no time passes. */
  settle() {
    return this.timers.advance(0);
  }

  advance(ms) {
    return this.timers.advance(ms);
  }

  page(origin = kSite, sender = {}) {
    const tab = { id: 1 };
    const of = { origin, frameId: 0, tab, ...sender };
    return this.#client(PageClient, 'page', of);
  }

  face(name = 'window', sender = { origin: kOwn.slice(0, -1) }) {
    return this.#client(FaceClient, name, sender);
  }

  /** A page that has linked. */
  async linked(origin) {
    const page = this.page(origin);
    page.say({ type: 'link' });
    await this.settle();
    return page;
  }

  /** A page that asks, and the window that it has opened. */
  async asking(origin, { id = 'q1', ...ask } = {}, how) {
    const page = await this.linked(origin);
    page.say({ type: 'ask', id, want: 'choose', ...ask }, how);
    const face = this.face();
    await this.settle();
    return { page, face };
  }

  /** `runtime.connect({name})` as the browser has it for a sender. */
  connect(name, sender) {
    const [own, other] = createPorts({ name, sender });
    this.browser.runtime.onConnect.emit(own);
    return other;
  }

  #client(Client, name, sender) {
    return new Client(this.connect(name, sender));
  }
}
