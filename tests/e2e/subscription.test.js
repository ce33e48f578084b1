// What a client subscribes to is its own: others hear nothing of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from 'berth-provider/node'
import { anvil, freePort, ok, portRange, scratch } from './support/berth.js'

test('row 23: a subscription speaks to its subscriber only', async (t) => {
  const node = await anvil(t, await freePort())
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('profile', 'create', 'alice', '--wallet', 'forward', '--approve', 'native', '--upstream', node.url.replace('http', 'ws')))
  await ok(home.berth('start', 'alice'))
  const [subscriber, other] = await Promise.all([1, 2].map(() => connect('alice', { directory: home.registry })))
  t.after(() => [subscriber, other].forEach((provider) => provider.close()))
  const overheard = []
  other.on('message', (message) => overheard.push(message))

  const subscription = await subscriber.request({ method: 'eth_subscribe', params: ['newHeads'] })
  const heard = new Promise((resolve) => subscriber.on('message', resolve))
  const [from] = await other.request({ method: 'eth_accounts' })
  await other.request({ method: 'eth_sendTransaction', params: [{ from, to: from, value: '0x1' }] })
  const message = await heard
  assert.equal(message.type, 'eth_subscription')
  assert.equal(message.data.subscription, subscription)
  assert.match(message.data.result.number, /^0x/)
  // Its connection delivers in order: what it was told before is there by now.
  await other.request({ method: 'eth_chainId' })
  assert.deepEqual(overheard, [])
})
