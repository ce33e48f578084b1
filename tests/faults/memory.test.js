// Everything that somebody can make grow, made to grow: what a process takes
// stays below what its limits add up to.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import WebSocket, { WebSocketServer } from 'ws'
import { bin, freePort, ok, portRange, scratch } from '../e2e/support/berth.js'
import { frame, Gateway } from '../e2e/browser/support/gateway.js'
import { ask, bearer, dial, hello, http, proven, recordOf } from '../e2e/support/wire.js'
import { rounds } from './support/figure.js'
import { bounded } from './support/memory.js'

const MIB = 1 << 20
const app = 'https://app.example'

// A node that answers eth_call with 1 MiB, eth_getLogs with what `evil` says,
// and eth_getCode never.
async function openNode(t, evil = '') {
  const server = createServer()
  const large = 'x'.repeat(MIB)
  const sockets = new WebSocketServer({ server, maxPayload: 64 * MIB })
  sockets.on('connection', (socket) => {
    socket.on('error', () => {})
    socket.on('message', (data) => {
      const { id, method } = JSON.parse(data)
      if (method === 'eth_getCode') return
      if (method === 'eth_getLogs') return socket.send(evil)
      const result = { eth_chainId: '0x1', eth_accounts: [`0x${'11'.repeat(20)}`], eth_call: large }[method]
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, result }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.close()
  })
  return `ws://127.0.0.1:${server.address().port}`
}

async function started(t, ...profile) {
  const children = []
  let home
  // Before the directory goes, which they would make anew.
  t.after(async () => {
    for (const child of children) await ended(child)
    await home.berth('down')
  })
  home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('profile', 'create', 'alice', ...profile))
  await ok(home.berth('start', 'alice'))
  return { home, record: recordOf(home, 'alice'), children }
}

async function ended(child) {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

async function forwarding(t, evil) {
  const node = await openNode(t, evil)
  return started(t, '--wallet', 'forward', '--approve', 'native', '--upstream', node)
}

// The record of berthd, which runs from now on.
async function managed(home) {
  home.env.BERTH_GATEWAY_PORT = String(await freePort())
  await ok(home.berth('up'))
  return recordOf(home, '@berthd')
}

const call = (method, params = [], id = 1) => JSON.stringify({ jsonrpc: '2.0', id, method, params })

// The answer to a message that asks for `id`; events in between are passed
// over. Large messages take a busy machine with ASan their time.
async function answerOf(socket, message, id = 1) {
  socket.send(message)
  const signal = AbortSignal.timeout(60_000)
  for (;;) {
    const at = socket.frames.findIndex((answer) => answer.id === id)
    if (at >= 0) return socket.frames.splice(0, at + 1).pop()
    await once(socket, 'message', { signal })
  }
}


// A number of /metrics.
async function metric({ endpoint, token }, name) {
  const { status, body } = await http(endpoint.port, 'GET', '/metrics', { headers: bearer(token) })
  assert.equal(status, 200, body)
  return Number(body.match(new RegExp(`^${name} (\\d+)$`, 'm'))[1])
}

async function until(condition) {
  const end = Date.now() + 60_000
  while (!(await condition())) {
    assert.ok(Date.now() < end, 'not within a minute')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('who does not read is disconnected, not buffered', async (t) => {
  const { record } = await forwarding(t)
  const most = rounds(6, 60)
  // Each: the queue, and the answer that was one too many.
  await bounded('WebSockets that do not read', record.pid, 20 + most * 5, async () => {
    const sockets = []
    while (sockets.length < most) sockets.push(await proven(t, record))
    for (const socket of sockets) {
      socket._socket.pause()
      for (let i = 0; i < 24; ++i) socket.send(call('eth_call', [], i))
    }
    // What is left is who asks.
    await until(async () => (await metric(record, 'berth_connections_open')) <= 2)
    assert.ok((await metric(record, 'berth_slow_readers_total')) > 0)
    return `${most} with 24 MiB each, all disconnected`
  })
})

test('a page that does not read is disconnected by the gateway', async (t) => {
  const { home } = await forwarding(t)
  const berthd = await managed(home)
  const gateway = await Gateway.at(berthd.endpoint.port)
  const most = rounds(4, 15) // an origin has 16 connections of an instance
  await bounded("pages' channels that do not read", berthd.pid, 20 + most * 10, async () => {
    const channels = []
    while (channels.length < most) {
      const { status, body } = await gateway.picker('choose', { origin: app, profile: 'alice' })
      assert.equal(status, 200, body.error)
      const socket = await gateway.channel(body.ticket, gateway.origin)
      t.after(() => socket.terminate())
      await frame(socket, ({ method, params }) => method === 'berth_state' && params.state === 'ready')
      channels.push(socket)
    }
    for (const socket of channels) {
      socket._socket.pause()
      for (let id = 0; id < 24; ++id) socket.send(call('eth_call', [], id))
    }
    await until(() => /does not read/.test(readFileSync(join(home.home, 'state/logs/@berthd.log'), 'utf8')))
    return `${most} with 24 MiB each`
  })
})

test('row 19: a message in any number of fragments has 1 MiB', async (t) => {
  const { record } = await started(t)
  const count = rounds(100_000, 1_000_000)
  const masked = (first, payload) => Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)])
  await bounded('row 19: fragments', record.pid, 16, async () => {
    for (const payload of ['', 'ab']) {
      const socket = await proven(t, record)
      socket.on('error', () => {})
      const raw = socket._socket
      raw.write(masked(0x01, 'a'))
      for (let sent = 0; sent < count && raw.writable; sent += 10_000) {
        const more = raw.write(Buffer.concat(Array(10_000).fill(masked(0x00, payload))))
        if (!more) await Promise.race([once(raw, 'drain'), once(raw, 'close')]).catch(() => {})
      }
      const isTooLarge = count * payload.length > MIB
      if (isTooLarge) await until(() => socket.readyState === WebSocket.CLOSED)
    }
    return `${count} of a message, empty and not`
  })
})

