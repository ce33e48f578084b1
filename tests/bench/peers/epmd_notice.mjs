// How soon Erlang's port mapper knows of a kill -9 of an Erlang node. It tells
// nobody: who wants to know asks for the names again and again. Most of it is
// the node's own end; a process of 1 MiB that holds a name there is missed
// after some 0.6 ms.
import { once } from 'node:events'
import { startInBackground } from '../support/background.mjs'
import { connected, until } from '../support/machine.mjs'
import { missing, start, who } from './epmd.mjs'

export { missing, who }

const kLimit = 10_000 // ms
const kNamesRequest = Buffer.from([0, 1, 110])

async function isRegistered(port, name) {
  const socket = await connected(port)
  let text = ''
  socket.on('data', (data) => { text += data.latin1Slice() })
  socket.write(kNamesRequest)
  await once(socket, 'end')
  return text.includes(`name ${name} at`)
}

async function round(undo, port) {
  const env = { ...process.env, ERL_EPMD_PORT: String(port) }
  const node = startInBackground(undo, 'erl', ['-noinput', '-sname', 'killed'], { env })
  await until('the node is registered', () => isRegistered(port, 'killed'))
  const began = performance.now()
  node.kill('SIGKILL')
  while (await isRegistered(port, 'killed')) {
    if (performance.now() - began > kLimit) throw new Error('epmd keeps the name of a killed node')
  }
  return performance.now() - began
}

// In ms.
export async function notices(undo, rounds) {
  const port = await start(undo)
  const taken = []
  for (let i = 0; i < rounds; ++i) taken.push(await round(undo, port))
  return taken
}
