// A page with the extension's scripts in both of its worlds, and the background
// behind them.
import { FakeWindow } from '../../page/support/fake_window.js';
import { listen } from '../../page/support/page.js';

const kRoot = '../../../../provider';

// Keeps what comes before somebody hears it.
class FakeMessagePort {
  other;
  #waiting = [];
  #listener = null;

  set onmessage(listener) {
    this.#listener = listener;
    this.#deliver();
  }

  postMessage(data) {
    this.other.#waiting.push(data);
    this.other.#deliver();
  }

  #deliver() {
    if (this.#listener === null) return;
    for (const data of this.#waiting.splice(0)) {
      queueMicrotask(() => this.#listener({ data }));
    }
  }
}

class FakeMessageChannel {
  port1 = new FakeMessagePort();
  port2 = new FakeMessagePort();

  constructor() {
    [this.port1.other, this.port2.other] = [this.port2, this.port1];
  }
}

class FakeMessageEvent extends Event {
  constructor(type, { ports, ...init }) {
    super(type, init);
    this.ports = ports;
  }
}

const kOfWindow = ['addEventListener', 'removeEventListener', 'dispatchEvent'];

let copies = 0;
// A module runs once: each page has a copy of its own.
const runAnew = (path) => import(`${kRoot}/${path}?${copies += 1}`);

const kScripts = {
  page: 'extension/page/main.js', content: 'extension/content/main.js',
};

export class InstalledPage {
  /** What `runtime.connect` gave its content script. */
  ports = [];
  /** Dead: the extension was removed or updated. */
  isOrphan = false;
  details;
  #world;

  /** `order`: in which its scripts run. */
  static async load(
    world, window = new FakeWindow(), { order = ['page', 'content'] } = {}) {
    const page = new InstalledPage(world, window);
    page.#becomeGlobal();
    page.details = listen(window);
    for (const script of order) await runAnew(kScripts[script]);
    await page.settle();
    return page;
  }

  constructor(world, window) {
    this.#world = world;
    this.window = Object.assign(window, {
      MessageChannel: FakeMessageChannel, MessageEvent: FakeMessageEvent, Event, queueMicrotask,
    });
  }

  /** The background ends, and `world` has the next. */
  moveTo(world) {
    this.#world = world;
    this.port.other.disconnect();
  }

  get port() {
    return this.ports.at(-1);
  }

  get hub() {
    return this.window[Symbol.for('app.berth.provider')];
  }

  /** As a dApp does when it loads. */
  requestProviders() {
    this.window.dispatchEvent(new Event('eip6963:requestProvider'));
  }

  provider(name = 'Berth') {
    return this.details.get(name).provider;
  }

  /** The page's own npm package. */
  package() {
    return runAnew('js/index.js');
  }

  /** The same page, loaded anew. */
  reload() {
    this.port?.disconnect();
    return InstalledPage.load(this.#world, this.window.reloaded());
  }

  /** What is under way goes on, in page and background. */
  async settle(ms = 0) {
    await this.#world.advance(ms);
    await this.window.advance(ms);
    await this.#world.advance(0);
    await this.window.advance(0);
  }

  #becomeGlobal() {
    const page = this;
    const { window } = page;
    const runtime = {
      get id() {
        return page.isOrphan ? undefined : 'berth';
      },
      connect: ({ name }) => page.#connect(name),
    };
    const globals =
      { window, navigator: window.navigator, chrome: { runtime } };
    for (const name of kOfWindow) globals[name] = window[name].bind(window);
    for (const [name, value] of Object.entries(globals)) {
      Object.defineProperty(globalThis, name, { value, configurable: true });
    }
  }

  #connect(name) {
    if (this.isOrphan) throw new Error('Extension context invalidated.');
    const { origin } = this.window;
    const port = this.#world.connect(
      name, { origin, frameId: 0, tab: { id: 1 } });
    this.ports.push(port);
    return port;
  }
}
