// Erlang's port mapper: who is connected is registered.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connected, freePort, installed, output, until } from '../support/machine.mjs'

export const who = 'epmd'
export const missing = () => installed('epmd') ? undefined : 'epmd is not installed'
export const version = () => `erts ${output(['erl', '-noshell', '-eval', 'io:put_chars(erlang:system_info(version)), halt().'])}`

// An epmd of its own on loopback: its port.
export async function start(undo) {
  const port = await freePort()
  const child = spawn('epmd', ['-port', String(port), '-address', '127.0.0.1'], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  undo.add(() => (child.kill(), ended))
  const socket = await until('epmd listens', () => connected(port))
  socket.destroy()
  return port
}

// ALIVE2_REQ of the protocol: a hidden node of the versions 5 to 6.
function aliveRequest(name, port) {
  const body = Buffer.alloc(13 + name.length)
  body.writeUInt8(120, 0)
  body.writeUInt16BE(port, 1)
  body.writeUInt8(72, 3)
  body.writeUInt16BE(6, 5)
  body.writeUInt16BE(5, 7)
  body.writeUInt16BE(name.length, 9)
  body.write(name, 11, 'latin1')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(body.length)
  return Buffer.concat([length, body])
}

// The connection that holds the name, once epmd has said yes.
export async function register(port, name) {
  const socket = await connected(port)
  if (!socket) throw new Error(`epmd does not listen on ${port}`)
  socket.write(aliveRequest(name, 4000))
  const [answer] = await once(socket, 'data')
  if (answer[1] !== 0) throw new Error(`epmd refused the name ${name}`)
  return socket
}

export async function list(undo, count) {
  const port = await start(undo)
  for (let i = 0; i < count; ++i) {
    const socket = await register(port, `p${i}`)
    undo.add(() => socket.destroy())
  }
  return { command: ['epmd', '-port', String(port), '-names'] }
}
