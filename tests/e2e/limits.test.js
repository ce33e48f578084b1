// How much one page or program may ask before it is told to wait, of a real
// instance and a real gateway.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { gatewayHome } from './browser/support/stage.js'
import { Gateway } from './browser/support/gateway.js'
import { ok, portRange, scratch } from './support/berth.js'
import { bearer, dial, hello, http, json, newNonce, Page, proven, recordOf } from './support/wire.js'

const app = 'https://app.example'
const other = 'https://other.example'

// So that refusals do not depend on how fast this machine is.
const narrow = { origin_messages_per_second: 10, origin_messages_burst: 20 }

const many = (count, make) => Promise.all(Array.from({ length: count }, make))

const configure = (home, limits) => writeFileSync(join(home.home, 'config', 'config.json'), JSON.stringify({ port_range: portRange(20), limits }), { mode: 0o600 })

async function started(t, limits) {
  const home = scratch(t, { portRange: portRange(20) })
  configure(home, limits)
  await ok(home.berth('start', '--create', 'alice'))
  return { home, record: recordOf(home, 'alice') }
}

// What GET /metrics counts as limited, by what it was.
async function limited({ endpoint, token }) {
  const { body } = await http(endpoint.port, 'GET', '/metrics', { headers: bearer(token) })
  const lines = body.matchAll(/^berth_rate_limited_total\{what="(\w+)"\} (\d+)$/gm)
  return Object.fromEntries([...lines].map(([, what, count]) => [what, Number(count)]))
}

// Requests of one connection, all at once: the errors of those that failed.
async function flood(page, count) {
  const outcomes = await Promise.allSettled(Array.from({ length: count }, () => page.request('eth_accounts')))
  return outcomes.filter(({ status }) => status === 'rejected').map(({ reason }) => reason)
}

test('a page that floods is told when to try again, and takes nothing from others', async (t) => {
  const { record } = await started(t, narrow)
  const page = await Page.open(t, record, app)
  const refused = await flood(page, 100)
  assert.ok(refused.length > 40, `${refused.length} of 100 were refused`)
  for (const { code, data } of refused) assert.deepEqual([code, data.retry_after_ms > 0 && data.retry_after_ms <= 1000], [-32005, true])
  assert.deepEqual(await flood(await Page.open(t, record, other), 20), [])
  assert.deepEqual(await flood(await Page.open(t, record), 100), [], "the user's own program")
  assert.equal((await limited(record)).message, refused.length)
  await new Promise((resolve) => setTimeout(resolve, 50 + refused.at(-1).data.retry_after_ms))
  assert.deepEqual(await page.request('eth_accounts'), [])
})

test('rubbish counts, and who goes on with it is read slowly, and answered later', async (t) => {
  const { record } = await started(t, narrow)
  const socket = await proven(t, record, app)
  const began = performance.now()
  for (let i = 0; i < 80; ++i) socket.send('{')
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: 'last', method: 'eth_accounts' }))
  while (socket.frames.at(-1)?.id !== 'last') await once(socket, 'message', { signal: AbortSignal.timeout(20_000) })
  assert.equal(socket.frames.length, 81)
  // 20 and 20 refusals at once; the rest as room is made, 10 and 10 a second.
  assert.ok(performance.now() - began > 500, 'it was held up')
  assert.deepEqual(await flood(await Page.open(t, record, other), 20), [])
})

