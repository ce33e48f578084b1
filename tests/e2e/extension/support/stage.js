// What a test of the extension stands on: a home with running instances and no
// berthd, sites of dApps, and a Chromium in that home, in which the extension is
// installed and `berth browser install` was run. All of it ends with the test,
// which fails if a console or a script reported an error.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { bin, ok, portRange, scratch } from '../../support/berth.js'
import { openBrowser } from '../../browser/support/browser.js'
import { serveSites } from '../../browser/support/site.js'
import { register } from './register.js'
import { Wallets } from './wallets.js'

export const unpacked = (browser) => join(bin, '../share/berth/extension', browser)

// Chromium's own place for profiles, where it looks for the manifest too.
const profileOf = (home) => join(home.home, '.config/chromium')

export async function homeWith(t, running) {
  const home = scratch(t, { portRange: portRange(20) })
  if (running.length > 0) await ok(home.berth('start', '--create', ...running))
  return home
}

export function openWithExtension(home, { publicPort, expected }) {
  const extension = unpacked('chromium')
  return openBrowser({
    publicPort, expected, profile: profileOf(home), env: home.env,
    args: [`--load-extension=${extension}`, `--disable-extensions-except=${extension}`],
  })
}

// {home, sites, browser, open(url): Wallets, restart()}
export async function stage(t, { site, running = ['alice', 'bob'], expected, isRegistered = true } = {}) {
  const sites = await serveSites(site)
  const it = { sites, browser: undefined }
  t.after(async () => {
    await it.browser?.close()
    sites.close()
  })
  it.home = await homeWith(t, running)
  if (isRegistered) await register(it.home)
  const start = () => openWithExtension(it.home, { publicPort: sites.tlsPort, expected })
  it.browser = await start()
  // Last: what fails here keeps the hooks after it from running.
  t.after(() => assert.deepEqual(it.browser.troubles, []))
  it.open = (url) => Wallets.open(it.browser.context, url)
  it.restart = async () => {
    await it.browser.close()
    it.browser = await start()
  }
  return it
}
