// A dApp's page, asked from a test. `page/dapp.js` is its half in the browser.
export class Dapp {
  static async open(context, gateway, url) {
    const dapp = new Dapp(await context.newPage(), { gateway: `http://127.0.0.1:${gateway}` })
    await dapp.goto(url)
    return dapp
  }

  // `options` go to pick(), restore() and announce().
  constructor(page, options) {
    this.page = page
    this.options = options
  }

  async goto(url) {
    await this.page.goto(url)
    await this.#loaded()
  }

  async reload() {
    await this.page.reload()
    await this.#loaded()
  }

  #loaded() {
    return this.page.waitForFunction(() => window.ready)
  }

  // Clicks, and calls pick() in that click. {popup: its window, or undefined
  // where none opened, picked: {value: info} or {error} once it is decided}.
  async pick({ popup: opens = true, ...more } = {}) {
    await this.page.evaluate((options) => {
      window.onClick(() => window.berth.pick(options).then(window.use))
    }, { ...this.options, ...more })
    const opening = opens ? this.page.waitForEvent('popup') : undefined
    await this.page.click('#go')
    return { popup: await opening, picked: this.page.evaluate(() => window.outcome) }
  }

  // The info of what restore() found, or null.
  restore() {
    return this.page.evaluate(async (options) => window.use(await window.berth.restore(options)), this.options)
  }

  // {value} or {error: {code, message}} of one request.
  request(method, params = []) {
    return this.page.evaluate((request) => window.settle(window.wallet.request(request)), { method, params })
  }

  // The result of a request that must succeed.
  async result(method, params) {
    const { value, error } = await this.request(method, params)
    if (error) throw Object.assign(new Error(`${method}: ${error.message}`), error)
    return value
  }

  state() {
    return this.page.evaluate(() => window.wallet.state)
  }

  // The value of the next event of that name; those before it are forgotten.
  async event(name) {
    const handle = await this.page.waitForFunction((wanted) => {
      const at = window.heard.findIndex((event) => event.name === wanted)
      return at >= 0 && window.heard.splice(0, at + 1).pop()
    }, name)
    return (await handle.jsonValue()).value
  }
}
