// What the machine has: programs, free ports, who listens.
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'

const kLimit = 60_000 // ms

// Its path, or undefined.
export function installed(name) {
  for (const directory of process.env.PATH.split(delimiter)) {
    const path = join(directory, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // not there
    }
  }
}

// What a command prints until it ends well; throws otherwise.
export const output = ([file, ...words], options) =>
  execFileSync(file, words, { encoding: 'utf8', timeout: kLimit, stdio: ['ignore', 'pipe', 'pipe'], ...options })

// Of 127.0.0.1, free at this moment.
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

// A connection to `port`; undefined: nobody listens.
export async function connected(port) {
  const socket = connect(port, '127.0.0.1')
  const error = await new Promise((resolve) => socket.once('connect', resolve).once('error', resolve))
  return error ? undefined : socket
}

// Until `condition` gives what is neither false nor undefined, and gives that.
export async function until(what, condition, pause = 1) {
  const end = performance.now() + kLimit
  while (performance.now() < end) {
    const value = await condition()
    if (value) return value
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
  throw new Error(`not in time: ${what}`)
}
