// What attackers send to the gateway's port, by hand: nothing of it does or
// tells anything. Before the picker, no page has a right to more than the shell.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect, createServer } from 'node:net'
import { test } from 'node:test'
import { startInstance } from '../../provider/js/support/fake_instance.js'
import { ok } from '../support/berth.js'
import { bearer, http, json, recordOf } from '../support/wire.js'
import { Gateway, raw } from './support/gateway.js'
import { gatewayHome } from './support/stage.js'

const app = 'https://app.example'

async function served(t, options) {
  const home = await gatewayHome(t, { running: ['bob'], ...options })
  return { home, port: home.gateway, gateway: await Gateway.at(home.gateway) }
}

const lines = (...all) => [...all, 'Connection: close', '', ''].join('\r\n')
const status = async (port, text) => Number((await raw(port, text)).split(' ')[1])

test('rows 1 to 4: Host must be the address, localhost or the own name, with the port', async (t) => {
  const { port, gateway } = await served(t)
  const get = (host) => status(port, lines('GET /health HTTP/1.1', `Host: ${host}`))
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, gateway.host]) assert.equal(await get(host), 200, host)
  const foreign = ['evil.example', `evil.example:${port}`, `0.0.0.0:${port}`, `127.0.0.2:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`, `localhost.:${port}`, `user@127.0.0.1:${port}`,
    `evil.localhost:${port}`, `x.${gateway.host}`, `${gateway.host}.evil.example`, `[::1]:${port}`]
  for (const host of foreign) assert.equal(await get(host), 403, host)
  const pick = await raw(port, lines('GET /pick HTTP/1.1', `Host: any-name.localhost:${port}`))
  assert.match(pick, new RegExp(`^HTTP/1.1 303 [^]*\\r\\nLocation: ${gateway.origin}/pick\\r\\n`))
  assert.equal(await status(port, lines('GET /health HTTP/1.1')), 400, 'none')
  assert.equal(await status(port, lines('GET /health HTTP/1.1', `Host: 127.0.0.1:${port}`, `Host: 127.0.0.1:${port}`)), 400, 'two')
  assert.equal(await status(port, lines(`GET http://127.0.0.1:${port}/health HTTP/1.1`, `Host: 127.0.0.1:${port}`)), 400, 'absolute form')
})

test('the own name is new at every start of berthd', async (t) => {
  const { home, port, gateway } = await served(t)
  await ok(home.berth('down'))
  await ok(home.berth('up'))
  const later = await Gateway.at(port)
  assert.notEqual(later.host, gateway.host)
  assert.match(later.host, /^[a-z2-7]{16}\.localhost:\d+$/)
  assert.equal((await http(port, 'GET', '/health', { headers: { host: gateway.host } })).status, 403)
})

test('row 6: the picker and its data are for the own origin alone', async (t) => {
  const { port, gateway } = await served(t)
  const ask = (origin, path = 'profiles') =>
    http(port, 'POST', `/v1/picker/${path}`, { headers: { ...json, host: gateway.host, ...(origin && { origin }) }, body: JSON.stringify({ origin: app }) })
  assert.equal((await ask(gateway.origin)).status, 200)
  const foreign = [undefined, 'null', app, `http://127.0.0.1:${port}`, `http://localhost:${port}`, `https://${gateway.host}`, gateway.origin.toUpperCase(), `${gateway.origin}/`, gateway.origin.replace(`:${port}`, ''), 'x'.repeat(7000)]
  for (const origin of foreign) {
    const answer = await ask(origin)
    assert.deepEqual([answer.status, answer.body.includes('bob')], [403, false], origin)
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
  }
  const text = JSON.stringify({ origin: app })
  const plain = await http(port, 'POST', '/v1/picker/profiles', { headers: { 'content-type': 'text/plain', host: gateway.host, origin: gateway.origin }, body: text })
  assert.equal(plain.status, 415)
  assert.equal((await http(port, 'GET', '/v1/picker/choose', { headers: { host: gateway.host } })).status, 405)
})