test('a program is limited where the configuration says so', async (t) => {
  const { record } = await started(t, { connection_messages_per_second: 1, connection_messages_burst: 3 })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const call = (agent) =>
    http(record.endpoint.port, 'POST', '/', { agent, headers: { ...json, ...bearer(record.token) }, body: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}' })
  for (let i = 0; i < 3; ++i) assert.equal((await call(agent)).status, 200)
  const { status, headers, body } = await call(agent)
  assert.equal(status, 429)
  assert.equal(headers['retry-after'], '1')
  const { retry_after_ms: wait } = JSON.parse(body)
  assert.ok(wait > 0 && wait <= 1000, body)
  assert.equal((await call()).status, 200, 'another connection')
  const refused = await flood(await Page.open(t, record), 4)
  assert.deepEqual(refused.map(({ code }) => code), [-32005])
  assert.equal((await limited(record)).message, 2)
})

test('row 16: five wrong tokens a second, then 429 and the connection is closed; the right one is let in', async (t) => {
  const { record } = await started(t, {})
  const { port } = record.endpoint
  const guess = (token) => http(port, 'GET', '/v1/instance', { headers: bearer(token) })
  const answers = await many(30, () => guess(newNonce()))
  const refused = answers.filter(({ status }) => status === 429)
  assert.ok(refused.length >= 15, `${refused.length} of 30`)
  assert.ok(answers.every(({ status }) => status === 401 || status === 429))
  for (const { headers, body } of refused) {
    assert.deepEqual([headers.connection, headers['retry-after']], ['close', '1'])
    assert.ok(JSON.parse(body).retry_after_ms > 0)
  }
  assert.equal((await guess(record.token)).status, 200)
  const forged = () => dial(port, ['berth.v1', `berth.hello.${newNonce()}.${newNonce()}`]).then(() => 101, ({ status }) => status)
  const hellos = await many(30, forged)
  assert.ok(hellos.every((status) => status === 403 || status === 429) && hellos.includes(429), hellos.join())
  const socket = await dial(port, hello(record).protocols)
  t.after(() => socket.terminate())
  assert.equal((await limited(record)).token, refused.length + hellos.filter((status) => status === 429).length)
})

test('row 16: the same at the gateway, for codes, sessions and tickets', async (t) => {
  const home = await gatewayHome(t, { running: [] })
  const gateway = await Gateway.at(home.gateway)
  const own = { ...json, host: gateway.host, origin: gateway.origin }
  const guesses = {
    code: async () => (await http(gateway.port, 'POST', '/v1/session', { headers: own, body: JSON.stringify({ code: newNonce() }) })).status,
    session: async () => (await http(gateway.port, 'GET', '/v1/state', { headers: { ...own, ...bearer(newNonce()) } })).status,
    token: async () => (await http(gateway.port, 'POST', '/v1/codes', { headers: { ...json, ...bearer(newNonce()) }, body: '{}' })).status,
    ticket: () => gateway.channel(newNonce(), app).then(() => 101, ({ status }) => status),
  }
  for (const [what, guess] of Object.entries(guesses)) {
    const answers = await many(20, guess)
    assert.ok(answers.filter((status) => status === 429).length >= 8, `${what}: ${answers}`)
    assert.ok(answers.every((status) => [401, 403, 429].includes(status)), `${what}: ${answers}`)
  }
  const { token } = recordOf(home, '@berthd')
  assert.equal((await http(gateway.port, 'GET', '/v1/state', { headers: bearer(token) })).status, 200)
})

test('what one origin asks of the gateway keeps no other waiting', async (t) => {
  const home = await gatewayHome(t, { running: ['bob'] })
  const gateway = await Gateway.at(home.gateway)
  const restore = (origin) => http(gateway.port, 'POST', '/v1/restore', { headers: { ...json, origin }, body: '{}' })
  const greedy = 'http://localhost:3000'
  const tickets = await many(20, async () => (await gateway.picker('choose', { origin: greedy, profile: 'bob' })).body.ticket)
  const decide = async () => (await gateway.picker('decide', { origin: greedy, profile: 'bob', id: 'none', decision: 'deny' })).status
  const decided = []
  while (!decided.includes(429)) {
    decided.push(...await many(100, decide))
    assert.ok(decided.length < 2000 && decided.every((status) => status === 404 || status === 429), decided.join())
  }
  const refused = (await many(30, () => restore(greedy))).filter(({ status }) => status === 429)
  assert.ok(refused.length > 0)
  assert.equal(refused[0].headers['access-control-allow-origin'], greedy, 'the page may read when to try again')
  assert.ok(JSON.parse(refused[0].body).retry_after_ms > 0)
  const channels = await Promise.all(tickets.map((ticket) => gateway.channel(ticket, greedy).then((socket) => socket.terminate(), ({ status }) => status)))
  assert.ok(channels.includes(429), channels.join())
  assert.equal((await restore('http://localhost:4000')).status, 200)
  const { status, body } = await gateway.picker('choose', { origin: app, profile: 'bob' })
  assert.equal(status, 200)
  assert.match(body.ticket, /^[\w-]{43}$/)
})

test("a page's flood is stopped at the gateway", async (t) => {
  const home = await gatewayHome(t, { running: [], berthd: false })
  configure(home, narrow)
  await ok(home.berth('start', '--create', 'bob'))
  await ok(home.berth('up'))
  const gateway = await Gateway.at(home.gateway)
  const open = async (origin) => {
    const { body } = await gateway.picker('choose', { origin, profile: 'bob' })
    const socket = await gateway.channel(body.ticket, origin)
    t.after(() => socket.terminate())
    return new Page(socket)
  }
  const page = await open('http://localhost:3000')
  const good = await open('http://localhost:4000')
  const refused = await flood(page, 100)
  assert.ok(refused.length > 40, `${refused.length} of 100 were refused`)
  for (const { code, data } of refused) assert.deepEqual([code, data.retry_after_ms > 0], [-32005, true])
  assert.deepEqual(await flood(good, 20), [])
  // What the gateway itself asks for a page counts there too.
  const { message } = await limited(recordOf(home, 'bob'))
  assert.ok(message <= 5, `${message} of them reached the instance`)
})
