// What berthd costs and how soon it acts: how soon it restarts what crashed, what
// a crash loop costs until it gives up, how soon it sees who does not answer,
// and what it costs while nothing happens. Of the long form only: four minutes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connected, freePort, output, until } from '../support/machine.mjs'
import { cpu, resident, waits } from '../support/process.mjs'
import { portRangeOf, program, scratchHome, Undo } from '../support/programs.mjs'
import { counted, kBerth, timed } from '../support/rows.mjs'

const kMinute = 60_000

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function withBerthd(undo) {
  const { home, env: usual, registry } = scratchHome(undo)
  const env = { ...usual, BERTH_PORT_RANGE: portRangeOf(30), BERTH_GATEWAY_PORT: String(await freePort()) }
  const berth = (...words) => output([program('berth'), ...words], { env })
  const read = (path) => {
    try {
      return JSON.parse(readFileSync(path, 'utf8'))
    } catch {
      return undefined // it is just being replaced, or gone
    }
  }
  undo.add(() => berth('stop', '--all', '--force'))
  undo.add(() => berth('down'))
  berth('up')
  const record = (name) => read(join(registry, `${name}.json`))
  return { berth, record, state: (name) => read(join(home, 'state', `${name}.json`)), pid: record('@berthd').pid }
}

async function answers(port) {
  const socket = await connected(port)
  if (!socket) return false
  socket.write(`GET /health HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`)
  return new Promise((resolve) => {
    socket.once('data', (data) => (socket.destroy(), resolve(data.toString().startsWith('HTTP/1.1 200'))))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}

async function restarts({ berth, record }) {
  berth('profile', 'create', 'alice', '--restart', 'on-failure')
  const taken = []
  for (let i = 0; i < 50; ++i) {
    berth('start', 'alice')
    const { pid, endpoint } = record('alice')
    const before = performance.now()
    process.kill(pid, 'SIGKILL')
    await until('restarted', () => answers(endpoint.port))
    taken.push(performance.now() - before)
    berth('stop', 'alice')
  }
  return [timed('kill -9, to answering on its old port', kBerth, 'ms', taken)]
}

function killIfAlive(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

// Each new life is killed at once, until berthd gives up.
async function crashLoop({ berth, record, state, pid }) {
  berth('start', 'alice')
  const before = { spent: cpu(pid), time: performance.now() }
  let last
  await until('failed', () => {
    const now = record('alice')
    if (now && now.id !== last) {
      last = now.id
      killIfAlive(now.pid)
    }
    return state('alice')?.failed_reason
  })
  const taken = (performance.now() - before.time) / 1000
  const share = (cpu(pid) - before.spent) / 1e6 / taken * 100
  return [counted('crash loop, until it is given up', kBerth, 's', taken), counted('crash loop, CPU of berthd', kBerth, '%', share)]
}

async function unresponsive({ berth, record }) {
  berth('start', 'alice')
  const { pid } = record('alice')
  const isSilent = () => record('@berthd')?.extra.health.alice
  const seen = []
  const back = []
  for (let i = 0; i < 8; ++i) {
    await sleep(Math.random() * 5000) // at any moment between two of its rounds
    const stopped = performance.now()
    process.kill(pid, 'SIGSTOP')
    await until('unresponsive', isSilent)
    seen.push((performance.now() - stopped) / 1000)
    const continued = performance.now()
    process.kill(pid, 'SIGCONT')
    await until('running again', () => !isSilent())
    back.push((performance.now() - continued) / 1000)
  }
  berth('stop', 'alice')
  return [timed('SIGSTOP, to unresponsive', kBerth, 's', seen), timed('SIGCONT, to running again', kBerth, 's', back)]
}

async function idle({ berth, pid }) {
  berth('start', '--create', ...Array.from({ length: 10 }, (_, i) => `idle${i}`))
  await sleep(10_000)
  const [slept, spent] = [waits(pid), cpu(pid)]
  await sleep(kMinute)
  const what = (words) => `berthd beside 10 idle instances, ${words}`
  return [
    counted(what('resident'), kBerth, 'MiB', resident(pid)),
    counted(what('sleeps in a minute'), kBerth, '', waits(pid) - slept),
    counted(what('CPU in a minute'), kBerth, 'ms', (cpu(pid) - spent) / 1000),
  ]
}

export async function measure({ quick }) {
  if (quick) return []
  const undo = new Undo()
  try {
    const world = await withBerthd(undo)
    const rows = []
    for (const part of [restarts, crashLoop, unresponsive, idle]) rows.push(...await part(world))
    return rows
  } finally {
    await undo.end()
  }
}
