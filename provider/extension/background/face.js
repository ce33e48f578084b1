// What the extension's own pages show, and what the user does there: README.md,
// "Window, popup and background".
import { isBerthError } from '../../js/lib/errors.js';
import { siteOf } from './site.js';

// Starting and stopping may take as long as `berth` gives it.
const kRunLimitMs = 60_000;

const toWire = (error) => (isBerthError(error)
  ? { code: error.code, message: error.message, hint: error.hint }
  : { code: 'failed', message: String(error?.message ?? error), hint: '' });

/** One open window or popup. */
export class Face {
  #port;
  #app;
  #isPopup;
  #site = null;
  // `{origin, profiles}`, as they were read last.
  #known;
  #failure = null;  // of reading them
  #reading;

  /** `app`: see main.js. */
  constructor(port, app) {
    this.#port = port;
    this.#isPopup = port.name === 'popup';
    this.#app = app;
    port.onMessage.addListener((message) => this.#hear(message));
    port.onDisconnect.addListener(() => this.#end());
    const { native, directory, asks } = app;
    native.hold(this);
    native.on('down', this.#refresh);
    native.on('error', this.#refresh);
    directory.on('change', this.#refresh);
    asks.on('change', this.#refresh);
    this.#begin();
  }

  async #begin() {
    if (this.#isPopup) this.#site = await siteOf(this.#app.browser);
    if (this.#port) this.#refresh();
  }

  // Whom the profiles are shown for; undefined: nobody.
  get #origin() {
    return this.#isPopup
      ? this.#site ?? undefined : this.#app.asks.oldest?.origin;
  }

  get #profiles() {
    const { origin, profiles } = this.#known ?? {};
    return origin === this.#origin ? profiles : undefined;
  }

  #refresh = () => {
    this.#show();
    this.#read();
  };

  #show() {
    const { native, directory, asks } = this.#app;
    const { id, origin } = asks.oldest ?? {};
    this.#post({
      type: 'state',
      trouble: native.trouble ?? this.#failure,
      ask: id === undefined ? null : { id, origin },
      profiles: this.#profiles ?? null,
      questions: directory.questions,
      site: this.#site,
    });
  }

  // One at a time; whatever changed meanwhile is read again.
  async #read() {
    if (this.#reading) {
      this.#reading.again = true;
      return;
    }
    this.#reading = { again: false };
    await this.#readOnce();
    const { again } = this.#reading;
    this.#reading = undefined;
    if (again) this.#read();
  }

  async #readOnce() {
    const origin = this.#origin;
    const isIdle = origin === undefined && !this.#isPopup;
    if (isIdle || !this.#app.native.isUp) return;
    try {
      const { profiles } =
        await this.#app.native.request({ type: 'profiles', origin });
      this.#known = { origin, profiles };
      this.#failure = null;
    } catch (error) {
      this.#failure = toWire(error);
    }
    this.#show();
  }

  async #hear(message) {
    const { call } = message;
    try {
      await this.#act(message);
      this.#post({ type: 'done', call });
    } catch (error) {
      this.#post({ type: 'failed', call, error: toWire(error) });
    }
  }

  #act({ type, ask, profile, origin, question, decision }) {
    const { native, asks } = this.#app;
    switch (type) {
      case 'choose':
        return this.#choose(ask, profile);
      case 'cancel':
        return asks.refuse(ask);
      case 'start':
      case 'stop':
        return native.request({ type, name: profile }, kRunLimitMs)
          .finally(this.#refresh);
      case 'decide':
        return native.request({ type, profile, question, decision });
      case 'close':
        return this.#close();
      case 'revoke':
        return native.request({ type, profile, origin });
      default:
        throw new TypeError(`Expected a call of README.md, got ${type}`);
    }
  }

  // Something may have been asked while that was on its way.
  #close() {
    const { window, directory, asks } = this.#app;
    const isOver = asks.size === 0 && directory.questions.length === 0;
    return isOver ? window.close() : undefined;
  }

  // Picking is granting.
  async #choose(id, name) {
    const { native, asks } = this.#app;
    const ask = asks.get(id);
    if (ask === undefined) return;
    const { info } = await native.request(
      { type: 'grant', profile: name, origin: ask.origin });
    asks.settle(id, { picked: { name, info } });
  }

  #post(message) {
    this.#port?.postMessage(message);
  }

  #end() {
    const { native, directory, asks } = this.#app;
    this.#port = undefined;
    native.release(this);
    native.removeListener('down', this.#refresh);
    native.removeListener('error', this.#refresh);
    directory.removeListener('change', this.#refresh);
    asks.removeListener('change', this.#refresh);
  }
}
