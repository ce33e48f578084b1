// A stranger at the port of an instance that died, whose record still looks
// alive: the worst case, where only the proof is left.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { recordOf } from './wire.js'

// Kills the instance and listens where it did: {record, heard}, where `heard`
// collects what comes. It answers with `reply`; nothing: it closes.
export async function takePlace(t, home, name, reply) {
  const record = recordOf(home, name)
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
  t.after(() => server.close())
  process.kill(record.pid, 'SIGKILL')
  await freed(() => new Promise((resolve, reject) => server.once('error', reject).listen(record.endpoint.port, '127.0.0.1', resolve)))
  await keepLocked(t, join(home.registry, `${name}.json`))
  return { record, heard }
}

// `listen` once the port that somebody has just left is free.
async function freed(listen) {
  for (;;) {
    try {
      return await listen()
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error
    }
  }
}

// Locks the record's owner byte, as only a program of the same user can, and
// has who watches look at it again.
export async function keepLocked(t, file) {
  const script = `
import fcntl, struct, sys
f = open(sys.argv[1], 'r+b')
fcntl.fcntl(f, 37, struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 1 << 30, 1, 0))
print('locked', flush=True)
sys.stdin.read()`
  const keeper = spawn('python3', ['-c', script, file], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => keeper.kill())
  await once(keeper.stdout, 'data')
  chmodSync(file, 0o600)
}

const kNoProof = 'A'.repeat(43)
const accept = (key) => createHash('sha1').update(key + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64')
const frame = (text) => String.fromCharCode(0x81, 126, text.length >> 8, text.length & 255) + text

// A reply that speaks the protocol and has no token to prove.
export function liesInHello(request) {
  const key = /sec-websocket-key: (\S+)/i.exec(request)
  if (!key) return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 55\r\n\r\n{"proof":"${kNoProof}"}`
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept(key[1])}\r\nSec-WebSocket-Protocol: berth.v1\r\n\r\n` +
    frame(`{"jsonrpc":"2.0","method":"berth_hello","params":{"proof":"${kNoProof}"}}`)
}

export function heardNothing({ heard, record }) {
  assert.ok(heard.length > 0, 'somebody came')
  const all = heard.join('')
  assert.ok(!all.includes(record.token), 'no token')
  assert.ok(!/personal_sign|eth_/.test(all), 'no request')
  // A request over the WebSocket would be a masked text frame (0x81) after the
  // handshake; a close frame (0x88) may come.
  for (const part of heard) assert.match(part, /^(GET|POST|\x88)/, 'handshakes only')
}
