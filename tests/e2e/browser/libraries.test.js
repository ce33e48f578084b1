// The libraries of real dApps take Berth for a wallet like any other, and each
// profile for one of its own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recoverMessageAddress } from 'viem'
import { script } from './support/bundle.js'
import { loopbackPermission } from './support/browser.js'
import { approve, choose } from './support/person.js'
import { accountOf, stage } from './support/stage.js'

const page = (name) => `<!doctype html><title>A dApp</title><link rel="icon" href="data:,"><button id="go">Go</button><script type="module" src="/${name}"></script>`
const places = {
  'a public page': (sites) => sites.publicOrigin(),
  'a page of this computer': (sites) => sites.localOrigin,
}

async function dappWith(t, name, url) {
  const files = { '/app.html': page('app.js'), '/app.js': await script(name) }
  const it = await stage(t, { site: { files } })
  const open = () => it.dapp(`${url(it.sites)}/app.html?gateway=http://127.0.0.1:${it.home.gateway}`)
  return { ...it, open }
}

// Runs an action of the page's in a click, which opens a popup; {popup, outcome}.
async function click(dapp, object, action, args) {
  await dapp.page.evaluate(([object, action, args]) => window.onClick(() => window[object][action](...args)), [object, action, args])
  const [popup] = await Promise.all([dapp.page.waitForEvent('popup'), dapp.page.click('#go')])
  return { popup, outcome: dapp.page.evaluate(() => window.outcome) }
}

const closed = async (popup) => popup.isClosed() || popup.waitForEvent('close')
const same = (a, b) => assert.equal(a?.toLowerCase(), b.toLowerCase())
const connections = (dapp) => dapp.page.evaluate(() => window.wagmi.connections())
const listed = (dapp, name) => dapp.page.waitForFunction((name) => window.wagmi.names().includes(name), name)

for (const [what, url] of Object.entries(places)) {
  test(`@wagmi/core, ${what}: connect, load anew, disconnect`, async (t) => {
    const { home, open } = await dappWith(t, 'wagmi', url)
    const dapp = await open()
    await listed(dapp, 'Berth')
    assert.deepEqual(await dapp.page.evaluate(() => window.wagmi.names()), ['Berth'])
    const { popup, outcome } = await click(dapp, 'wagmi', 'connect', ['Berth'])
    await choose(popup, 'bob')
    const account = await accountOf(home, 'bob')
    same((await outcome).value?.[0], account)

    await dapp.reload()
    await dapp.page.evaluate(() => window.wagmi.reconnect())
    same((await connections(dapp)).Berth?.[0], account)
    await dapp.page.evaluate(() => window.wagmi.disconnect('Berth'))
    await dapp.reload()
    await dapp.page.evaluate(() => window.wagmi.reconnect())
    assert.deepEqual(await connections(dapp), {})
  })

  test(`@wagmi/core, ${what}: two profiles are each back at their own address, one leaves alone`, async (t) => {
    const { home, open } = await dappWith(t, 'wagmi', url)
    const dapp = await open()
    const [bob, carol] = [await accountOf(home, 'bob'), await accountOf(home, 'carol')]
    const first = await click(dapp, 'wagmi', 'connect', ['Berth'])
    await choose(first.popup, 'bob')
    await first.outcome
    if (url === places['a page of this computer']) await closed(first.popup)
    const stays = !first.popup.isClosed()
    const second = await dapp.pick({ popup: !stays })
    await choose(second.popup ?? first.popup, 'carol')
    await second.picked
    await listed(dapp, 'Berth: carol')
    same((await dapp.page.evaluate(() => window.wagmi.connect('Berth: carol')))[0], carol)

    await dapp.reload()
    await listed(dapp, 'Berth: carol')
    await dapp.page.evaluate(() => window.wagmi.reconnect())
    const both = await connections(dapp)
    same(both.Berth?.[0], bob)
    same(both['Berth: carol']?.[0], carol)
    await dapp.page.evaluate(() => window.wagmi.disconnect('Berth: carol'))
    const ids = await dapp.page.evaluate(() => window.wagmi.ids())
    assert.equal(new Set(ids).size, ids.length)

    await dapp.reload()
    await dapp.page.evaluate(() => window.wagmi.reconnect())
    const left = await connections(dapp)
    assert.deepEqual(Object.keys(left), ['Berth'])
    same(left.Berth[0], bob)
  })
}

test('@wagmi/core signs; the popup asks', async (t) => {
  const { home, open } = await dappWith(t, 'wagmi', places['a public page'])
  const dapp = await open()
  await listed(dapp, 'Berth')
  const { popup, outcome } = await click(dapp, 'wagmi', 'connect', ['Berth'])
  await choose(popup, 'bob')
  await outcome
  const signing = dapp.page.evaluate(() => window.wagmi.sign('Berth', 'Hello from wagmi'))
  await approve(popup)
  same(await recoverMessageAddress({ message: 'Hello from wagmi', signature: await signing }), await accountOf(home, 'bob'))
  assert.equal(await loopbackPermission(dapp.page), 'prompt')
})

test('mipd and ethers find one generic wallet before the choice, and sign by it', async (t) => {
  const { home, browser, open } = await dappWith(t, 'discovery', places['a public page'])
  await browser.context.addInitScript(() => {
    window.ethereum = window.theirs = Object.freeze({ isOther: true })
  })
  const dapp = await open()
  const infos = await dapp.page.evaluate(() => window.discovery.mipd())
  assert.deepEqual(infos.map(({ name }) => name), ['Berth'])
  assert.match(infos[0].uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.match(infos[0].icon, /^data:image\//)
  assert.ok(await dapp.page.evaluate(() => window.discovery.frozen()))
  const { popup, outcome } = await click(dapp, 'discovery', 'connect', ['Berth'])
  await choose(popup, 'bob')
  const account = await accountOf(home, 'bob')
  same((await outcome).value, account)
  const signing = dapp.page.evaluate(() => window.discovery.sign('Berth', 'Hello from ethers'))
  await approve(popup)
  same(await recoverMessageAddress({ message: 'Hello from ethers', signature: await signing }), account)
  assert.ok(await dapp.page.evaluate(() => window.ethereum === window.theirs), "another wallet's window.ethereum is left alone")
})
