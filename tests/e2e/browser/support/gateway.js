// The gateway's wire, by hand.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import WebSocket from 'ws'
import { http, json } from '../../support/wire.js'

export class Gateway {
  // Its own host is where it sends who asks for the picker.
  static async at(port) {
    const { status, headers } = await http(port, 'GET', '/pick')
    assert.equal(status, 303)
    return new Gateway(port, new URL(headers.location).host)
  }

  constructor(port, host) {
    this.port = port
    this.host = host
    this.origin = `http://${host}`
  }

  // What the picker's page asks: {status, body}.
  async picker(path, body) {
    const headers = { ...json, host: this.host, origin: this.origin }
    const answer = await http(this.port, 'POST', `/v1/picker/${path}`, { headers, body: JSON.stringify(body) })
    return { status: answer.status, body: JSON.parse(answer.body) }
  }

  // A page's channel: resolves to the WebSocket, rejects with the HTTP status.
  channel(ticket, origin) {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/page`, ['berth.page.v1', `berth.ticket.${ticket}`], { origin })
    socket.frames = []
    socket.on('message', (data) => socket.frames.push(JSON.parse(data)))
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(socket))
      socket.once('unexpected-response', (_, { statusCode }) => reject(Object.assign(new Error('refused'), { status: statusCode })))
      socket.on('error', reject)
    })
  }
}

// The next frame of a channel that `wanted` holds for; those before it are
// passed over.
export async function frame(socket, wanted) {
  for (;;) {
    const at = socket.frames.findIndex(wanted)
    if (at >= 0) return socket.frames.splice(0, at + 1).pop()
    await once(socket, 'message', { signal: AbortSignal.timeout(10_000) })
  }
}

// Every byte that a request is answered with, until the gateway closes: ask for
// `Connection: close`.
export function raw(port, text) {
  return new Promise((resolve, reject) => {
    const chunks = []
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer for 10 s')))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.once('error', reject)
    socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })
}