test('row 25: the picker takes web origins and profiles, and nothing else', async (t) => {
  const { gateway } = await served(t)
  for (const origin of ['null', '', 'app.example', `${app}/`, `${app}:443`, 'HTTPS://app.example', 'file://', `${app}\r\nX: y`, 'chrome-extension://abc'])
    assert.equal((await gateway.picker('profiles', { origin })).status, 400, JSON.stringify(origin))
  for (const profile of ['../bob', 'bob/..', '@berthd', '127.0.0.1:1', 'bob\r\nX: y', '', 'nobody'])
    assert.equal((await gateway.picker('choose', { origin: app, profile })).status, 404, JSON.stringify(profile))
  for (const body of [{}, { origin: app }, { origin: app, profile: 'bob', more: 'x' }, { origin: app, profile: ['bob'] }, []])
    assert.equal((await gateway.picker('choose', body)).status, 400, JSON.stringify(body))
})

test("berthd's token and a dashboard's session open the dashboard, and nothing less", async (t) => {
  const { home, port, gateway } = await served(t)
  const { token } = recordOf(home, '@berthd')
  const paths = ['/v1/state', '/v1/events', '/v1/instances/bob/logs']
  const get = async (path, headers) => (await http(port, 'GET', path, { headers: { host: gateway.host, ...headers } })).status
  for (const path of paths) {
    assert.equal(await get(path, {}), 401, path)
    assert.equal(await get(path, bearer('A'.repeat(43))), 401, path)
    assert.equal(await get(path, bearer('')), 401, path)
    assert.equal(await get(path, { ...bearer(token), origin: gateway.origin }), 401, 'a page has no token')
    assert.equal(await get(path, { ...bearer(token), origin: app }), 403, path)
  }
  assert.equal(await get('/v1/state', bearer(token)), 200)

  const post = async (path, body, headers) => {
    const answer = await http(port, 'POST', path, { headers: { ...json, host: gateway.host, ...headers }, body: JSON.stringify(body) })
    return { status: answer.status, body: JSON.parse(answer.body) }
  }
  assert.equal((await post('/v1/codes', {}, {})).status, 401)
  assert.equal((await post('/v1/codes', {}, { ...bearer(token), origin: gateway.origin })).status, 401)
  const { code, url } = (await post('/v1/codes', {}, bearer(token))).body
  assert.equal(url, `${gateway.origin}/`)
  assert.equal((await post('/v1/session', { code }, {})).status, 403, 'no page')
  assert.equal((await post('/v1/session', { code }, { origin: `http://127.0.0.1:${port}` })).status, 403)
  const { session } = (await post('/v1/session', { code }, { origin: gateway.origin })).body
  assert.equal((await post('/v1/session', { code }, { origin: gateway.origin })).status, 403, 'used up')
  assert.equal(await get('/v1/state', bearer(session)), 200)
  assert.equal(await get('/v1/state', { ...bearer(session), origin: app }), 403)
  assert.equal((await http(port, 'DELETE', '/v1/session', { headers: { ...json, ...bearer(session), host: gateway.host, origin: gateway.origin } })).status, 200)
  assert.equal(await get('/v1/state', bearer(session)), 401)
})

test('rows 11 and 25: nothing is done by GET, and nothing is run that is no verb of a profile', async (t) => {
  const { home, port } = await served(t)
  const token = bearer(recordOf(home, '@berthd').token)
  assert.equal((await http(port, 'GET', '/v1/instances/bob/stop', { headers: token })).status, 405)
  const act = (path) => http(port, 'POST', path, { headers: { ...json, ...token }, body: '{}' })
  for (const path of ['/v1/instances/--all/stop', '/v1/instances/..%2fbob/stop', '/v1/instances/@berthd/stop', '/v1/instances/-x/start']) assert.equal((await act(path)).status, 404, path)
  assert.equal((await act('/v1/instances/bob/remove')).status, 404)
  assert.equal((await act('/v1/instances/nobody/start')).status, 409)
  assert.equal((await act('/v1/instances/bob/stop')).status, 200)
  assert.equal(JSON.parse((await http(port, 'GET', '/v1/state', { headers: token })).body).instances[0].status, 'stopped')
  assert.equal((await act('/v1/instances/bob/start')).status, 200)
})

