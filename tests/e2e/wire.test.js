// What one instance answers to whom, over real sockets.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { listed, ok, portRange, scratch } from './support/berth.js'
import { ask, bearer, dial, hello, http, json, newNonce, proof, proven, recordOf } from './support/wire.js'

async function startAlice(t) {
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('profile', 'create', 'alice'))
  await ok(home.berth('start', 'alice'))
  const record = recordOf(home, 'alice')
  return { home, record, port: record.endpoint.port }
}

test('row 8: a WebSocket that proves nothing is refused before 101', async (t) => {
  const { record, port } = await startAlice(t)
  const otherToken = { ...record, token: newNonce() }
  const otherPort = { ...record, endpoint: { ...record.endpoint, port: port + 1 } }
  for (const offered of [[], ['berth.v1'], hello(otherToken).protocols, hello(otherPort).protocols, [...hello(record).protocols, 'chat']])
    await assert.rejects(dial(port, offered), { status: 403 })
})

test('rows 5 and 9: a page is refused whatever it shows', async (t) => {
  const { record, port } = await startAlice(t)
  for (const origin of ['https://app.example', 'http://localhost:3000', 'null']) {
    assert.equal((await http(port, 'GET', '/health', { headers: { origin } })).status, 403)
    assert.equal((await http(port, 'GET', '/v1/instance', { headers: { origin, ...bearer(record.token) } })).status, 403)
    await assert.rejects(dial(port, hello(record).protocols, { headers: { origin } }), { status: 403 })
  }
})

test('a stranger learns health and nothing else', async (t) => {
  const { port } = await startAlice(t)
  const health = await http(port, 'GET', '/health')
  assert.deepEqual([health.status, health.body], [200, '{"status":"ok"}'])
  assert.equal((await http(port, 'GET', '/v1/instance')).status, 401)
  assert.equal((await http(port, 'GET', '/metrics')).status, 401)
  assert.equal((await http(port, 'GET', '/v1/instance', { headers: bearer('A'.repeat(43)) })).status, 401)
  for (const path of ['/', '/v1/tokens', '/v1/shutdown'])
    assert.equal((await http(port, 'POST', path, { headers: json, body: '{}' })).status, 401, path)
  assert.equal((await http(port, 'GET', '/nowhere')).status, 404)
  assert.equal((await http(port, 'GET', '/v1/shutdown')).status, 405)
  assert.equal((await http(port, 'POST', '/v1/hello', { headers: { 'content-type': 'text/plain' }, body: '{}' })).status, 415)
  assert.equal((await http(port, 'GET', '/health', { headers: { host: `evil.example:${port}` } })).status, 403)
})

test('over HTTP the instance proves itself before it gets the token', async (t) => {
  const { record, port } = await startAlice(t)
  const nonce = newNonce()
  const answer = await http(port, 'POST', '/v1/hello', { headers: json, body: JSON.stringify({ nonce }) })
  assert.deepEqual(JSON.parse(answer.body), { proof: proof('server', record, nonce) })
  for (const body of ['{}', '{"nonce":1}', '{"nonce":"x"}', '{"nonce":"a","nonce":"b"}', '[]', '{'])
    assert.equal((await http(port, 'POST', '/v1/hello', { headers: json, body })).status, 400, body)
  const { token, ...shown } = JSON.parse((await http(port, 'GET', '/v1/instance', { headers: bearer(record.token) })).body)
  assert.equal(token, undefined)
  assert.equal(shown.name, 'alice')
  assert.equal(shown.state, 'ready')
  assert.equal(typeof shown.uptime_s, 'number')
})

