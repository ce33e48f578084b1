// Programs that stand where a client may go: at the port of an instance that
// died, at its twin on ::1, at a port that somebody names, behind a forged record.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'berth-provider/node'
import { frame, Gateway, raw } from '../browser/support/gateway.js'
import { bin, gatewayHome, ok, run } from '../support/berth.js'
import { heardNothing, keepLocked, liesInHello, takePlace } from '../support/squatter.js'
import { bearer, http, json, recordOf } from '../support/wire.js'
import { until } from '../../provider/js/support/wait.js'
import { kPage } from './support/targets.js'

const kNobody = 65534
const kNotRoot = process.geteuid() !== 0 && 'only root can start a program of another user'

// Counts who comes to a port of its own.
async function trap(t, host = '127.0.0.1', port = 0) {
  const server = createServer((socket) => (server.visits++, socket.destroy()))
  server.visits = 0
  t.after(() => server.close())
  await once(server.listen({ host, port, ipv6Only: host === '::1' }), 'listening')
  return server
}

// Every client of an instance asks it for a signature; none gets one.
async function allAsk(home, name) {
  const called = await home.berth('call', name, 'personal_sign', '["0x61","0x0"]')
  assert.notEqual(called.code, 0, called.stdout)
  const native = await run(join(bin, 'berth-demo'), [name], { env: home.env })
  assert.notEqual(native.code, 0)
  await assert.rejects(connect(name, { directory: home.registry, timeoutMs: 3000 }))
}

test('row 25: nothing that is said to be a profile makes anybody dial', async (t) => {
  const home = await gatewayHome(t, { running: ['bob'] })
  const gateway = await Gateway.at(home.gateway)
  const token = bearer(recordOf(home, '@berthd').token)
  const target = await trap(t)
  const { port } = target.address()
  const names = [`127.0.0.1:${port}`, `http://127.0.0.1:${port}/`, `bob@127.0.0.1:${port}`, `//127.0.0.1:${port}`, '../bob', 'bob\0', 'bob/../bob', '@berthd', `bob\r\nHost: 127.0.0.1:${port}`]
  for (const profile of names) {
    for (const body of [{ origin: kPage, profile }, { profile }]) {
      const answer = await gateway.picker('origin' in body ? 'choose' : 'start', body)
      assert.equal(answer.status, 404, `${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`)
    }
    const path = `/v1/instances/${encodeURIComponent(profile)}/stop`
    assert.equal((await http(home.gateway, 'POST', path, { headers: { ...json, ...token }, body: '{}' })).status, 404, path)
  }
  const injected = `GET /v1/instances/bob\r\nX: y/logs HTTP/1.1\r\nHost: 127.0.0.1:${home.gateway}\r\nConnection: close\r\n\r\n`
  assert.match(await raw(home.gateway, injected), /^HTTP\/1.1 400 /)
  assert.equal(target.visits, 0)
  assert.equal((await gateway.picker('choose', { origin: kPage, profile: 'bob' })).status, 200)
})

test("row 26: the gateway gives a stranger at a dead instance's port nothing that a page asks", async (t) => {
  const home = await gatewayHome(t, { running: ['bob'] })
  const gateway = await Gateway.at(home.gateway)
  const choice = await gateway.picker('choose', { origin: kPage, profile: 'bob' })
  const channel = await gateway.channel(choice.body.ticket, kPage)
  t.after(() => channel.terminate())
  await frame(channel, ({ params }) => params?.state === 'ready')
  const world = await takePlace(t, home, 'bob', liesInHello)
  await until(() => world.heard.length > 0)
  channel.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'personal_sign', params: ['0x61', '0x0'] }))
  assert.equal((await frame(channel, ({ id }) => id === 1)).error.code, 4900)
  const again = await gateway.picker('choose', { origin: kPage, profile: 'bob' })
  assert.equal(again.body.ticket, undefined)
  heardNothing(world)
})