// Names of the programs that `pid` has started and that run or wait to be reaped.
function childrenOf(pid) {
  const stats = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => {
    try {
      return readFileSync(`/proc/${name}/stat`, 'utf8')
    } catch {
      return '' // it has ended
    }
  })
  return stats.map((text) => /\((.*)\) \S (\d+) /.exec(text)).filter((found) => Number(found?.[2]) === pid).map((found) => found[1])
}

async function until(holds) {
  for (const end = Date.now() + 20_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 20))) assert.ok(Date.now() < end, String(holds))
}

test('what a page has run is waited for though the page has gone', async (t) => {
  const { home, port } = await served(t)
  const { pid, token } = recordOf(home, '@berthd')
  const left = request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/instances/bob/restart', headers: { ...json, ...bearer(token) } })
  left.on('error', () => {})
  left.end('{}')
  await until(() => childrenOf(pid).includes('berth'))
  left.destroy()
  await until(() => !childrenOf(pid).includes('berth'))
})

test('an origin has 64 channels at once, and others have theirs', async (t) => {
  const { gateway } = await served(t)
  const open = async (origin) => {
    const { body } = await gateway.picker('choose', { origin, profile: 'bob' })
    const socket = await gateway.channel(body.ticket, origin)
    t.after(() => socket.terminate())
    return socket
  }
  const greedy = 'http://localhost:3000'
  const sockets = []
  while (sockets.length < 64) sockets.push(await open(greedy))
  await assert.rejects(open(greedy), { status: 503 })
  await open('http://localhost:3001')
  sockets[0].close()
  await once(sockets[0], 'close')
  await open(greedy)
})

test('row 12: preflights are answered to pages of this computer, for restoring alone', async (t) => {
  const { port } = await served(t)
  const preflight = (origin, path = '/v1/restore') =>
    http(port, 'OPTIONS', path, { headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } })
  const local = await preflight('http://localhost:3000')
  assert.deepEqual([local.status, local.headers['access-control-allow-origin']], [204, 'http://localhost:3000'])
  for (const origin of [app, 'null', 'http://localhost.evil.example', 'http://127.0.0.1.evil.example']) {
    const answer = await preflight(origin)
    assert.deepEqual([answer.status, answer.headers['access-control-allow-origin']], [403, undefined], origin)
  }
  for (const path of ['/v1/picker/choose', '/v1/session', '/']) assert.equal((await preflight('http://localhost:3000', path)).headers['access-control-allow-origin'], undefined, path)
})

