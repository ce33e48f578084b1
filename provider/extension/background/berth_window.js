// The one window in which the user chooses and decides.

const kUrl = 'window/window.html';
const kSize = { width: 420, height: 640 };
const kMargin = 16;
// Which it is outlives the worker, and with it the window.
const kKey = 'window';

export class BerthWindow {
  #browser;
  #opening;
  #last = Promise.resolve();

  /** `onClosed()`: the user closed it. */
  constructor(browser, onClosed) {
    this.#browser = browser;
    browser.windows.onRemoved.addListener(async (id) => {
      if (id === await this.#readId()) onClosed();
    });
  }

  /** Opens it, or brings it to the front. */
  show() {
    this.#opening ??= this.#afterLast(() => this.#show())
      .finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  /** It is over with: nobody refuses anything by that. */
  close() {
    return this.#afterLast(() => this.#close());
  }

  // What is shown after a close gets a window of its own.
  #afterLast(operation) {
    const done = this.#last.then(operation);
    this.#last = done.catch(() => {});
    return done;
  }

  async #close() {
    const { windows, storage } = this.#browser;
    const id = await this.#readId();
    await storage.session.remove(kKey);
    if (id !== undefined) await windows.remove(id);
  }

  async #show() {
    const { windows, storage, runtime } = this.#browser;
    if (await this.#focus()) return;
    const create = (place) => windows.create({
      type: 'popup', url: runtime.getURL(kUrl), focused: true,
      ...kSize, ...place,
    });
    // Chromium refuses a place that is not on the screen.
    const { id } = await create(await this.#placeBeside())
      .catch(() => create({}));
    await storage.session.set({ [kKey]: id });
  }

  async #focus() {
    const id = await this.#readId();
    if (id === undefined) return false;
    try {
      await this.#browser.windows.update(id, { focused: true });
      return true;
    } catch {
      return false;  // it is closed
    }
  }

  async #readId() {
    return (await this.#browser.storage.session.get(kKey))[kKey];
  }

  // At the top right of the window that the user is in.
  async #placeBeside() {
    try {
      const { left, top, width } = await this.#browser.windows.getLastFocused();
      return { left: left + width - kSize.width - kMargin, top: top + kMargin };
    } catch {
      return {};  // there is none
    }
  }
}
