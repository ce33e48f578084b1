// The extension in the other browser, which has no WebSocket to the instance:
// all goes through the native host.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { recoverMessageAddress, toHex } from 'viem'
import { ok } from '../support/berth.js'
import { recordOf } from '../support/wire.js'
import { firefox } from '../browser/support/firefox.js'
import { accountsOf } from '../browser/support/stage.js'
import { stage } from './support/firefox_stage.js'
import { grant } from './support/grants.js'
import { hostPids } from './support/processes.js'
import { walletsPage } from './support/wallets.js'

const skip = existsSync(firefox) ? false : 'no Firefox ESR here'
const message = 'Hello from the harbour'
const strict = { 'content-security-policy': "default-src 'none'; script-src 'nonce-n0nce'; connect-src 'self'; frame-src 'self'; img-src data:" }
const files = {
  '/': walletsPage('n0nce'),
  '/frames': `${walletsPage('n0nce')}<iframe name="own" src="/"></iframe>`,
}

async function sign(dapp, account, button) {
  const opening = dapp.context.waitForEvent('page')
  const signing = dapp.request('Berth', 'personal_sign', [toHex(message), account])
  const window = await opening
  await window.press(button)
  await window.closed()
  return signing
}

test('a public page under a nonce and connect-src self connects to bob, who signs', { skip }, async (t) => {
  const it = await stage(t, { site: { headers: strict, files } })
  const dapp = await it.open(it.sites.publicOrigin())
  assert.deepEqual(await dapp.names(), ['Berth'])
  const { window, outcome } = await dapp.connect()
  await window.shows('dapp.example')
  await window.press('bob')
  const accounts = await accountsOf(it.home, 'bob')
  assert.deepEqual(await outcome, { value: accounts })
  await window.closed()
  assert.equal(await dapp.result('Berth', 'eth_chainId'), '0x7a69')

  const { value: signature } = await sign(dapp, accounts[0], 'sign')
  assert.equal((await recoverMessageAddress({ message, signature })).toLowerCase(), accounts[0])
  assert.equal((await sign(dapp, accounts[0], 'deny')).error.code, 4001)
})

test('the wallet is there again after a stop, and after a kill of the native host', { skip }, async (t) => {
  const it = await stage(t, { site: { headers: strict, files } })
  await grant(it.home, 'bob', it.sites.publicOrigin())
  const dapp = await it.open(it.sites.publicOrigin())
  const name = 'Berth: bob'
  await dapp.announced(name)
  await dapp.event(name, 'connect')
  await ok(it.home.berth('stop', 'bob'))
  assert.equal((await dapp.event(name, 'disconnect')).code, 4900)
  assert.equal((await dapp.request(name, 'eth_chainId')).error.code, 4900)
  await ok(it.home.berth('start', 'bob'))
  await dapp.event(name, 'connect')
  assert.deepEqual(await dapp.result(name, 'eth_accounts'), await accountsOf(it.home, 'bob'))

  process.kill(hostPids(it.home)[0], 'SIGKILL')
  assert.equal((await dapp.event(name, 'disconnect')).code, 4900)
  await dapp.event(name, 'connect')
  assert.equal(await dapp.result(name, 'eth_chainId'), '0x7a69')
})

test('a page gets what its origin was granted, a frame nothing, and nobody where anybody is', { skip }, async (t) => {
  const it = await stage(t, { site: { headers: strict, files } })
  await grant(it.home, 'alice', it.sites.publicOrigin('other.example'))
  await grant(it.home, 'bob', it.sites.publicOrigin())
  const dapp = await it.open(`${it.sites.publicOrigin()}/frames`)
  await dapp.page.evaluate(() => {
    window.overheard = []
    const { postMessage } = MessagePort.prototype
    MessagePort.prototype.postMessage = function (text) {
      if (window.overheard.length === 0) this.addEventListener('message', ({ data }) => window.overheard.push(data))
      window.overheard.push(text)
      return postMessage.call(this, text)
    }
  })
  await dapp.announced('Berth: bob')
  assert.equal(await dapp.result('Berth: bob', 'eth_chainId'), '0x7a69')
  await ok(it.home.berth('restart', 'bob'))
  await dapp.event('Berth: bob', 'disconnect')
  await dapp.event('Berth: bob', 'connect')
  assert.equal(await dapp.result('Berth: bob', 'eth_chainId'), '0x7a69')
  assert.deepEqual(await dapp.names(), ['Berth', 'Berth: bob'])
  const frame = dapp.page.frames().find((one) => one !== dapp.page.mainFrame())
  assert.deepEqual(await frame.evaluate(() => [window.wallets.names(), Object.getOwnPropertySymbols(window).length]), [[], 0])

  const heard = (await dapp.page.evaluate(() => window.overheard)).join('\n')
  assert.match(heard, /berth_state/)
  assert.doesNotMatch(heard, /alice/)
  for (const name of ['alice', 'bob']) {
    const { token, id, endpoint, pid } = recordOf(it.home, name)
    for (const secret of [token, id, it.home.home, '127\\.0\\.0\\.1', `\\b${endpoint.port}\\b`, `\\b${pid}\\b`])
      assert.doesNotMatch(heard, new RegExp(secret))
  }
})

test('an update of the extension costs an open page nothing; one that was removed says so, and one that is back works', { skip }, async (t) => {
  const it = await stage(t, { site: { headers: strict, files } })
  await grant(it.home, 'bob', it.sites.publicOrigin())
  const name = 'Berth: bob'
  const dapp = await it.open(it.sites.publicOrigin())
  await dapp.announced(name)
  await dapp.event(name, 'connect')
  for (const install of [() => it.update(), async () => {
    await it.remove()
    assert.equal((await dapp.request(name, 'eth_chainId')).error.code, 4900)
    await it.update()
  }]) {
    await install()
    await dapp.event(name, 'disconnect')
    await dapp.event(name, 'connect')
    assert.equal(await dapp.result(name, 'eth_chainId'), '0x7a69')
    assert.deepEqual(await dapp.names(), ['Berth', name])
  }
})