test('row 26: a stranger of another user at that port is told nothing', { skip: kNotRoot }, async (t) => {
  const home = await gatewayHome(t, { running: ['bob'] })
  const gateway = await Gateway.at(home.gateway)
  const { pid, endpoint, token } = recordOf(home, 'bob')
  process.kill(pid, 'SIGKILL')
  await ok(home.berth('wait', 'bob', '--for', 'stopped'))
  const program = `
const server = require('net').createServer((socket) => {
  console.log('came')
  socket.on('data', (chunk) => console.log(chunk.toString('latin1')))
  socket.on('error', () => {})
}).listen(${endpoint.port}, '127.0.0.1', () => console.log('listens'))`
  const stranger = spawn(process.execPath, ['-e', program], { uid: kNobody, gid: kNobody, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => stranger.kill('SIGKILL'))
  let said = ''
  stranger.stdout.on('data', (chunk) => (said += chunk))
  await once(stranger.stdout, 'data')
  await keepLocked(t, join(home.registry, 'bob.json'))
  await allAsk(home, 'bob')
  assert.notEqual((await gateway.picker('choose', { origin: kPage, profile: 'bob' })).status, 200)
  assert.ok(said.includes('came'), said)
  // Where it had not taken the connection when it was looked at, a handshake.
  assert.ok(!said.includes(token) && !/personal_sign|eth_/.test(said), said)
})

test("row 27: a program at ::1 of an instance's port is dialled by nobody", async (t) => {
  const home = await gatewayHome(t, { running: ['bob'] })
  const twin = await trap(t, '::1', recordOf(home, 'bob').endpoint.port)
  const gateway = await Gateway.at(home.gateway)
  const accounts = JSON.parse(await ok(home.berth('call', 'bob', 'eth_accounts')))
  const provider = await connect('bob', { directory: home.registry })
  t.after(() => provider.close())
  assert.deepEqual(await provider.request({ method: 'eth_accounts' }), accounts)
  assert.equal((await run(join(bin, 'berth-demo'), ['bob'], { env: home.env })).code, 0)
  assert.equal((await gateway.picker('choose', { origin: kPage, profile: 'bob' })).status, 200)
  assert.equal(twin.visits, 0)
})

// A record that its forger wrote and keeps locked.
async function forge(t, home, record) {
  const file = join(home.registry, `${record.name}.json`)
  writeFileSync(file, JSON.stringify(record), { mode: 0o600 })
  await keepLocked(t, file)
  return file
}

test('row 32: a forged record is good for no more than a handshake', async (t) => {
  const home = await gatewayHome(t, { running: ['bob'] })
  const heard = []
  const server = createServer((socket) => socket.on('error', () => {}).on('data', (chunk) => {
    heard.push(chunk.toString('latin1'))
    socket.write(liesInHello(chunk.toString('latin1')), 'latin1')
  }))
  t.after(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const bob = recordOf(home, 'bob')
  const token = Buffer.alloc(32, 1).toString('base64url')

  // It points at its forger, who has not the token that it states.
  const mallory = { ...bob, name: 'mallory', token, endpoint: { host: '127.0.0.1', port: server.address().port } }
  const file = await forge(t, home, mallory)
  await allAsk(home, 'mallory')
  heardNothing({ heard, record: mallory })

  // It points at bob, who does not know that token.
  await forge(t, home, { ...bob, name: 'twin', token })
  await allAsk(home, 'twin')

  // What it states is looked at before anybody is dialled.
  for (const [what, forged] of [['another name', { ...mallory, name: 'bob' }], ['another host', { ...mallory, endpoint: { host: '10.0.0.1', port: 80 } }],
    ['a host by name', { ...mallory, endpoint: { host: 'localhost', port: 80 } }], ['another user', { ...mallory, uid: mallory.uid + 1 }]]) {
    writeFileSync(file, JSON.stringify(forged))
    const { code, stderr } = await home.berth('call', 'mallory', 'eth_accounts')
    assert.equal(code, 1, `${what}: ${stderr}`)
    assert.match(stderr, /mallory/)
  }
  assert.equal(JSON.parse(await ok(home.berth('call', 'bob', 'eth_chainId'))), '0x7a69')
})
