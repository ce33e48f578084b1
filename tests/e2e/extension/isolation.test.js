// Who a page is, the browser says; what a page gets is what its own origin was
// granted, and nothing besides.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '../support/berth.js'
import { recordOf } from '../support/wire.js'
import { accountsOf } from '../browser/support/stage.js'
import { grant } from './support/grants.js'
import { stage } from './support/stage.js'
import { walletsPage } from './support/wallets.js'

// Overhears all that Berth's script in the page says and is told: a page can
// change what its own MessagePort does.
const overhear = `<script>
window.overheard = []
const { postMessage } = MessagePort.prototype
MessagePort.prototype.postMessage = function (text) {
  if (!window.port) {
    window.port = this
    this.addEventListener('message', ({ data }) => window.overheard.push(data))
  }
  window.overheard.push(text)
  return postMessage.call(this, text)
}
</script>`
const files = {
  '/': walletsPage(),
  '/overhear': overhear + walletsPage(),
  '/frames': `${walletsPage()}<iframe name="own" src="/"></iframe><iframe name="sandboxed" sandbox="allow-scripts" src="/"></iframe><iframe name="other"></iframe>`,
}
const overheard = ({ page }) => page.evaluate(() => window.overheard)

test('row 15: frames get nothing, whatever their origin was granted', async (t) => {
  const it = await stage(t, { site: { files } })
  for (const origin of [it.sites.publicOrigin(), it.sites.publicOrigin('other.example')])
    await grant(it.home, 'bob', origin)
  const dapp = await it.open(`${it.sites.publicOrigin()}/frames`)
  await dapp.announced('Berth: bob')
  await dapp.page.evaluate((url) => document.querySelector('[name=other]').setAttribute('src', url), it.sites.publicOrigin('other.example'))
  for (const name of ['own', 'sandboxed', 'other']) {
    const frame = dapp.page.frame({ name })
    await frame.waitForURL(/^https/)
    await frame.waitForFunction(() => window.wallets)
    const found = await frame.evaluate(() => {
      const reply = new MessageChannel()
      const offer = new MessageEvent('berth:port', { ports: [reply.port1], cancelable: true })
      dispatchEvent(new Event('berth:ready'))
      dispatchEvent(new Event('eip6963:requestProvider'))
      return [window.wallets.names(), dispatchEvent(offer), Object.getOwnPropertySymbols(window).length]
    })
    assert.deepEqual(found, [[], true, 0], `${name}: no wallet, nobody takes a port, nothing installed`)
  }
})

test('row 5: a page without an origin gets nothing', async (t) => {
  const it = await stage(t, { site: { files, headers: { 'content-security-policy': 'sandbox allow-scripts' } } })
  await grant(it.home, 'bob', it.sites.publicOrigin())
  const dapp = await it.open(it.sites.publicOrigin())
  assert.equal(await dapp.page.evaluate(() => window.origin), 'null')
  const taken = await dapp.page.evaluate(() => {
    const { port1, port2 } = new MessageChannel()
    window.told = []
    port1.onmessage = ({ data }) => window.told.push(data)
    const isTaken = !dispatchEvent(new MessageEvent('berth:port', { ports: [port2], cancelable: true }))
    port1.postMessage(JSON.stringify({ type: 'link' }))
    return isTaken
  })
  assert.ok(taken, 'the content script is there, and believed by nobody')
  await dapp.page.waitForFunction(() => window.told.length > 0)
  assert.deepEqual((await dapp.page.evaluate(() => window.told)).map((text) => JSON.parse(text).type), ['cut'])
  assert.deepEqual(await dapp.names(), [])
})

test('row 24: a page that nobody granted anything is told the same with 0 and with 10 instances', async (t) => {
  const told = []
  for (const running of [[], Array.from({ length: 10 }, (_, i) => `wallet-${i}`)]) {
    const it = await stage(t, { site: { files }, running })
    const dapp = await it.open(`${it.sites.publicOrigin()}/overhear`)
    await dapp.page.waitForFunction(() => window.overheard.some((text) => text.includes('linked')))
    assert.equal((await dapp.request('Berth', 'eth_chainId')).error.code, 4100)
    assert.deepEqual(await dapp.names(), ['Berth'])
    told.push(await overheard(dapp))
    await it.browser.close()
  }
  assert.deepEqual(told[0], ['{"type":"link"}', '{"type":"linked"}'])
  assert.deepEqual(told[1], told[0])
})

