// The wire of one instance, by hand.
import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import WebSocket from 'ws'

// The record of a running instance, with its token.
export const recordOf = (home, name) => JSON.parse(readFileSync(join(home.registry, `${name}.json`), 'utf8'))

// {status, headers, body} of one HTTP request.
export function http(port, method, path, { headers = {}, body, agent } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

export const json = { 'content-type': 'application/json' }
export const bearer = (token) => ({ authorization: `Bearer ${token}` })

export function proof(role, { token, id, endpoint }, nonce) {
  const text = [`berth-${role}-v1`, id, endpoint.host, String(endpoint.port)].join('\0') + '\0'
  return createHmac('sha256', Buffer.from(token, 'base64url'))
    .update(Buffer.concat([Buffer.from(text), Buffer.from(nonce, 'base64url')]))
    .digest('base64url')
}

export const newNonce = () => randomBytes(32).toString('base64url')

// A WebSocket with the given subprotocols; resolves to it when open, rejects
// with the HTTP status otherwise. `frames` collects what arrives.
export function dial(port, protocols, options = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, protocols, options)
  socket.frames = []
  socket.on('message', (data) => socket.frames.push(JSON.parse(data)))
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket))
    socket.once('unexpected-response', (_, response) => reject(Object.assign(new Error('refused'), { status: response.statusCode })))
    socket.on('error', reject)
  })
}

export function hello(record, origin) {
  const nonce = newNonce()
  const protocols = ['berth.v1', `berth.hello.${nonce}.${proof('client', record, nonce)}`]
  if (origin) protocols.push(`berth.origin.${Buffer.from(origin).toString('base64url')}`)
  return { nonce, protocols }
}

export async function proven(t, record, origin) {
  const { nonce, protocols } = hello(record, origin)
  const socket = await dial(record.endpoint.port, protocols)
  t.after(() => socket.terminate())
  if (socket.frames.length === 0) await once(socket, 'message')
  assert.equal(socket.protocol, 'berth.v1')
  assert.deepEqual(socket.frames.shift(), { jsonrpc: '2.0', method: 'berth_hello', params: { proof: proof('server', record, nonce) } })
  return socket
}

export async function ask(socket, message) {
  socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  if (socket.frames.length === 0) await once(socket, 'message')
  return socket.frames.shift()
}

// A page, as its gateway speaks for it: request() as EIP-1193 has it, rejecting
// with the error's code; event(name) resolves with the params of the next one.
export class Page {
  #socket
  #waiting = new Map()
  #events = []
  #id = 0

  static async open(t, record, origin) {
    return new Page(await proven(t, record, origin))
  }

  constructor(socket) {
    this.#socket = socket
    socket.on('message', (data) => this.#take(JSON.parse(data)))
    socket.on('close', () => this.#waiting.forEach(({ reject }) => reject(new Error('closed without an answer'))))
  }

  request(method, params = []) {
    const id = ++this.#id
    this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  async event(name) {
    for (;;) {
      const at = this.#events.findIndex(({ method }) => method === name)
      if (at >= 0) return this.#events.splice(at, 1)[0].params
      await once(this.#socket, 'message')
    }
  }

  // Names of the events that nobody took.
  get heard() {
    return this.#events.map(({ method }) => method)
  }

  leave() {
    this.#socket.terminate()
  }

  #take(frame) {
    if (frame.id === undefined) return this.#events.push(frame)
    const { resolve, reject } = this.#waiting.get(frame.id)
    this.#waiting.delete(frame.id)
    if (frame.error) reject(Object.assign(new Error(frame.error.message), frame.error))
    else resolve(frame.result)
  }
}
