// ./stage.js in Firefox, which finds the native host by the HOME that it has. The
// test fails if a script of the extension or a page reported an error.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import { openFirefox } from '../../browser/support/firefox.js'
import { serveSites } from '../../browser/support/site.js'
import { FirefoxWindow } from './firefox_window.js'
import { register } from './register.js'
import { homeWith, unpacked } from './stage.js'
import { Wallets } from './wallets.js'
export async function stage(t, { site, running = ['alice', 'bob'], prefs, isRegistered = true } = {}) {
  const sites = await serveSites(site)
  let browser
  const troubles = []
  t.after(async () => {
    await browser?.close()
    sites.close()
  })
  const home = await homeWith(t, running)
  if (isRegistered) await register(home)
  const profile = join(home.home, 'firefox')
  mkdirSync(profile)
  browser = await openFirefox({ publicPort: sites.tlsPort, profile, env: home.env, prefs })
  browser.browser.process().stderr.on('data', (d) => { for (const l of String(d).split('\n')) if (/moz-extension/.test(l)) troubles.push(l) })
  const id = await browser.browser.installExtension(unpacked('firefox'))
  t.after(() => assert.deepEqual(troubles, []))
  const context = {
    async newPage() {
      const page = await browser.newPage()
      page.on('pageerror', (e) => troubles.push('page: ' + e.stack))
      page.on('console', (m) => m.type() === 'error' && troubles.push('page: ' + m.text()))
      const { waitForFunction } = page
      return Object.assign(page, { waitForFunction: (f, ...args) => waitForFunction.call(page, f, {}, ...args) })
    },
    waitForEvent: () => FirefoxWindow.next(browser.browser),
  }
  return { home, sites, browser, id, context, troubles, open: (url) => Wallets.open(context, url) }
}
