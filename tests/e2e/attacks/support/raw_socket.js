// A WebSocket of which every byte is sent by hand (RFC 6455 section 5).
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'

const kLimit = 20_000

// A client's frame, with the mask 0, which leaves the payload as it is.
export function frame(firstByte, payload = '') {
  const bytes = Buffer.from(payload)
  const length = Buffer.alloc(bytes.length < 126 ? 1 : bytes.length < 65536 ? 3 : 9)
  if (length.length === 1) length[0] = 0x80 | bytes.length
  else if (length.length === 3) length[0] = 0xfe, length.writeUInt16BE(bytes.length, 1)
  else length[0] = 0xff, length.writeBigUInt64BE(BigInt(bytes.length), 1)
  return Buffer.concat([Buffer.from([firstByte]), length, Buffer.alloc(4), bytes])
}

export class RawSocket {
  #socket
  #bytes = Buffer.alloc(0)

  // Opened as who may; `lines` are added to the handshake.
  static async open(t, target, lines = []) {
    const opened = new RawSocket(t, target.port)
    const handshake = [`GET ${target.socket} HTTP/1.1`, `Host: ${target.authority}`, ...(await target.handshake()), ...lines, '', '']
    opened.send(handshake.join('\r\n'))
    opened.answer = await opened.#read((bytes) => bytes.indexOf('\r\n\r\n') + 4, 4)
    assert.match(`${opened.answer}`, /^HTTP\/1.1 101 /)
    return opened
  }

  constructor(t, port) {
    this.#socket = connect(port, '127.0.0.1')
    this.#socket.setTimeout(kLimit, () => this.#socket.destroy(new Error(`nothing for ${kLimit} ms`)))
    this.#socket.on('data', (chunk) => (this.#bytes = Buffer.concat([this.#bytes, chunk])))
    this.#socket.on('error', () => {}) // it is reset where we sent more than was read
    t.after(() => this.#socket.destroy())
  }

  send(bytes) {
    this.#socket.write(bytes)
  }

  // {opcode, payload} of the next frame.
  async next() {
    const head = await this.#read(() => 2, 2)
    const long = { 126: 2, 127: 8 }[head[1]] ?? 0
    const size = long ? (await this.#read(() => long, long)).readUIntBE(long - Math.min(long, 6), Math.min(long, 6)) : head[1]
    return { opcode: head[0] & 15, payload: await this.#read(() => size, size) }
  }

  // The next answer to a request, as JSON.
  async response() {
    for (;;) {
      const { opcode, payload } = await this.next()
      assert.equal(opcode, 1, `closed: ${payload.toString('latin1')}`)
      const message = JSON.parse(payload)
      if (!message.method) return message
    }
  }

  // The code that the other side closes with, once the connection has ended.
  async closed() {
    for (;;) {
      const { opcode, payload } = await this.next()
      if (opcode !== 8) continue
      this.#socket.end()
      await this.ended()
      return payload.readUInt16BE()
    }
  }

  // Resolves once the connection has ended.
  async ended() {
    if (!this.#socket.destroyed) await once(this.#socket, 'close')
  }

  // `size` of what has come gives how many bytes to take, at least `least`.
  async #read(size, least) {
    for (;;) {
      const wanted = size(this.#bytes)
      if (wanted >= least && this.#bytes.length >= wanted) {
        const taken = this.#bytes.subarray(0, wanted)
        this.#bytes = this.#bytes.subarray(wanted)
        return taken
      }
      assert.ok(!this.#socket.destroyed, 'closed without a close frame')
      await new Promise((resolve) => {
        this.#socket.once('data', resolve)
        this.#socket.once('close', resolve)
      })
    }
  }
}
