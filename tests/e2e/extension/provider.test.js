// A page that uses berth-provider, and libraries of dApps, where the extension
// is installed: Berth is there once, and it is the extension's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recoverMessageAddress } from 'viem'
import { script } from '../browser/support/bundle.js'
import { approve, choose } from '../browser/support/person.js'
import { accountsOf } from '../browser/support/stage.js'
import { answering } from './support/person.js'
import { stage } from './support/stage.js'

const page = '<!doctype html><title>A dApp</title><link rel="icon" href="data:,"><button id="go">Go</button><script type="module" src="/app.js"></script>'

const lower = (accounts) => accounts.map((account) => account.toLowerCase())

async function dappWith(t, name) {
  const it = await stage(t, { site: { files: { '/app.html': page, '/app.js': await script(name) } } })
  const dapp = await it.open(`${it.sites.publicOrigin()}/app.html`)
  await dapp.page.waitForFunction(() => window.ready)
  return { ...it, dapp }
}

// Runs an action of the page's in a click, which opens Berth's window.
async function click({ browser, dapp }, action, ...args) {
  await dapp.page.evaluate(([action, args]) => window.onClick(() => action.split('.').reduce((at, key) => at[key], window)(...args)), [action, args])
  const [window] = await Promise.all([browser.context.waitForEvent('page'), dapp.page.click('#go')])
  return { window, outcome: dapp.page.evaluate(() => window.outcome) }
}

test('wagmi with berth-provider: one Berth, which connects, signs, and is back after a reload', async (t) => {
  const it = await dappWith(t, 'wagmi')
  const { dapp, home } = it
  const names = () => dapp.page.evaluate(() => window.wagmi.names())
  await dapp.page.waitForFunction(() => window.wagmi.names().includes('Berth'))
  assert.deepEqual(await names(), ['Berth'])
  const { window, outcome } = await click(it, 'wagmi.connect', 'Berth')
  assert.match(window.url(), /^chrome-extension:/)
  await choose(window, 'bob')
  const accounts = await accountsOf(home, 'bob')
  assert.deepEqual(lower((await outcome).value), accounts)

  if (!window.isClosed()) await window.waitForEvent('close')

  const sign = () => dapp.page.evaluate(() => window.wagmi.sign('Berth', 'Hello'))
  const signature = await answering(it.browser.context, sign, approve)
  assert.equal((await recoverMessageAddress({ message: 'Hello', signature })).toLowerCase(), accounts[0])

  await dapp.page.reload()
  await dapp.page.waitForFunction(() => window.wagmi?.names().includes('Berth'))
  await dapp.page.evaluate(() => window.wagmi.reconnect())
  assert.deepEqual(lower((await dapp.page.evaluate(() => window.wagmi.connections())).Berth), accounts)
  assert.deepEqual(await names(), ['Berth'])
})

test('pick() and restore() of berth-provider go through the extension', async (t) => {
  const it = await dappWith(t, 'discovery')
  const { dapp, home } = it
  const { window, outcome } = await click(it, 'berth.pick')
  assert.match(window.url(), /^chrome-extension:/)
  await choose(window, 'bob')
  assert.equal((await outcome).error, undefined)
  await dapp.page.reload()
  await dapp.page.waitForFunction(() => window.ready)
  const accounts = await dapp.page.evaluate(async () => (await window.berth.restore()).request({ method: 'eth_accounts' }))
  assert.deepEqual(accounts, await accountsOf(home, 'bob'))
})
