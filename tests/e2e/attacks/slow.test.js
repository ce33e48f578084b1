// Those who take their time with what they send.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { frame, RawSocket } from './support/raw_socket.js'
import { startTargets } from './support/targets.js'

// Milliseconds until the other side ends a connection on which `bytes` came,
// and then one more each second.
async function endsAfter(t, port, bytes) {
  const begin = performance.now()
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
  const drip = setInterval(() => socket.write('a'), 1000)
  t.after(() => (clearInterval(drip), socket.destroy()))
  socket.on('error', () => {}) // reset, as we go on writing
  socket.resume()
  await once(socket, 'close', { signal: AbortSignal.timeout(30_000) })
  clearInterval(drip)
  return performance.now() - begin
}

test('row 20: who sends half a header or half a body is cut off after 10 s', async (t) => {
  const { targets } = await startTargets(t)
  const all = targets.flatMap(({ name, port, authority, change, credentials }) => {
    const head = [`POST ${change} HTTP/1.1`, `Host: ${authority}`, ...credentials, 'Content-Type: application/json']
    const body = [...head, 'Content-Length: 100', '', '{'].join('\r\n')
    return [['header', [...head, 'X: '].join('\r\n')], ['body', body], ['nothing but a letter', 'G']].map(async ([what, bytes]) => {
      const took = await endsAfter(t, port, bytes)
      assert.ok(took > 8000 && took < 20_000, `${what} at the ${name}: ${took} ms`)
    })
  })
  const frames = targets.map(async (target) => {
    const begin = performance.now()
    const socket = await RawSocket.open(t, target)
    socket.send(frame(0x01, 'a'))
    await socket.ended()
    const took = performance.now() - begin
    assert.ok(took > 8000 && took < 20_000, `a message at the ${target.name}: ${took} ms`)
  })
  await Promise.all([...all, ...frames])
})
