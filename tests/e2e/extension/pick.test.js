// A dApp that knows nothing of Berth finds the user's profiles through the
// extension, whatever the page's policy, and no permission is asked for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recoverMessageAddress, toHex } from 'viem'
import { ok } from '../support/berth.js'
import { loopbackPermission } from '../browser/support/browser.js'
import { approve, choose, deny } from '../browser/support/person.js'
import { accountOf } from '../browser/support/stage.js'
import { stage } from './support/stage.js'
import { walletsPage } from './support/wallets.js'

const message = 'Hello from the harbour'
const strict = { 'content-security-policy': "default-src 'none'; script-src 'nonce-n0nce'; connect-src 'self'; img-src data:" }
const files = { '/': walletsPage('n0nce') }
const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

// Connects "Berth" to a profile. {window, account}
async function connect(dapp, home, profile) {
  const { window, outcome } = await dapp.connect()
  await choose(window, profile)
  const { value, error } = await (await outcome).outcome
  const account = await accountOf(home, profile)
  assert.deepEqual([value, error], [[account], undefined])
  return { window, account }
}

// The window that opens for a signature is answered by `act`.
async function sign(dapp, name, account, act) {
  const opening = dapp.context.waitForEvent('page')
  const signing = dapp.request(name, 'personal_sign', [toHex(message), account])
  await act(await opening)
  return signing
}

for (const [what, url] of [
  ['a public page', (sites) => sites.publicOrigin()],
  ['a page of this computer', (sites) => sites.localOrigin],
])
  test(`${what} under a nonce and connect-src self connects to bob, who signs`, async (t) => {
    const it = await stage(t, { site: { headers: strict, files } })
    const dapp = await it.open(url(it.sites))
    assert.deepEqual(await dapp.names(), ['Berth'])
    assert.deepEqual(await dapp.request('Berth', 'eth_accounts'), { value: [] })
    const { window, account } = await connect(dapp, it.home, 'bob')
    if (!window.isClosed()) await window.waitForEvent('close')
    assert.equal(await dapp.result('Berth', 'eth_chainId'), '0x7a69')

    const { value: signature } = await sign(dapp, 'Berth', account, approve)
    assert.equal(await recoverMessageAddress({ message, signature }), account)
    const { error } = await sign(dapp, 'Berth', account, deny)
    assert.equal(error.code, 4001)
    assert.equal(await loopbackPermission(dapp.page), 'prompt', 'nobody was asked, nothing refused')
  })

test('two instances answer one page, each by a wallet of its own', async (t) => {
  const it = await stage(t, { site: { headers: strict, files }, running: ['alice', 'bob', 'carol'] })
  await ok(it.home.berth('profile', 'set', 'bob', 'chain_id', '5'))
  await ok(it.home.berth('restart', 'bob'))
  const first = await it.open(it.sites.publicOrigin())
  const { account: alice } = await connect(first, it.home, 'alice')
  await first.page.evaluate(() => localStorage.clear())
  const second = await it.open(it.sites.publicOrigin())
  const { account: bob } = await connect(second, it.home, 'bob')
  await second.announced('Berth: alice')
  assert.deepEqual(await second.names(), ['Berth', 'Berth: alice'])
  assert.deepEqual(await second.result('Berth', 'eth_accounts'), [bob])
  assert.deepEqual(await second.result('Berth: alice', 'eth_accounts'), [alice])
  assert.equal(await second.result('Berth', 'eth_chainId'), '0x5')
  assert.equal(await second.result('Berth: alice', 'eth_chainId'), '0x7a69')

  await first.announced('Berth: bob')
  const infos = (dapp) => dapp.page.evaluate(() => window.wallets.details.map(({ info }) => info))
  const all = [...await infos(first), ...await infos(second)]
  assert.equal(new Set(all.map(({ uuid }) => uuid)).size, 4)
  for (const { uuid, icon } of all) assert.match(uuid + icon, new RegExp(`${uuid4.source.slice(0, -1)}data:image/`))
  const [, aliceThere] = await infos(second)
  const [, bobThere] = await infos(first)
  assert.match(aliceThere.rdns, /^app\.berth\.b[a-z2-7]{15}$/)
  assert.notEqual(aliceThere.rdns, bobThere.rdns)
})

test('closing the window refuses, and a page that was refused asks only in a click', async (t) => {
  const it = await stage(t, { site: { files } })
  const dapp = await it.open(it.sites.publicOrigin())
  const { window, outcome } = await dapp.connect()
  await window.getByText('alice').first().waitFor()
  await window.close()
  assert.equal((await (await outcome).outcome).error.code, 4001)
  // What the page remembers of the click must be over.
  await dapp.page.waitForFunction(() => !navigator.userActivation.isActive)
  assert.equal((await dapp.request('Berth', 'eth_requestAccounts')).error.code, 4001)
  assert.equal(it.browser.context.pages().some((page) => page.url().startsWith('chrome-extension:')), false)
  await connect(dapp, it.home, 'alice')
})