test('rows 13 to 15: other sites may send a tab to the pages, and embed or read nothing', async (t) => {
  const { port, gateway } = await served(t)
  const get = (path, site, mode, dest) => http(port, 'GET', path, { headers: { host: gateway.host, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } })
  assert.equal((await get('/pick', 'cross-site', 'navigate', 'document')).status, 200)
  for (const [path, mode, dest] of [['/pick', 'navigate', 'iframe'], ['/pick', 'no-cors', 'image'], ['/health', 'navigate', 'document'], ['/assets/pick.js', 'no-cors', 'script'], ['/', 'cors', 'empty']])
    for (const site of ['cross-site', 'same-site']) assert.equal((await get(path, site, mode, dest)).status, 403, `${path} ${mode} ${dest} ${site}`)
  for (const path of ['/', '/pick']) {
    const { headers } = await get(path, 'none', 'navigate', 'document')
    assert.match(headers['content-security-policy'], /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'/)
    assert.doesNotMatch(headers['content-security-policy'], /unsafe|\*/)
    assert.deepEqual([headers['x-content-type-options'], headers['cache-control'], headers['cross-origin-resource-policy'], headers['set-cookie']], ['nosniff', 'no-store', 'same-origin', undefined])
  }
})

test("a service worker's script is one that leaves", async (t) => {
  const { port } = await served(t)
  for (const path of ['/sw.js', '/', '/assets/pick.js']) {
    const { status: code, headers, body } = await http(port, 'GET', path, { headers: { 'service-worker': 'script' } })
    assert.deepEqual([code, headers['content-type']], [200, 'text/javascript; charset=utf-8'], path)
    assert.match(body, /registration\.unregister\(\)/)
  }
})

test('row 22: a channel takes one request at a time, well formed, and survives the rest', async (t) => {
  const { gateway } = await served(t)
  const origin = 'http://localhost:3000'
  const { body } = await gateway.picker('choose', { origin, profile: 'bob' })
  const socket = await gateway.channel(body.ticket, origin)
  t.after(() => socket.terminate())
  const codes = [['{', -32700], ['é', -32700], ['[]', -32600], ['{"jsonrpc":"2.0","id":1}', -32600], ['{"jsonrpc":"2.0","method":"eth_accounts"}', -32600],
    ['{"jsonrpc":"2.0","id":{},"method":"eth_accounts"}', -32600], ['{"jsonrpc":"2.0","id":1,"method":"eth_accounts","params":1}', -32600],
    ['{"jsonrpc":"2.0","id":1,"method":"eth_accounts","method":"personal_sign"}', -32700], ['['.repeat(1000), -32700]]
  const answer = async (text) => {
    socket.frames.length = 0
    socket.send(text)
    for (;;) {
      const found = socket.frames.find((frame) => 'id' in frame)
      if (found) return found
      await new Promise((resolve) => socket.once('message', resolve))
    }
  }
  for (const [text, code] of codes) assert.equal((await answer(text)).error.code, code, text.slice(0, 60))
  assert.equal((await answer('{"jsonrpc":"2.0","id":"x","method":"eth_chainId"}')).result, '0x7a69')
})

test('where peers cannot be checked, the picker wants to be signed in', async (t) => {
  const home = await gatewayHome(t, { running: ['bob'], berthd: false })
  home.env.BERTH_PEER_CHECK = 'off'
  await ok(home.berth('up'))
  const gateway = await Gateway.at(home.gateway)
  const { status: code, body } = await gateway.picker('profiles', { origin: app })
  assert.deepEqual([code, body.code], [401, 'signed_out'])
})

test('row 27: nobody else answers where the own name may lead too', async (t) => {
  const { home, port } = await served(t)
  const listen = (host, at) => new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen({ host, port: at, ipv6Only: true }, () => resolve(server))
  })
  await assert.rejects(listen('::1', port), { code: 'EADDRINUSE' })
  await assert.rejects(once(connect(port, '::1'), 'connect'), { code: 'ECONNREFUSED' })
  await ok(home.berth('down'))
  const stranger = await listen('::1', port)
  t.after(() => stranger.close())
  assert.doesNotMatch(await ok(home.berth('up')), new RegExp(`127\\.0\\.0\\.1:${port}$`))
})

test('a locked wallet is shown as locked, and granted to nobody', async (t) => {
  const { home, gateway } = await served(t)
  await startInstance(t, home.registry, 'vault', { record: { state: 'locked', level: 2 } })
  const shown = async () => (await gateway.picker('profiles', { origin: app })).body.profiles.find(({ name }) => name === 'vault')
  const end = Date.now() + 20_000
  while (!(await shown()) && Date.now() < end);
  assert.equal((await shown()).state, 'locked')
  const { status: code, body } = await gateway.picker('choose', { origin: app, profile: 'vault' })
  assert.deepEqual([code, body.code], [409, 'locked'])
  assert.match(body.hint, /unlock it in the wallet/)
})
