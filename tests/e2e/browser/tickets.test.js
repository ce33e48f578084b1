// A page's channel by hand: what a ticket is good for, and what it is not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '../support/berth.js'
import { frame, Gateway } from './support/gateway.js'
import { accountsOf, gatewayHome } from './support/stage.js'

const local = 'http://localhost:3000'
const app = 'https://app.example'

async function granted(t, origin) {
  const home = await gatewayHome(t, { running: ['bob'] })
  const gateway = await Gateway.at(home.gateway)
  const { status, body } = await gateway.picker('choose', { origin, profile: 'bob' })
  assert.equal(status, 200, body.error)
  return { home, gateway, ...body }
}

// 429 after five a second.
const refused = (promise) => assert.rejects(promise, ({ status }) => [403, 429].includes(status))

const state = (name) => ({ method, params }) => method === 'berth_state' && params.state === name

test('a direct ticket opens one channel, to its origin only, once', async (t) => {
  const { home, gateway, mode, ticket } = await granted(t, local)
  assert.equal(mode, 'direct')
  const socket = await gateway.channel(ticket, local)
  t.after(() => socket.terminate())
  const accounts = await accountsOf(home, 'bob')
  const { params } = await frame(socket, state('ready'))
  assert.deepEqual(params, { state: 'ready', accounts, chainId: '0x7a69' })
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: 'x', method: 'eth_accounts' }))
  assert.deepEqual((await frame(socket, ({ id }) => id === 'x')).result, accounts)
  await refused(gateway.channel(ticket, local))
})

test('row 9: a direct ticket is refused from every other origin, and then it is spent', async (t) => {
  const { gateway } = await granted(t, local)
  const others = ['http://localhost:3001', 'https://localhost:3000', 'http://127.0.0.1:3000', app, 'null', undefined]
  for (const other of others) {
    const { body } = await gateway.picker('choose', { origin: local, profile: 'bob' })
    await refused(gateway.channel(body.ticket, other), String(other))
  }
})

test("a public page's ticket is the relay's alone", async (t) => {
  const { gateway, mode, ticket } = await granted(t, app)
  assert.equal(mode, 'relay')
  await refused(gateway.channel(ticket, app))
  const { body } = await gateway.picker('choose', { origin: app, profile: 'bob' })
  const socket = await gateway.channel(body.ticket, gateway.origin)
  socket.terminate()
})

test('what is no ticket is refused', async (t) => {
  const { gateway, ticket } = await granted(t, local)
  const none = ['', 'x', ticket.slice(1), ticket + 'A', 'A'.repeat(43)]
  for (const text of none) await refused(gateway.channel(text, local), text)
})

test('the channel tells of a stop, answers 4900 meanwhile, and is there again', async (t) => {
  const { home, gateway, ticket } = await granted(t, app)
  const socket = await gateway.channel(ticket, gateway.origin)
  t.after(() => socket.terminate())
  const before = (await frame(socket, state('ready'))).params
  await ok(home.berth('stop', 'bob'))
  await frame(socket, state('gone'))
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_accounts' }))
  assert.equal((await frame(socket, ({ id }) => id === 1)).error.code, 4900)
  await ok(home.berth('start', 'bob'))
  assert.deepEqual((await frame(socket, state('ready'))).params, before)
})

test('what a page of this computer was granted ends with the instance', async (t) => {
  const { home, gateway, ticket } = await granted(t, local)
  const socket = await gateway.channel(ticket, local)
  t.after(() => socket.terminate())
  await frame(socket, state('ready'))
  await ok(home.berth('restart', 'bob'))
  await frame(socket, state('gone'))
  assert.deepEqual((await frame(socket, state('ready'))).params, { state: 'ready', accounts: [], chainId: null })
})
