// What a page sees of its wallet's life: revoked, stopped, back again; and of
// its own: loaded anew.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '../support/berth.js'
import { loopbackPermission } from './support/browser.js'
import { choose } from './support/person.js'
import { accountsOf, stage } from './support/stage.js'

const places = {
  'a public page': (sites) => sites.publicOrigin(),
  'a page of this computer': (sites) => sites.localOrigin,
}

async function withBob(t, url, expected) {
  const it = await stage(t, { home: { running: ['alice', 'bob'] }, expected })
  const page = await it.dapp(url(it.sites))
  const { popup, picked } = await page.pick()
  await choose(popup, 'bob')
  const { value: info } = await picked
  return { ...it, page, popup, info, origin: new URL(url(it.sites)).origin }
}

for (const [what, url] of Object.entries(places)) {
  test(`${what}: berth revoke empties its accounts at once`, async (t) => {
    const { home, page, origin } = await withBob(t, url)
    await ok(home.berth('revoke', 'bob', origin))
    assert.deepEqual(await page.event('accountsChanged'), [])
    assert.deepEqual(await page.result('eth_accounts'), [])
    assert.equal((await page.request('eth_chainId')).error.code, 4100)
  })

  test(`${what}: a stop is a disconnect`, async (t) => {
    const { home, page } = await withBob(t, url)
    await ok(home.berth('stop', 'bob'))
    assert.equal((await page.event('disconnect')).code, 4900)
    assert.equal(await page.state(), 'gone')
    assert.equal((await page.request('eth_chainId')).error.code, 4900)
  })
}

test('a public page is connected again when its wallet is', async (t) => {
  const { home, page } = await withBob(t, places['a public page'])
  await ok(home.berth('restart', 'bob'))
  await page.event('disconnect')
  assert.deepEqual(await page.event('connect'), { chainId: '0x7a69' })
  assert.equal(await page.state(), 'ready')
  assert.deepEqual(await page.result('eth_accounts'), await accountsOf(home, 'bob'))
})

for (const [what, url] of Object.entries(places))
  test(`${what}: berthd goes and comes, and the wallet with it`, async (t) => {
    // Browsers report what does not answer, whoever asked and expected it.
    const { home, page } = await withBob(t, url, [/\/health\)$/, /\/v1\/restore\)$/])
    await ok(home.berth('down'))
    assert.equal((await page.event('disconnect')).code, 4900)
    await ok(home.berth('up'))
    assert.deepEqual(await page.event('connect'), { chainId: '0x7a69' })
    assert.deepEqual(await page.result('eth_accounts'), await accountsOf(home, 'bob'))
  })

test('a page of this computer must ask again, since any program may be behind its port', async (t) => {
  const { home, page } = await withBob(t, places['a page of this computer'])
  await ok(home.berth('restart', 'bob'))
  await page.event('disconnect')
  assert.deepEqual(await page.event('accountsChanged'), [])
  const { popup, picked } = await page.pick()
  await choose(popup, 'bob')
  assert.equal((await picked).value.name, 'bob')
  assert.deepEqual(await page.result('eth_accounts'), await accountsOf(home, 'bob'))
})

test('a public page that is loaded anew finds its open popup without a question', async (t) => {
  const { home, browser, page, popup, info } = await withBob(t, places['a public page'])
  const before = browser.context.pages().length
  await page.reload()
  const { name, rdns } = await page.restore()
  assert.deepEqual([name, rdns], [info.name, info.rdns])
  assert.deepEqual(await page.result('eth_accounts'), await accountsOf(home, 'bob'))
  assert.equal(popup.isClosed(), false)
  assert.equal(browser.context.pages().length, before, 'no other window')
  assert.equal(await loopbackPermission(page.page), 'prompt')
})

test('a page of this computer that is loaded anew is connected without a question', async (t) => {
  const { home, browser, page, info } = await withBob(t, places['a page of this computer'])
  await page.reload()
  const { name, rdns } = await page.restore()
  assert.deepEqual([name, rdns], [info.name, info.rdns])
  assert.deepEqual(await page.result('eth_accounts'), await accountsOf(home, 'bob'))
  assert.equal(browser.context.pages().filter((each) => each.url().includes('/pick')).length, 0)
})

test('a public page whose popup is closed has lost its wallet', async (t) => {
  const { page, popup } = await withBob(t, places['a public page'])
  await popup.close()
  assert.equal((await page.event('disconnect')).code, 4900)
  assert.equal((await page.request('eth_chainId')).error.code, 4900)
  assert.deepEqual(await page.result('eth_accounts'), [])
  await page.reload()
  assert.equal(await page.restore(), null)
})