test('a connect token calls but does not administer', async (t) => {
  const { record, port } = await startAlice(t)
  const issue = (token) => http(port, 'POST', '/v1/tokens', { headers: { ...json, ...bearer(token) }, body: '{"scope":"connect"}' })
  const { token } = JSON.parse((await issue(record.token)).body)
  const call = await http(port, 'POST', '/', { headers: { ...json, ...bearer(token) }, body: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}' })
  assert.deepEqual(JSON.parse(call.body), { jsonrpc: '2.0', id: 1, result: '0x7a69' })
  const subscribe = await http(port, 'POST', '/', { headers: { ...json, ...bearer(token) }, body: '{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}' })
  assert.equal(JSON.parse(subscribe.body).error.code, 4200, 'nobody would hear it')
  assert.equal((await issue(token)).status, 403)
  assert.equal((await http(port, 'POST', '/v1/shutdown', { headers: { ...json, ...bearer(token) }, body: '{}' })).status, 403)
  const socket = await proven(t, { ...record, token })
  assert.equal((await ask(socket, { jsonrpc: '2.0', id: 1, method: 'net_version' })).result, '31337')
  for (let i = 0; i < 14; ++i) assert.equal((await issue(record.token)).status, 200)
  assert.equal((await issue(record.token)).status, 503)
})

test('a proven connection speaks JSON-RPC, and the older wallet page\'s messages', async (t) => {
  const { record } = await startAlice(t)
  const socket = await proven(t, record)
  for (const id of [0, 'a', null, 1e3, 123456789012345678n]) {
    const text = `{"jsonrpc":"2.0","id":${typeof id === 'bigint' ? id : JSON.stringify(id)},"method":"eth_chainId"}`
    socket.send(text)
    const [data] = await once(socket, 'message')
    socket.frames.shift()
    assert.ok(String(data).includes(`"id":${typeof id === 'bigint' ? id : JSON.stringify(id)}`), text)
  }
  const old = { id: Date.now(), jsonrpc: '2.0', method: 'eth_requestAccounts', params: [], _window_label: 'dapp-1', _origin: 'https://app.example' }
  assert.equal((await ask(socket, old)).result.length > 0, true)
  assert.equal((await ask(socket, '{')).error.code, -32700)
  assert.equal((await ask(socket, '[]')).error.code, -32600)
  assert.equal((await ask(socket, { jsonrpc: '2.0', id: 1, method: 'eth_nonsense' })).error.code, 4200)
  assert.equal((await ask(socket, { jsonrpc: '2.0', id: 1, method: 'eth_getBalance', params: ['0x' + '00'.repeat(20), 'latest'] })).error.code, 4900)
  const batch = await ask(socket, [{ jsonrpc: '2.0', id: 1, method: 'eth_chainId' }, { jsonrpc: '2.0', method: 'eth_chainId' }, { jsonrpc: '2.0', id: 2, method: 'net_version' }])
  assert.deepEqual(batch.map((a) => a.id).sort(), [1, 2])
})

test('what is no origin of a page is refused before 101', async (t) => {
  const { record, port } = await startAlice(t)
  for (const origin of ['null', 'https://App.example', 'https://app.example/', 'file://', 'app.example'])
    await assert.rejects(dial(port, hello(record, origin).protocols), { status: 403 }, origin)
})

test('at a stop the clients are told, and then there is no record', async (t) => {
  const { home, record } = await startAlice(t)
  const socket = await proven(t, record)
  const closed = once(socket, 'close')
  await ok(home.berth('stop', 'alice'))
  assert.equal((await closed)[0], 1001)
  assert.deepEqual([socket.frames[0].method, socket.frames[0].params.code], ['disconnect', 4900])
  assert.deepEqual(JSON.parse(await ok(home.berth('list', '--json'))), [])
})

test('a token holder can end the instance over the wire', async (t) => {
  const { home, record, port } = await startAlice(t)
  const answer = await http(port, 'POST', '/v1/shutdown', { headers: { ...json, ...bearer(record.token) }, body: '{}' })
  assert.equal(answer.status, 202)
  await ok(home.berth('wait', 'alice', '--for', 'stopped', '--timeout', '20s'))
  assert.equal((await listed(home, 'alice')).status, 'stopped')
})

test('metrics count what was asked', async (t) => {
  const { record, port } = await startAlice(t)
  const socket = await proven(t, record)
  await ask(socket, { jsonrpc: '2.0', id: 1, method: 'eth_chainId' })
  await ask(socket, { jsonrpc: '2.0', id: 1, method: 'no "such" method' })
  const { body } = await http(port, 'GET', '/metrics', { headers: bearer(record.token) })
  assert.match(body, /^berth_messages_total\{method="eth_chainId"\} 1$/m)
  assert.match(body, /^berth_messages_total\{method="other"\} 1$/m)
  assert.match(body, /^berth_errors_total\{code="4200"\} 1$/m)
  assert.match(body, /^berth_request_seconds_count 2$/m)
})

test('a process of another user is closed at accept', { skip: process.getuid() !== 0 && 'needs root' }, async (t) => {
  const { record, port } = await startAlice(t)
  const script = `
import encodings.idna, os, socket, sys  # loaded while we may read it
os.setuid(65534)
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
try:
    s.sendall(b'GET /health HTTP/1.1\\r\\nHost: 127.0.0.1:' + sys.argv[1].encode() + b'\\r\\n\\r\\n')
    print(len(s.recv(100)))
except OSError:
    print(0)`
  assert.equal(execFileSync('python3', ['-c', script, String(port)], { encoding: 'utf8' }).trim(), '0')
  const { body } = await http(port, 'GET', '/metrics', { headers: bearer(record.token) })
  assert.match(body, /^berth_peers_refused_total 1$/m)
})
