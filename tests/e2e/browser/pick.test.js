// A page lets its user pick bob among three, and works with him: from a page
// that the browser takes for public, from one with a strict policy, and from
// one of this computer.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recoverMessageAddress, toHex } from 'viem'
import { ok } from '../support/berth.js'
import { question } from './support/approvals.js'
import { loopbackPermission } from './support/browser.js'
import { approve, choose, deny } from './support/person.js'
import { accountsOf, stage } from './support/stage.js'

const message = 'Hello from the harbour'
const publicPage = (sites) => sites.publicOrigin()
const localPage = (sites) => sites.localOrigin

// Opens the page, picks bob there. {...stage, page: Dapp, popup}
async function pickBob(t, url, headers) {
  const it = await stage(t, { site: { headers } })
  const page = await it.dapp(url(it.sites))
  const { popup, picked } = await page.pick()
  await choose(popup, 'bob')
  const { value, error } = await picked
  assert.deepEqual([value?.name, error], ['bob', undefined])
  return { ...it, page, popup }
}

async function signedByBob({ home, page }, answer) {
  const accounts = await accountsOf(home, 'bob')
  const [account] = accounts
  assert.deepEqual(await page.result('eth_accounts'), accounts)
  assert.equal(await page.result('eth_chainId'), '0x7a69')
  const signing = page.result('personal_sign', [toHex(message), account])
  await answer()
  const signer = await recoverMessageAddress({ message, signature: await signing })
  assert.equal(signer.toLowerCase(), account.toLowerCase())
  return account
}

for (const [what, headers] of [
  ['a public page', {}],
  ['a public page under connect-src self', { 'content-security-policy': "default-src 'self'; connect-src 'self'; img-src data:" }],
])
  test(`${what} picks bob; its popup stays and asks before a signature`, async (t) => {
    const it = await pickBob(t, publicPage, headers)
    const account = await signedByBob(it, () => approve(it.popup))
    const denied = it.page.request('personal_sign', [toHex(message), account])
    await deny(it.popup)
    assert.equal((await denied).error.code, 4001)
    assert.equal(await loopbackPermission(it.page.page), 'prompt', 'nobody was asked, nothing refused')
  })

test('a page of this computer picks bob; its popup closes', async (t) => {
  const it = await pickBob(t, localPage)
  if (!it.popup.isClosed()) await it.popup.waitForEvent('close')
  const account = await signedByBob(it, async () => ok(it.home.berth('approve', '--yes', await question(it.home))))
  const denied = it.page.request('personal_sign', [toHex(message), account])
  await ok(it.home.berth('deny', '--yes', await question(it.home)))
  assert.equal((await denied).error.code, 4001)
})

test('two public pages each have their own profile', async (t) => {
  const it = await pickBob(t, publicPage)
  const other = await it.dapp(it.sites.publicOrigin('other.example'))
  const { popup, picked } = await other.pick()
  await choose(popup, 'alice')
  assert.equal((await picked).value.name, 'alice')
  assert.deepEqual(await other.result('eth_accounts'), await accountsOf(it.home, 'alice'))
  assert.deepEqual(await it.page.result('eth_accounts'), await accountsOf(it.home, 'bob'))
})
