import { abortable } from '../../js/lib/abortable.js';
import { withLimit } from '../../js/lib/limit.js';
import { handOver, isAlive } from './hand_over.js';
import { Link } from './link.js';

const kChooseLimitMs = 5 * 60_000;
const kRestoreLimitMs = 2000;

/** The way over the extension: see Hub. */
export class ExtensionWay {
  #page;
  #link;
  #isStarted = false;

  constructor(page) {
    const { window, sessions, run } = page;
    this.#page = page;
    const port = handOver(window, (next) => this.#link.moveTo(next));
    this.#link = new Link(window, port, {
      isAlive: () => isAlive(window),
      onOpened: (info, openSocket) =>
        run(() => sessions.connect(info, openSocket)),
    });
  }

  async choose(want, rdns, { signal, timeoutMs = kChooseLimitMs } = {}) {
    const { window, sessions, memory } = this.#page;
    const limit =
      { what: 'choosing a wallet', signal, timeoutMs, timers: window };
    const session = await withLimit(limit, async (limited) => {
      limited.throwIfAborted();
      const info = await this.#link.ask(want, rdns, limited);
      const found = sessions.get(info.rdns);
      await abortable(found.opened, limited);
      return found;
    });
    memory.choose(session.info);
    return session;
  }

  // Most pages never ask for a wallet: for them nothing is connected.
  start() {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#page.window.addEventListener(
      'eip6963:requestProvider', () => this.#link.start());
  }

  // The extension announces for as long as the page lives.
  stop() {}

  async restore({ signal } = {}) {
    const { window, sessions } = this.#page;
    const limit = {
      what: 'restoring', signal, timeoutMs: kRestoreLimitMs, timers: window,
    };
    try {
      await withLimit(limit, async (limited) => {
        await abortable(this.#link.start(), limited);
        await abortable(
          Promise.all(sessions.all.map(({ opened }) => opened)), limited);
      });
    } catch {
      // Not in time: what it began goes on.
      signal?.throwIfAborted();
    }
  }

  // A link that was cut links again by itself, and opens them then.
  async revive() {}

  isActive() {
    return this.#page.window.navigator.userActivation?.isActive ?? false;
  }

  check() {}

  focus() {}
}