// A deflate bomb of 1 MB unpacks to 1 GB.
test('row 19: deflate is accepted by neither instance nor gateway', async (t) => {
  const { home, record } = await started(t)
  const berthd = await managed(home)
  const gateway = await Gateway.at(berthd.endpoint.port)
  const { body } = await gateway.picker('choose', { origin: app, profile: 'alice' })
  const ways = [
    [`ws://127.0.0.1:${record.endpoint.port}/`, hello(record).protocols, {}],
    [`ws://127.0.0.1:${gateway.port}/page`, ['berth.page.v1', `berth.ticket.${body.ticket}`], { origin: gateway.origin }],
  ]
  for (const [url, protocols, options] of ways) {
    const socket = new WebSocket(url, protocols, { ...options, perMessageDeflate: { threshold: 0 } })
    socket.frames = []
    socket.on('message', (data) => socket.frames.push(JSON.parse(data)))
    const [[response]] = await Promise.all([once(socket, 'upgrade'), once(socket, 'open')])
    assert.equal(response.headers['sec-websocket-extensions'], undefined)
    assert.equal(socket.extensions, '')
    assert.equal((await answerOf(socket, call('eth_chainId'))).result, '0x7a69')
    socket.terminate()
  }
})

test('row 22: JSON that is deep, wide or large takes what its limits say', async (t) => {
  const { record } = await forwarding(t, `{"jsonrpc":"2.0","id":1,"result":${'['.repeat(100_000)}`)
  const fill = (start, piece, end) => start + piece.repeat(Math.floor((MIB - 200) / piece.length)) + end
  const wide = fill('{"jsonrpc":"2.0","id":1,"method":"eth_getCode","params":[[]', ',[]', ']}')
  const large = fill('{"jsonrpc":"2.0","id":1,"method":"eth_getCode","params":["', 'x', '"]}')
  // What waits is text, here, for the node and in its socket; four wide ones come
  // at once, each 25 times its text while it is parsed (rpc_service.h).
  await bounded('row 22: JSON', record.pid, 16 * 3 + 4 * 25, async () => {
    const socket = await proven(t, record)
    for (const text of ['['.repeat(MIB), fill('{"a":', '{"a":', '1'), fill('[', '1,', '1]'), fill('"', '\\u0000', '"')])
      assert.ok((await answerOf(socket, text, null)).error.code < -32000)
    // As many as may wait, of one connection and of all.
    for (let i = 0; i < 4; ++i) socket.send(wide)
    const last = wide.replace('"id":1', '"id":2')
    assert.equal((await answerOf(socket, last, 2)).error.code, -32005)
    const others = []
    while (others.length < rounds(5, 20)) others.push(await proven(t, record))
    for (const other of others) for (let i = 0; i < 3; ++i) other.send(large)
    // 16 MiB wait: the last ones are refused.
    await until(() => others.at(-1).frames.some(({ error }) => error?.code === -32005))
    return `${3 * others.length + 5} messages of 1 MiB`
  })
})

test('what a node sends is bounded too', async (t) => {
  for (const [what, evil] of [
    ['100,000 levels', '['.repeat(100_000)],
    ['17 MiB', `{"jsonrpc":"2.0","id":1,"result":"${'x'.repeat(17 * MIB)}"}`],
  ]) {
    const { record } = await forwarding(t, evil)
    await bounded(`an answer of ${what}`, record.pid, 48, async () => {
      const socket = await proven(t, record)
      assert.ok((await answerOf(socket, call('eth_getLogs'))).error)
    })
  }
})

