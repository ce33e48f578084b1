// A dApp's page that finds wallets by EIP-6963 and knows nothing of Berth, asked
// from a test. `page/wallets.js` is its half in the browser.
import { readFileSync } from 'node:fs'

const script = readFileSync(new URL('page/wallets.js', import.meta.url), 'utf8')

// A page of such a dApp, for serveSites(). `nonce`: its script's.
export const walletsPage = (nonce = '') =>
  `<!doctype html><title>A dApp</title><link rel="icon" href="data:,"><button id="go">Go</button><script nonce="${nonce}">${script}</script>`

export class Wallets {
  static async open(context, url) {
    const wallets = new Wallets(context, await context.newPage())
    await wallets.page.goto(url)
    return wallets
  }

  constructor(context, page) {
    this.context = context
    this.page = page
  }

  names() {
    return this.page.evaluate(() => window.wallets.names())
  }

  // Resolves when a wallet of that name is announced.
  async announced(name) {
    await this.page.waitForFunction((name) => window.wallets.names().includes(name), name)
  }

  // {value} or {error: {code, message}} of one request to the wallet `name`.
  request(name, method, params = []) {
    return this.page.evaluate(([name, request]) => window.wallets.request(name, request), [name, { method, params }])
  }

  async result(name, method, params) {
    const { value, error } = await this.request(name, method, params)
    if (error) throw Object.assign(new Error(`${method}: ${error.message}`), error)
    return value
  }

  // eth_requestAccounts in a click. {window: Berth's, outcome: to come}
  async connect(name = 'Berth') {
    await this.page.evaluate((name) => {
      window.wallets.onClick(() => window.wallets.request(name, { method: 'eth_requestAccounts' }))
    }, name)
    const [window] = await Promise.all([this.context.waitForEvent('page'), this.page.click('#go')])
    return { window, outcome: this.page.evaluate(() => window.wallets.outcome) }
  }

  // The value of the next event of that name; those before it are forgotten.
  async event(wallet, name) {
    const handle = await this.page.waitForFunction(([wallet, name]) => window.wallets.take(wallet, name), [wallet, name])
    return (await handle.jsonValue()).value
  }
}