test('row 23: a page that was granted bob never hears of alice, nor where anybody is', async (t) => {
  const it = await stage(t, { site: { files } })
  const origin = it.sites.publicOrigin()
  await grant(it.home, 'alice', it.sites.publicOrigin('other.example'))
  await grant(it.home, 'bob', origin)
  const dapp = await it.open(`${origin}/overhear`)
  await dapp.announced('Berth: bob')
  const accounts = await accountsOf(it.home, 'bob')
  assert.deepEqual(await dapp.result('Berth: bob', 'eth_accounts'), accounts)
  await ok(it.home.berth('restart', 'alice'))
  await ok(it.home.berth('restart', 'bob'))
  await dapp.event('Berth: bob', 'disconnect')
  await dapp.event('Berth: bob', 'connect')
  const objects = await dapp.page.evaluate(() => {
    const texts = []
    const seen = new Set()
    const walk = (value) => {
      if (typeof value === 'string') texts.push(value)
      if (Object(value) !== value || seen.has(value)) return
      seen.add(value)
      for (const key of Reflect.ownKeys(value)) {
        texts.push(String(key))
        walk(value[key])
      }
    }
    for (const detail of window.wallets.details) walk(detail)
    walk(window[Symbol.for('app.berth.provider')])
    return texts
  })
  const all = [...await overheard(dapp), ...objects].join('\n')
  assert.match(all, /bob/)
  for (const name of ['alice', 'bob']) {
    const { token, endpoint, pid, id } = recordOf(it.home, name)
    for (const secret of [token, id, `127.0.0.1`, it.home.home, new RegExp(`\\b${endpoint.port}\\b`), new RegExp(`\\b${pid}\\b`)])
      assert.doesNotMatch(all, secret instanceof RegExp ? secret : new RegExp(secret.replaceAll('.', '\\.')))
  }
  assert.doesNotMatch(all, /alice/)
})

test('what a page forges is its own request at most', async (t) => {
  const it = await stage(t, { site: { files } })
  const other = it.sites.publicOrigin('other.example')
  await grant(it.home, 'bob', other)
  const theirs = await it.open(`${other}/overhear`)
  await theirs.announced('Berth: bob')
  const { rdns } = await theirs.page.evaluate(() => window.wallets.details[1].info)
  const dapp = await it.open(`${it.sites.publicOrigin()}/overhear`)
  const request = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_accounts' })
  const forged = [
    'no JSON', '[]', 'null', '{"type":"__proto__"}', { type: 'opened', info: { rdns } }, { type: 'picked', id: '1' },
    { type: 'rpc', rdns, text: request }, { type: 'rpc', rdns: 'bob', text: request }, { type: 'close', rdns },
    { type: 'ask', id: 'x', want: 'resume', rdns, active: true, origin: other }, { type: 'withdraw', id: 'x' },
    { type: 'decide', profile: 'bob', question: 'x', decision: 'approve', call: 1 }, { type: 'grant', profile: 'bob', origin: it.sites.publicOrigin() },
    { type: 'link', origin: other }, { type: 'ask', id: 'last', want: 'choose', origin: other },
  ]
  await dapp.page.waitForFunction(() => window.port)
  const opening = dapp.context.waitForEvent('page')
  await dapp.page.evaluate((forged) => {
    for (const each of forged) window.port.postMessage(typeof each === 'string' ? each : JSON.stringify(each))
    window.postMessage({ berth: 1, type: 'opened' }, '*')
  }, forged)
  const window = await opening
  await window.getByText(new URL(it.sites.publicOrigin()).hostname).waitFor()
  await window.getByRole('button', { name: 'Cancel' }).click()
  await dapp.page.waitForFunction(() => window.overheard.includes('{"type":"denied","id":"last"}'))
  const heard = (await overheard(dapp)).filter((text) => !forged.some((each) => text === each || text === JSON.stringify(each)))
  assert.deepEqual([...new Set(heard)].sort(), ['{"type":"denied","id":"last"}', '{"type":"link"}', '{"type":"linked"}'])
  assert.deepEqual(await dapp.names(), ['Berth'])
  const grants = JSON.parse(await ok(it.home.berth('grants', '--json')))
  assert.deepEqual(grants.map(({ name, origin }) => [name, origin]), [['bob', other]])
  // Theirs is as it was.
  assert.equal((await theirs.result('Berth: bob', 'eth_accounts')).length, 10)
})