test('row 28: origins and questions leave nothing behind', async (t) => {
  const { record } = await started(t)
  const count = rounds(60, 100_000)
  await bounded('origins that each ask for a grant', record.pid, 16, async () => {
    for (let i = 0; i < count; ++i) {
      const { protocols } = hello(record, `https://a${i}.example`)
      const socket = await dial(record.endpoint.port, protocols)
      // Ten questions wait at once; the rest hears that at once.
      if (i < 10) socket.send(call('eth_requestAccounts'))
      else assert.equal((await answerOf(socket, call('eth_requestAccounts'))).error.code, -32002)
      if (i >= 10) socket.terminate()
    }
    return `${count} origins`
  })
})

test('methods that nobody knows are counted as one', async (t) => {
  const { record } = await started(t)
  const batches = rounds(20, 1000)
  await bounded('methods', record.pid, 16, async () => {
    const socket = await proven(t, record)
    for (let i = 0; i < batches; ++i)
      await ask(socket, `[${Array.from({ length: 100 }, (_, j) => call(`m${i}_${j}`)).join()}]`)
    return `${batches * 100} different ones`
  })
})

test('files in the registry take what they hold', async (t) => {
  const { home, record } = await started(t)
  const berthd = await managed(home)
  const count = rounds(500, 100_000)
  // A record of 1 KiB takes some more in memory, in the three places that hold
  // it while a scan is told.
  await bounded('records of the dead', berthd.pid, 16 + (count * 12) / 1024, async () => {
    for (let i = 0; i < count; ++i) {
      const dead = JSON.stringify({ ...record, name: `dead${i}` })
      writeFileSync(join(home.registry, `dead${i}.json`), dead, { mode: 0o600 })
    }
    const { length } = JSON.parse(await ok(home.berth('list', '--all', '--json')))
    assert.equal(length, count + 1)
    return `${count} of them`
  })
})

// Writes into a pipe that nobody reads any more, once it has begun.
async function unread({ home, children }, ...args) {
  const child = spawn(join(bin, 'berth'), args, { env: home.env, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await once(child.stdout, 'readable')
  return child
}

test('list --watch and logs -f wait for a reader, and keep nothing for it', async (t) => {
  const world = await started(t)
  const { home } = world
  const log = join(home.home, 'state/logs/alice.log')
  const follower = await unread(world, 'logs', '-f', 'alice')
  const watcher = await unread(world, 'list', '--watch', '--json')
  const lines = `${'x'.repeat(1000)}\n`.repeat(1000)
  await bounded('logs -f that nobody reads', follower.pid, 8, async () => {
    for (let i = 0; i < rounds(20, 500); ++i) appendFileSync(log, lines)
    return `${rounds(20, 500)} MB`
  })
  await bounded('list --watch that nobody reads', watcher.pid, 8, async () => {
    const text = JSON.stringify({ ...recordOf(home, 'alice'), name: 'bob' })
    for (let i = 0; i < rounds(2000, 100_000); ++i) {
      writeFileSync(join(home.registry, 'bob.tmp'), text, { mode: 0o600 })
      renameSync(join(home.registry, 'bob.tmp'), join(home.registry, 'bob.json'))
      rmSync(join(home.registry, 'bob.json'))
    }
    return `${rounds(2000, 100_000)} records that come and go`
  })
})

test('what a program of the user writes is cut into lines, and rotated', async (t) => {
  const home = scratch(t, { portRange: portRange(20) })
  const mebibytes = rounds(8, 1000)
  const script = `head -c ${mebibytes * MIB} /dev/zero | tr '\\0' x; exec sleep 1000`
  await ok(home.berth('profile', 'create', 'alice', '--', 'python3', '-c',
    `import socket, subprocess, os
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(os.environ["BERTH_PORT"]))); s.listen()
input_ = s.accept()
subprocess.run(["sh", "-c", ${JSON.stringify(script)}])`))
  await ok(home.berth('start', 'alice'))
  const { pid, endpoint } = recordOf(home, 'alice')
  const logs = join(home.home, 'state/logs')
  const size = () => readdirSync(logs).reduce((sum, name) => sum + statSync(join(logs, name)).size, 0)
  await bounded("a program's line without an end", pid, 8, async () => {
    connect(endpoint.port, '127.0.0.1').on('error', () => {}).unref()
    const most = Math.min(mebibytes, 20) * MIB
    await until(() => size() >= most)
    return `${mebibytes} MiB`
  })
  // Five files of 5 MiB, and a line.
  assert.ok(size() <= 25 * MIB + 5 * 32 * 1024, `${size()} bytes of logs`)
})
