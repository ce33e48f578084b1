// What a test of a page stands on: a home whose berthd has its gateway at a port
// of its own, sites of dApps, and a browser. All of it ends with the test, which
// fails if a console or a script reported an error that it did not expect.
import assert from 'node:assert/strict'
import { gatewayHome, ok } from '../../support/berth.js'
import { openBrowser } from './browser.js'
import { Dapp } from './dapp.js'
import { serveSites } from './site.js'

export { gatewayHome }

// {home, sites, browser, dapp(url)}. `site`, `home`: options of theirs;
// `expected`: errors of consoles that the test brings about.
export async function stage(t, { site, home: options, expected } = {}) {
  const sites = await serveSites(site)
  let browser
  t.after(async () => {
    await browser?.close()
    sites.close()
  })
  browser = await openBrowser({ publicPort: sites.tlsPort, expected })
  const home = await gatewayHome(t, options)
  // Last: what fails here keeps the hooks after it from running.
  t.after(() => assert.deepEqual(browser.troubles, []))
  const dapp = (url) => Dapp.open(browser.context, home.gateway, url)
  return { home, sites, browser, dapp }
}

// The accounts of a profile, as `berth call` gives them.
export const accountsOf = async (home, name) => JSON.parse(await ok(home.berth('call', name, 'eth_accounts')))
export const accountOf = async (home, name) => (await accountsOf(home, name))[0]
