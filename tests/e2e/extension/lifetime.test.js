// Instances come and go, and so do the native host, the extension's worker and
// the browser: the page's wallet works again, without a reload where the page
// is still there.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { freePort, ok } from '../support/berth.js'
import { recordOf } from '../support/wire.js'
import { serveSites } from '../browser/support/site.js'
import { accountsOf } from '../browser/support/stage.js'
import { grant } from './support/grants.js'
import { hostPids, workerPids } from './support/processes.js'
import { connectTo } from './support/person.js'
import { register } from './support/register.js'
import { homeWith, stage } from './support/stage.js'
import { openUndriven, remote } from './support/undriven.js'
import { walletsPage } from './support/wallets.js'

const files = { '/': walletsPage() }

// A page that is connected to bob as "Berth".
async function connected(t) {
  const it = await stage(t, { site: { files } })
  const dapp = await it.open(it.sites.publicOrigin())
  const accounts = await connectTo(dapp, it.home, 'bob')
  assert.deepEqual(await dapp.event('Berth', 'accountsChanged'), accounts)
  return { ...it, dapp, accounts }
}

async function works({ dapp, accounts }, name = 'Berth') {
  assert.deepEqual(await dapp.result(name, 'eth_accounts'), accounts)
  assert.equal(await dapp.result(name, 'eth_chainId'), '0x7a69')
}

test('a stop disconnects, a start connects again, at another port', async (t) => {
  const it = await connected(t)
  const { endpoint } = recordOf(it.home, 'bob')
  await ok(it.home.berth('stop', 'bob'))
  assert.equal((await it.dapp.event('Berth', 'disconnect')).code, 4900)
  assert.equal((await it.dapp.request('Berth', 'eth_chainId')).error.code, 4900)
  const port = await freePort()
  await ok(it.home.berth('start', 'bob', '--port', String(port)))
  assert.notEqual(port, endpoint.port)
  await it.dapp.event('Berth', 'connect')
  await works(it)
})

test('a kill of the instance fails what waits with 4900, and nothing is sent again', async (t) => {
  const it = await connected(t)
  const opening = it.browser.context.waitForEvent('page')
  const signing = it.dapp.request('Berth', 'personal_sign', ['0x00', it.accounts[0]])
  const window = await opening
  await window.getByRole('button', { name: 'Deny' }).waitFor()
  process.kill(recordOf(it.home, 'bob').pid, 'SIGKILL')
  assert.equal((await signing).error.code, 4900)
  if (!window.isClosed()) await window.waitForEvent('close')
  await ok(it.home.berth('start', 'bob'))
  await it.dapp.event('Berth', 'connect')
  await works(it)
  assert.equal(await ok(it.home.berth('approvals', '--json')), '[]')
})

test('a profile that the site was granted appears in its open page when it starts', async (t) => {
  const it = await stage(t, { site: { files }, running: ['alice', 'bob'] })
  await grant(it.home, 'alice', it.sites.publicOrigin())
  await ok(it.home.berth('stop', 'alice'))
  const dapp = await it.open(it.sites.publicOrigin())
  assert.deepEqual(await dapp.names(), ['Berth'])
  await ok(it.home.berth('start', 'alice'))
  await dapp.announced('Berth: alice')
  await works({ dapp, accounts: await accountsOf(it.home, 'alice') }, 'Berth: alice')
})

test('what is revoked has no accounts, and is asked for anew', async (t) => {
  const it = await connected(t)
  await ok(it.home.berth('revoke', 'bob', it.sites.publicOrigin()))
  assert.deepEqual(await it.dapp.event('Berth', 'accountsChanged'), [])
  assert.deepEqual(await it.dapp.request('Berth', 'eth_accounts'), { value: [] })
  await connectTo(it.dapp, it.home, 'alice')
})

test('a kill of the native host costs the page nothing', async (t) => {
  const it = await connected(t)
  const [pid] = hostPids(it.home)
  process.kill(pid, 'SIGKILL')
  while (!hostPids(it.home).some((other) => other !== pid)) await new Promise(setImmediate)
  await works(it)
  await ok(it.home.berth('restart', 'bob'))
  await it.dapp.event('Berth', 'connect')
  await works(it)
})

test('after a restart of the browser the site is connected, without a question', async (t) => {
  const it = await connected(t)
  await it.restart()
  const dapp = await it.open(it.sites.publicOrigin())
  await works({ dapp, accounts: it.accounts })
})

test('nothing drives the browser: the wallet works after 40 idle seconds, and after the worker was killed', async (t) => {
  const script = readFileSync(new URL('support/page/wallets.js', import.meta.url), 'utf8')
  const page = remote(script)
  const sites = await serveSites({ files: page.files })
  let browser
  t.after(async () => {
    await browser?.close()
    sites.close()
  })
  const home = await homeWith(t, ['bob'])
  await register(home)
  await grant(home, 'bob', sites.localOrigin)
  browser = openUndriven(home, sites.localOrigin)
  const call = () => page.run(async () => {
    while (!window.wallets.names().includes('Berth: bob')) await new Promise((resolve) => setTimeout(resolve, 10))
    return window.wallets.request('Berth: bob', { method: 'eth_chainId' })
  })
  const answer = { value: { value: '0x7a69' } }
  assert.deepEqual(await call(), answer)

  // Chromium ends a worker that is idle for 30 s, unless it holds a native host;
  // there is no event to wait for.
  const [host] = hostPids(home)
  await new Promise((resolve) => setTimeout(resolve, 40_000))
  assert.deepEqual(await call(), answer)
  assert.deepEqual(hostPids(home), [host])

  const [worker] = workerPids(browser.pid)
  process.kill(worker, 'SIGKILL')
  const heard = await page.run(async () => {
    for (;;) {
      const event = window.wallets.take('Berth: bob', 'disconnect')
      if (event) return event.value.code
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  })
  assert.deepEqual(heard, { value: 4900 })
  await page.run(async () => {
    window.wallets.heard.splice(0, window.wallets.heard.findLastIndex(({ name }) => name === 'disconnect'))
    while (!window.wallets.take('Berth: bob', 'connect')) await new Promise((resolve) => setTimeout(resolve, 10))
  })
  assert.deepEqual(await call(), answer)
})
