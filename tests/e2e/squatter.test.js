// A stranger on the port of an instance that died: from every client it gets
// a handshake that tells it nothing, and never a token, a request, a signature.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'berth-provider/node'
import { bin, listed, ok, portRange, run, scratch } from './support/berth.js'

// Kills bob, listens where he did, and keeps his record looking alive: the
// worst case, where only the proof is left. The squatter answers with `reply`.
async function squat(t, reply) {
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('profile', 'create', 'bob'))
  await ok(home.berth('start', 'bob'))
  const bob = await listed(home, 'bob')
  const record = JSON.parse(readFileSync(join(home.registry, 'bob.json'), 'utf8'))
  const heard = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      heard.push(chunk.toString('latin1'))
      const answer = reply(chunk.toString('latin1'))
      if (answer) socket.write(answer)
      else socket.end()
    })
  })
  process.kill(bob.pid, 'SIGKILL')
  const listen = () =>
    new Promise((resolve, reject) => server.once('error', reject).listen(bob.port, '127.0.0.1', resolve))
  while (true) {
    try {
      await listen()
      break
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error
    }
  }
  const keeper = await keepLocked(t, join(home.registry, 'bob.json'))
  t.after(() => {
    server.closeAllConnections?.()
    server.close()
    keeper.kill()
  })
  return { home, record, heard }
}

// Locks the record's owner byte, as only a program of the same user can.
async function keepLocked(t, file) {
  const { spawn } = await import('node:child_process')
  const script = `
import fcntl, struct, sys
f = open(sys.argv[1], 'r+b')
fcntl.fcntl(f, 37, struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 1 << 30, 1, 0))
print('locked', flush=True)
sys.stdin.read()`
  const child = spawn('python3', ['-c', script, file], { stdio: ['pipe', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return child
}

const websocketAccept = (request) => {
  const key = /sec-websocket-key: (\S+)/i.exec(request)
  if (!key) return 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 55\r\n\r\n{"proof":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}'
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept(key[1])}\r\nSec-WebSocket-Protocol: berth.v1\r\n\r\n` + frame('{"jsonrpc":"2.0","method":"berth_hello","params":{"proof":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}')
}

import { createHash } from 'node:crypto'
const accept = (key) => createHash('sha1').update(key + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64')
const frame = (text) => String.fromCharCode(0x81, 126, text.length >> 8, text.length & 255) + text

function heardNothing({ heard, record }) {
  assert.ok(heard.length > 0, 'somebody came')
  const all = heard.join('')
  assert.ok(!all.includes(record.token), 'no token')
  assert.ok(!/personal_sign|eth_/.test(all), 'no request')
  // A request over the WebSocket would be a masked text frame (0x81) after the
  // handshake; a close frame (0x88) may come.
  for (const part of heard) assert.match(part, /^(GET|POST|\x88)/, 'handshakes only')
}

for (const [how, reply] of [
  ['lies in its hello', websocketAccept],
  ['closes', () => null],
  ['speaks plain HTTP', () => 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
]) {
  test(`a squatter that ${how} gets nothing from berth call`, async (t) => {
    const world = await squat(t, reply)
    const { code, stdout, stderr } = await world.home.berth('call', 'bob', 'personal_sign', '["0x61","0x0"]')
    assert.notEqual(code, 0)
    assert.equal(stdout, '')
    assert.match(stderr, /^berth: /)
    heardNothing(world)
  })

  test(`a squatter that ${how} gets nothing from berth exec`, async (t) => {
    const world = await squat(t, reply)
    const { code, stdout } = await world.home.berth('exec', 'bob', '--', '/bin/echo', 'ran')
    assert.equal(code, 125)
    assert.equal(stdout, '')
    heardNothing(world)
  })

  test(`a squatter that ${how} gets nothing from the native dApp`, async (t) => {
    const world = await squat(t, reply)
    const { code } = await run(join(bin, 'berth-demo'), ['bob'], { env: world.home.env })
    assert.notEqual(code, 0)
    heardNothing(world)
  })

  test(`a squatter that ${how} gets nothing from Node`, async (t) => {
    const world = await squat(t, reply)
    await assert.rejects(connect('bob', { directory: world.home.registry, timeoutMs: 3000 }))
    heardNothing(world)
  })
}
