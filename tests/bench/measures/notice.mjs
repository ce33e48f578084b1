// How soon a watcher of the registry knows. Measured in one process, by a
// clock that all have: from the owner's call of publish, change or withdraw, or
// from kill(), until the watcher's callback.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import * as avahi from '../peers/avahi.mjs'
import * as epmd from '../peers/epmd_notice.mjs'
import * as etcd from '../peers/etcd.mjs'
import { present } from '../support/peers.mjs'
import { program, scratchDirectory, scratchHome, Undo } from '../support/programs.mjs'
import { kBerth, kFloor, timed } from '../support/rows.mjs'

const kWhat = { publish: 'publish, to notice', change: 'change, to notice', stop: 'clean stop, to notice', kill: 'kill -9, to notice' }
const kLives = 100 // a batch: ours and the floor's in turn
const kAtOnce = 500

// Lines "KIND MICROSECONDS", gathered by kind.
function measured(name, args, env = process.env) {
  const text = execFileSync(program(name), args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const values = Object.fromEntries(Object.keys(kWhat).map((kind) => [kind, []]))
  for (const line of text.trim().split('\n')) {
    const [kind, value] = line.split(' ')
    values[kind].push(Number(value))
  }
  return values
}

const microseconds = (milliseconds) => milliseconds.map((value) => value * 1000)

const ours = (home, rounds, ...words) => measured('bench-notice', [join(home, 'ours'), rounds, ...words])

function oneByOne(home, batches) {
  const owner = program('bench-notice-owner')
  const lives = Object.fromEntries(Object.keys(kWhat).map((kind) => [kind, []]))
  const floor = []
  for (let i = 0; i < batches; ++i) {
    const values = ours(home, kLives, 'lives', owner)
    for (const kind of Object.keys(kWhat)) lives[kind].push(...values[kind])
    floor.push(...measured('bench-floor-notice', [owner, join(home, 'floor'), kLives]).kill)
  }
  return [
    ...Object.entries(kWhat).map(([kind, what]) => timed(what, kBerth, 'µs', lives[kind])),
    timed(kWhat.kill, kFloor, 'µs', floor),
  ]
}

function atOnce(home, rounds) {
  const { kill } = ours(home, rounds, 'crowd', program('bench-notice-owner'), kAtOnce)
  return timed(`${kAtOnce} killed at once, until all are known`, kBerth, 'ms', kill.map((value) => value / 1000))
}

// What a user runs: an instance and an Erlang node, whose ends take longer than
// that of a small owner.
async function wholePrograms(undo, rounds) {
  const what = 'kill -9 of a whole program, to notice'
  const { env, registry } = scratchHome(undo)
  undo.add(() => execFileSync(program('berth'), ['stop', '--all', '--force'], { env, stdio: 'ignore' }))
  const { stop, kill } = measured('bench-notice', [registry, rounds, 'program', program('berth'), 'run', 'one', '--create'], env)
  const rows = [timed('SIGTERM of an instance, to notice', kBerth, 'µs', stop), timed(what, kBerth, 'µs', kill)]
  if (present([epmd]).length > 0) rows.push(timed(what, epmd.who, 'µs', microseconds(await epmd.notices(undo, rounds))))
  return rows
}

// They wait for leases and goodbyes, not for a processor: beside each other.
const slowPeers = (undo, rounds) => Promise.all(present([etcd, avahi]).map(async ({ who, notices }) =>
  timed(kWhat.kill, who, 'µs', microseconds(await notices(undo, rounds)))))

export async function measure({ quick }) {
  const undo = new Undo()
  try {
    const home = scratchDirectory(undo)
    return [
      ...oneByOne(home, quick ? 3 : 20),
      ...await slowPeers(undo, quick ? 2 : 10),
      ...await wholePrograms(undo, quick ? 3 : 20),
      atOnce(home, quick ? 2 : 10),
    ]
  } finally {
    await undo.end()
  }
}
