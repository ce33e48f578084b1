// The core journey in the other browser.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { recoverMessageAddress, toHex } from 'viem'
import { ok } from '../support/berth.js'
import { question } from './support/approvals.js'
import { Dapp } from './support/dapp.js'
import { firefox, openFirefox, press } from './support/firefox.js'
import { serveSites } from './support/site.js'
import { accountsOf, gatewayHome } from './support/stage.js'

const skip = existsSync(firefox) ? false : 'no Firefox ESR here'
const message = 'Hello from the harbour'

async function withBob(t, url, headers) {
  const sites = await serveSites({ headers })
  let browser
  t.after(async () => {
    await browser?.close()
    sites.close()
  })
  browser = await openFirefox({ publicPort: sites.tlsPort })
  const home = await gatewayHome(t)
  const page = await Dapp.open(browser, home.gateway, url(sites))
  const { popup, picked } = await page.pick()
  await press(popup, 'bob')
  assert.equal((await picked).value?.name, 'bob')
  return { home, page, popup }
}

async function signs({ home, page }, answer) {
  const accounts = await accountsOf(home, 'bob')
  const [account] = accounts
  assert.deepEqual(await page.result('eth_accounts'), accounts)
  const signing = page.result('personal_sign', [toHex(message), account])
  await answer()
  const signer = await recoverMessageAddress({ message, signature: await signing })
  assert.equal(signer.toLowerCase(), account.toLowerCase())
}

for (const [what, headers] of [['', {}], [' under connect-src self', { 'content-security-policy': "default-src 'self'; img-src data:" }]])
  test(`Firefox: a public page${what} picks bob and has him sign in its popup`, { skip }, async (t) => {
    const it = await withBob(t, (sites) => sites.publicOrigin(), headers)
    await signs(it, () => press(it.popup, 'sign'))
  })

test('Firefox: a page of this computer picks bob and has him sign', { skip }, async (t) => {
  const it = await withBob(t, (sites) => sites.localOrigin)
  await signs(it, async () => ok(it.home.berth('approve', '--yes', await question(it.home))))
})
