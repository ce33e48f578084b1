// A process of its own that does one kind of harm to one port for as long as it
// lives. It gets {kind, port, dials}, and tells every 100 ms what it was
// answered, as counts by word.
import { connect } from 'node:net'
import { open } from './dial.js'

const seen = {}
const count = (what) => (seen[what] = (seen[what] ?? 0) + 1)

const crlf = (...lines) => lines.join('\r\n')
const get = (port) => crlf('GET /health HTTP/1.1', `Host: 127.0.0.1:${port}`, '', '')

// What the first line of a response says; a flood of them comes in one piece.
function countStatus(data) {
  for (const [, status] of data.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3}) /g)) count(status)
}

// A connection that begins with `text`, and comes again after `pause` ms when it
// was closed; `busy` goes on with it.
function keepOpen(port, pause, text, busy = () => {}) {
  const socket = connect(port, '127.0.0.1')
  let timer
  socket.on('connect', () => {
    count('connected')
    if (text) socket.write(text)
    timer = busy(socket)
  })
  socket.on('data', countStatus)
  socket.on('error', () => {}) // it was refused: it comes again
  socket.on('close', () => {
    count('closed')
    clearInterval(timer)
    setTimeout(() => keepOpen(port, pause, text, busy), pause)
  })
}

// One byte a second.
const drip = (socket) => setInterval(() => socket.write('x'), 1000)

// As fast as it is read.
function pour(socket, bytes) {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  }
  socket.on('drain', more)
  more()
}

// A client's frame with the mask 0, which leaves the payload as it is.
function frame(text) {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])
}
const request = frame('{"jsonrpc":"2.0","id":1,"method":"eth_accounts"}')

function countAnswer(data) {
  count(data.includes('-32005') ? 'limited' : 'answered')
}

const kinds = {
  // Never done: connections without a word, headers, bodies and frames that drip.
  async slow(port, dials) {
    const body = crlf('POST /v1/hello HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Content-Type: application/json', 'Content-Length: 1000', '', '{')
    const starts = [[undefined], [get(port).slice(0, -2) + 'X: ', drip], [body, drip]]
    for (const socket of await Promise.all(dials.map(open))) socket._socket.write(request.subarray(0, 10))
    for (let i = 0; i < 1000 - dials.length; ++i) keepOpen(port, 100, ...starts[i % starts.length])
  },

  // Requests of a page, on as many connections as it may have.
  async page(port, dials) {
    const sockets = await Promise.all(dials.map(open))
    for (const socket of sockets) {
      socket.on('message', countAnswer)
      pour(socket._socket, Buffer.concat(Array(50).fill(request)))
    }
  },

  // Unproven: requests without an end on kept connections, and rubbish.
  async stranger(port) {
    for (let i = 0; i < 32; ++i) keepOpen(port, 0, undefined, (socket) => void pour(socket, get(port).repeat(50)))
    for (let i = 0; i < 32; ++i) keepOpen(port, 0, 'rubbish \0 without an end\r\n\r\n'.repeat(20))
  },

  // Connections that come and go, with forged hellos and without a word.
  async storm(port) {
    const forged = 'berth.v1, berth.hello.' + 'A'.repeat(43) + '.' + 'B'.repeat(43)
    const upgrade = crlf('GET / HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Sec-WebSocket-Protocol: ${forged}`, '', '')
    for (let i = 0; i < 32; ++i) keepOpen(port, 0, undefined, (socket) => void socket.resetAndDestroy())
    for (let i = 0; i < 32; ++i) keepOpen(port, 0, upgrade)
  },
}

process.once('message', async ({ kind, port, dials = [] }) => {
  await kinds[kind](port, dials)
  setInterval(() => process.send(seen), 100)
})
process.once('disconnect', () => process.exit())
