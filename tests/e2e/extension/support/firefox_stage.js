// ./stage.js in Firefox, which finds the native host by the HOME that it has.
// The test fails if a page reported an error, or Firefox one of the extension.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openFirefox } from '../../browser/support/firefox.js'
import { serveSites } from '../../browser/support/site.js'
import { FirefoxWindow } from './firefox_window.js'
import { register } from './register.js'
import { homeWith, unpacked } from './stage.js'
import { Wallets } from './wallets.js'

function collectTroubles(browser, troubles) {
  browser.process().stderr.on('data', (data) => {
    troubles.push(...String(data).split('\n').filter((line) => line.includes('moz-extension')))
  })
}

// What ./wallets.js needs of a Playwright context.
const contextOf = (browser, troubles) => ({
  async newPage() {
    const page = await browser.newPage()
    page.on('pageerror', ({ stack }) => troubles.push(stack))
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()))
    const { waitForFunction } = page
    return Object.assign(page, { waitForFunction: (action, ...args) => waitForFunction.call(page, action, {}, ...args) })
  },
  waitForEvent: () => FirefoxWindow.next(browser.browser),
})

// {home, sites, open(url): Wallets, update(), remove()}: of the extension, too.
export async function stage(t, { site, running = ['alice', 'bob'] } = {}) {
  const sites = await serveSites(site)
  let browser
  t.after(async () => {
    await browser?.close()
    sites.close()
  })
  const home = await homeWith(t, running)
  await register(home)
  const profile = join(home.home, 'firefox')
  mkdirSync(profile)
  browser = await openFirefox({ publicPort: sites.tlsPort, profile, env: home.env })
  const troubles = []
  collectTroubles(browser.browser, troubles)
  const install = () => browser.browser.installExtension(unpacked('firefox'))
  const id = await install()
  // Last: what fails here keeps the hooks after it from running.
  t.after(() => assert.deepEqual(troubles, []))
  return {
    home, sites, update: install,
    open: (url) => Wallets.open(contextOf(browser, troubles), url),
    remove: () => browser.browser.uninstallExtension(id),
  }
}
