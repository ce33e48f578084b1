// What somebody who got as far as an open WebSocket sends to break it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listed } from '../support/berth.js'
import { bearer, http, json, recordOf } from '../support/wire.js'
import { frame, RawSocket } from './support/raw_socket.js'
import { kName, kPage, startTargets } from './support/targets.js'

const kMiB = 1 << 20
const chainId = (id) => `{"jsonrpc":"2.0","id":${id},"method":"eth_chainId","params":[]}`
const call = (...params) => `{"jsonrpc":"2.0","id":1,"method":"eth_accounts","params":[${params}]}`

const kBrokenFrames = [
  ['unmasked', Buffer.from('\x81\x02{}', 'latin1'), 1002],
  ['a reserved bit', frame(0xc1, '{}'), 1002],
  ['a reserved opcode', frame(0x83, '{}'), 1002],
  ['a reserved control opcode', frame(0x8b), 1002],
  ['a ping of 126 bytes', frame(0x89, 'a'.repeat(126)), 1002],
  ['a ping in pieces', frame(0x09, 'a'), 1002],
  ['the rest of nothing', frame(0x80, 'a'), 1002],
  ['a message within a message', Buffer.concat([frame(0x01, 'a'), frame(0x01, 'b')]), 1002],
  ['a close frame of one byte', frame(0x88, 'a'), 1002],
  ['bad UTF-8', frame(0x81, Buffer.from([0xff])), 1007],
  ['a surrogate', frame(0x81, Buffer.from([0xed, 0xa0, 0x80])), 1007],
  ['binary', frame(0x82, 'a'), 1003],
]

const kLongMessages = [
  ['a length of 2^63', Buffer.from('\x81\xff\x80\0\0\0\0\0\0\0\0\0\0\0', 'latin1'), 1009],
  ['a length of 2^63 - 1', Buffer.from('\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0', 'latin1'), 1009],
  ['1 MiB and a byte', frame(0x81, 'a'.repeat(kMiB + 1)), 1009],
  ['as much in two pieces', Buffer.concat([frame(0x01, 'a'.repeat(kMiB)), frame(0x80, 'a')]), 1009],
]

// [what, code, message]
const kBrokenMessages = [
  ['a method twice', -32700, '{"jsonrpc":"2.0","id":1,"method":"eth_accounts","method":"eth_sendTransaction","params":[]}'],
  ['a key twice in the params', -32700, call('{"a":1,"a":2}')],
  ['10^5 arrays', -32700, call('['.repeat(100_000) + ']'.repeat(100_000))],
  ['a number that is infinite', -32700, call('1e400')],
  ['half a character', -32700, call('"\\ud800"')],
  ['half of the JSON', -32700, '{"jsonrpc":'],
  ['two documents', -32700, `${call()}${call()}`],
  ['a NUL behind it', -32700, `${call()}\0`],
  ['NaN', -32700, call('NaN')],
  ['10^5 requests at once', -32600, `[${Array(100_000).fill('{}')}]`],
  ['an empty batch', -32600, '[]'],
  ['an id that is an object', -32600, '{"jsonrpc":"2.0","id":{},"method":"eth_accounts","params":[]}'],
  ['a method that is a list', -32600, '{"jsonrpc":"2.0","id":1,"method":["eth_accounts"],"params":[]}'],
]

async function closes(t, target, broken) {
  await Promise.all(broken.map(async ([what, bytes, code]) => {
    const socket = await RawSocket.open(t, target)
    socket.send(bytes)
    assert.equal(await socket.closed(), code, `${what}, at the ${target.name}`)
  }))
  const other = await RawSocket.open(t, target)
  other.send(frame(0x81, chainId(7)))
  assert.equal((await other.response()).result, '0x7a69', `the next one, at the ${target.name}`)
}

test('instance and gateway bear what an open WebSocket brings', async (t) => {
  const { home, targets, secrets } = await startTargets(t)
  const { id } = recordOf(home, kName)

  await t.test('row 18: a broken frame closes its connection, with the code for it', async (t) => {
    for (const target of targets) await closes(t, target, kBrokenFrames)
  })

  await t.test('row 19: a message over the limit closes its connection with 1009', async (t) => {
    for (const target of targets) await closes(t, target, kLongMessages)
  })

  await t.test('row 19: nobody is let compress', async (t) => {
    for (const target of targets) {
      const socket = await RawSocket.open(t, target, ['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'])
      assert.doesNotMatch(`${socket.answer}`, /extensions/i, target.name)
    }
  })

  await t.test('row 19: a request in 10^5 pieces is one request', async (t) => {
    for (const target of targets) {
      const socket = await RawSocket.open(t, target)
      const [head, ...rest] = chainId(7)
      socket.send(frame(0x01, head))
      socket.send(Buffer.concat(Array(100_000).fill(frame(0x00))))
      socket.send(frame(0x80, rest.join('')))
      assert.equal((await socket.response()).result, '0x7a69', target.name)
    }
  })

  await t.test('row 22: JSON that two programs read differently is answered, and reaches no method', async (t) => {
    for (const target of targets) {
      const socket = await RawSocket.open(t, target)
      for (const [what, code, text] of kBrokenMessages) {
        socket.send(frame(0x81, text))
        const { error } = await socket.response()
        assert.equal(error?.code, code, `${what}, at the ${target.name}`)
        assert.ok(secrets.every((secret) => !error.message.includes(secret)), what)
      }
      socket.send(frame(0x81, chainId(7)))
      assert.equal((await socket.response()).result, '0x7a69')
    }
  })

  await t.test('row 22: so it is over HTTP', async () => {
    const [instance, gateway] = targets
    const headers = { ...json, ...bearer(recordOf(home, kName).token) }
    for (const [what, code, body] of kBrokenMessages)
      assert.equal(JSON.parse((await http(instance.port, 'POST', '/', { headers, body })).body).error?.code, code, what)
    const own = { ...json, host: gateway.authority, origin: gateway.ownOrigin }
    const choice = `{"origin":"${kPage}","profile":"${kName}"`
    for (const body of [`${choice},"profile":"${kName}"}`, `${choice},"x":1e400}`, `${choice},"x":"\\ud800"}`, `${choice}`, `${choice}}{}`, '['.repeat(100_000), `[${choice}}]`]) {
      const answer = await http(gateway.port, 'POST', '/v1/picker/choose', { headers: own, body })
      assert.equal(answer.status, 400, body.slice(0, 100))
      assert.ok(!answer.body.includes('ticket'))
    }
  })

  assert.equal((await listed(home, kName)).id, id, 'it is the same process')
})
