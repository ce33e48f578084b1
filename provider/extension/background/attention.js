// Calls the user: the window opens for what a page of this browser asks, and
// the toolbar's button counts.

export class Attention {
  #app;
  #pages = new Set();
  #seen = new Set();

  /** `app`: see main.js. */
  constructor(app) {
    this.#app = app;
    app.asks.on('change', this.#look);
    app.directory.on('change', this.#look);
  }

  /** A page, for as long as its port is connected. */
  add(port, page) {
    this.#pages.add(page);
    port.onDisconnect.addListener(() => this.#pages.delete(page));
  }

  #look = () => {
    const { asks, directory } = this.#app;
    const { questions } = directory;
    this.#count(asks.size + questions.length);
    const ours = questions.filter((question) => this.#isOurs(question));
    const ids = [asks.oldest, ...ours].filter(Boolean).map(({ id }) => id);
    if (ids.some((id) => !this.#seen.has(id))) this.#app.window.show();
    this.#seen = new Set(ids);
  };

  #isOurs({ origin, profile }) {
    return [...this.#pages].some((page) =>
      page.origin === origin && page.uses(profile));
  }

  #count(count) {
    this.#app.browser.action.setBadgeText({ text: count > 0 ? `${count}` : '' });
  }
}
