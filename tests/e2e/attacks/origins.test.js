// Two sites that were granted the same wallet: neither reads, uses, hears or
// ends what is the other's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anvil, freePort, ok, portRange, scratch } from '../support/berth.js'
import { Page, recordOf } from '../support/wire.js'
import { grant } from '../extension/support/grants.js'

const kOne = 'https://one.example'
const kOther = 'https://other.example'

async function twoPages(t, ...options) {
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('profile', 'create', 'alice', ...options))
  await ok(home.berth('start', 'alice'))
  const record = recordOf(home, 'alice')
  await grant(home, 'alice', kOne)
  return { home, one: await Page.open(t, record, kOne), other: await Page.open(t, record, kOther) }
}

test("row 23: a page uses no permission of another's, whoever it says it is", async (t) => {
  const { one, other } = await twoPages(t)
  const [account] = await one.request('eth_accounts')
  assert.deepEqual(await other.request('eth_accounts'), [])
  assert.deepEqual(await other.request('wallet_getPermissions'), [])
  for (const [method, params] of [
    ['personal_sign', ['0x61', account]],
    ['eth_sendTransaction', [{ from: account, to: account }]],
    ['eth_chainId', []],
    ['wallet_switchEthereumChain', [{ chainId: '0x1' }]],
    ['personal_sign', ['0x61', account, { _origin: kOne, origin: kOne }]],
  ])
    await assert.rejects(other.request(method, params), { code: 4100 }, method)
})

test("row 23: what befalls another's permission and its questions is told to nobody else", async (t) => {
  const { home, one, other } = await twoPages(t)
  await grant(home, 'alice', kOther)
  const accounts = await one.request('eth_accounts')
  await other.event('accountsChanged')
  const signing = assert.rejects(one.request('personal_sign', ['0x61', accounts[0]]), { code: 4100 })
  await one.request('eth_chainId') // the question is asked by now
  await ok(home.berth('revoke', 'alice', kOne))
  await signing
  assert.deepEqual(await one.event('accountsChanged'), [])
  assert.deepEqual(await other.request('eth_accounts'), accounts)
  assert.deepEqual(other.heard, [])
})

test("row 23: a page hears nothing of another's subscription, and cannot end it", async (t) => {
  const node = await anvil(t, await freePort())
  const { home, one, other } = await twoPages(t, '--wallet', 'forward', '--approve', 'native', '--upstream', node.url.replace('http', 'ws'))
  await grant(home, 'alice', kOther)
  await other.event('accountsChanged')
  const subscription = await one.request('eth_subscribe', ['newHeads'])
  const ended = await other.request('eth_unsubscribe', [subscription]).catch(() => false)
  assert.equal(ended, false)
  const [from] = JSON.parse(await ok(home.berth('call', 'alice', 'eth_accounts')))
  await ok(home.berth('call', 'alice', 'eth_sendTransaction', JSON.stringify([{ from, to: from, value: '0x1' }])))
  assert.equal((await one.event('message')).data.subscription, subscription)
  await other.request('eth_chainId') // what it was told before is there by now
  assert.deepEqual(other.heard, [])
})
