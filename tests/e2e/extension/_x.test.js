import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recoverMessageAddress, toHex } from 'viem'
import { ok } from '../support/berth.js'
import { accountsOf } from '../browser/support/stage.js'
import { grant } from './support/grants.js'
import { hostPids } from './support/processes.js'
import { stage } from './support/firefox_stage.js'
import { walletsPage } from './support/wallets.js'
const files = { '/': walletsPage() , '/blank': '<title>x</title>'}
const log = (...a) => console.log(...a)
const only = process.env.ONLY
const t_ = (name, f) => (!only || name.includes(only)) && test(name, f)
t_('basic', async (t) => {
  const it = await stage(t, { site: { files } })
  const dapp = await it.open(it.sites.publicOrigin())
  log(await dapp.names(), await dapp.request('Berth', 'eth_accounts'))
  const { window, outcome } = await dapp.connect()
  await window.press('bob')
  log(await (await outcome).outcome)
  await window.closed()
  const [account] = await accountsOf(it.home, 'bob')
  log(await dapp.result('Berth', 'eth_chainId'))
  const opening = dapp.context.waitForEvent('page')
  const signing = dapp.request('Berth', 'personal_sign', [toHex('hi'), account])
  const w2 = await opening
  await w2.press('sign')
  const { value: signature } = await signing
  log(await recoverMessageAddress({ message: 'hi', signature }) , account)
  await w2.closed()
  log('BACK/FORWARD')
  await dapp.page.evaluate(() => { window.marker = 1 })
  await dapp.page.goto(it.sites.publicOrigin() + '/blank')
  await dapp.page.goBack()
  log('bfcached', await dapp.page.evaluate(() => window.marker))
  log(await dapp.page.evaluate(() => window.wallets.heard))
  log(await dapp.request('Berth', 'eth_accounts'))
  log('UNINSTALL')
  await dapp.page.evaluate(() => { window.wallets.heard.length = 0 })
  await it.browser.browser.uninstallExtension(it.id)
  await new Promise((r) => setTimeout(r, 1500))
  log(await dapp.page.evaluate(() => window.wallets.heard))
  log(await Promise.race([dapp.request('Berth', 'eth_chainId'), new Promise((r) => setTimeout(r, 3000, 'late'))]))
  log('REINSTALL')
  const { unpacked } = await import('./support/stage.js')
  await it.browser.browser.installExtension(unpacked('firefox'))
  await new Promise((r) => setTimeout(r, 2000))
  log(await dapp.page.evaluate(() => window.wallets.heard), await dapp.names())
  log(await dapp.page.evaluate(() => window.wallets.details.map((d) => d.info.uuid)))
  log(await Promise.race([dapp.request('Berth', 'eth_chainId'), new Promise((r) => setTimeout(r, 3000, 'late'))]))
  log(it.troubles)
})
t_('idle', async (t) => {
  const it = await stage(t, { site: { files }, prefs: { 'extensions.background.idle.timeout': 500 } })
  await grant(it.home, 'bob', it.sites.publicOrigin())
  const dapp = await it.open(it.sites.publicOrigin())
  await dapp.announced('Berth: bob')
  log(await dapp.result('Berth: bob', 'eth_chainId'), hostPids(it.home))
  await new Promise((r) => setTimeout(r, 3000))
  log(await dapp.page.evaluate(() => window.wallets.heard), hostPids(it.home))
  log(await dapp.result('Berth: bob', 'eth_chainId'), hostPids(it.home))
})
t_('nohost', async (t) => {
  const it = await stage(t, { site: { files }, isRegistered: false, prefs: { 'extensions.background.idle.timeout': 500 } })
  const dapp = await it.open(it.sites.publicOrigin())
  const { window, outcome } = await dapp.connect()
  for (let i = 0; i < 6; ++i) { await new Promise((r) => setTimeout(r, 1000)); log(await window.text().catch((e) => e.message)) }
  await window.press('cancel')
  log(await (await outcome).outcome)
})
