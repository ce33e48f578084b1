// A dApp that knows nothing of Berth finds the user's profiles through the
// extension, whatever the page's policy, and no permission is asked for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recoverMessageAddress, toHex } from 'viem'
import { ok } from '../support/berth.js'
import { loopbackPermission } from '../browser/support/browser.js'
import { approve, deny } from '../browser/support/person.js'
import { answering, connectTo } from './support/person.js'
import { stage } from './support/stage.js'
import { walletsPage } from './support/wallets.js'

const message = 'Hello from the harbour'
const strict = { 'content-security-policy': "default-src 'none'; script-src 'nonce-n0nce'; connect-src 'self'; img-src data:" }
const files = { '/': walletsPage('n0nce') }
const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const same = (a, b) => assert.equal(a.toLowerCase(), b.toLowerCase())

const sign = (dapp, name, account, act) =>
  answering(dapp.context, () => dapp.request(name, 'personal_sign', [toHex(message), account]), act)

for (const [what, url] of [
  ['a public page', (sites) => sites.publicOrigin()],
  ['a page of this computer', (sites) => sites.localOrigin],
])
  test(`${what} under a nonce and connect-src self connects to bob, who signs`, async (t) => {
    const it = await stage(t, { site: { headers: strict, files } })
    const dapp = await it.open(url(it.sites))
    assert.deepEqual(await dapp.names(), ['Berth'])
    assert.deepEqual(await dapp.request('Berth', 'eth_accounts'), { value: [] })
    const [account] = await connectTo(dapp, it.home, 'bob')
    assert.equal(await dapp.result('Berth', 'eth_chainId'), '0x7a69')

    const { value: signature } = await sign(dapp, 'Berth', account, approve)
    same(await recoverMessageAddress({ message, signature }), account)
    const { error } = await sign(dapp, 'Berth', account, deny)
    assert.equal(error.code, 4001)
    assert.equal(await loopbackPermission(dapp.page), 'prompt', 'nobody was asked, nothing refused')
  })

test('two instances answer one page, each by a wallet of its own', async (t) => {
  const it = await stage(t, { site: { headers: strict, files }, running: ['alice', 'bob', 'carol'] })
  await ok(it.home.berth('profile', 'set', 'bob', 'chain_id', '5'))
  await ok(it.home.berth('restart', 'bob'))
  const first = await it.open(it.sites.publicOrigin())
  const alice = await connectTo(first, it.home, 'alice')
  await first.page.evaluate(() => localStorage.clear())
  const second = await it.open(it.sites.publicOrigin())
  const bob = await connectTo(second, it.home, 'bob')
  await second.announced('Berth: alice')
  assert.deepEqual(await second.names(), ['Berth', 'Berth: alice'])
  assert.deepEqual(await second.result('Berth', 'eth_accounts'), bob)
  assert.deepEqual(await second.result('Berth: alice', 'eth_accounts'), alice)
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
  assert.equal((await outcome).error.code, 4001)
  // What the driver runs in a page counts as the user's act, for some seconds.
  const { error } = await dapp.page.evaluate(async () => {
    while (navigator.userActivation.isActive) await new Promise((resolve) => setTimeout(resolve, 100))
    return window.wallets.request('Berth', { method: 'eth_requestAccounts' })
  })
  assert.equal(error.code, 4001)
  assert.equal(it.browser.context.pages().some((page) => page.url().startsWith('chrome-extension:')), false)
  await connectTo(dapp, it.home, 'alice')
})
