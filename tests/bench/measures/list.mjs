// `berth list` as a user runs it: the whole process, from spawn to its end.
import * as epmd from '../peers/epmd.mjs'
import * as pm2 from '../peers/pm2.mjs'
import * as postgres from '../peers/postgres.mjs'
import * as supervisor from '../peers/supervisor.mjs'
import * as tmux from '../peers/tmux.mjs'
import { alternate } from '../support/alternate.mjs'
import { present } from '../support/peers.mjs'
import { program, scratchHome, startReady, Undo } from '../support/programs.mjs'
import { kBerth, kFloor, timed } from '../support/rows.mjs'

const kRounds = { 1: 200, 10: 200, 100: 200, 1000: 50, 10000: 15 }
const kAlike = [epmd, tmux]
// So much slower that a tenth of the rounds, on their own, tells enough.
const kSlow = [postgres, supervisor, pm2]
const kMostOfPeers = 100

// Setting them up takes long: the quick form has each of the slow ones once.
function slowOf(count, quick) {
  if (!quick) return kSlow
  return count === 100 ? [postgres, supervisor] : count === 1 ? [pm2] : []
}

async function listed(undo, peers, count) {
  const commands = {}
  let env = {}
  for (const peer of peers) {
    const { command, env: own } = await peer.list(undo, count)
    commands[peer.who] = command
    env = { ...env, ...own }
  }
  return { commands, env }
}

const rowsOf = (count, results) => Object.entries(results).map(([who, { milliseconds, memory }]) =>
  timed(`list, ${count} live`, who, 'ms', milliseconds, memory))

async function ours(undo, count) {
  const { env, registry } = scratchHome(undo)
  await startReady(undo, program('bench-owner'), [registry, String(count)], { env })
  const commands = { [kBerth]: [program('berth'), 'list'], [kFloor]: [program('bench-floor-lister'), registry] }
  return { commands, env }
}

async function listOf(count, { quick }) {
  const undo = new Undo()
  try {
    const rounds = quick ? Math.ceil(kRounds[count] / 5) : kRounds[count]
    const { commands, env } = await ours(undo, count)
    const of = (peers) => listed(undo, count > kMostOfPeers ? [] : present(peers), count)
    const alike = await of(kAlike)
    const slow = await of(slowOf(count, quick))
    return rowsOf(count, {
      ...alternate({ ...commands, ...alike.commands }, { rounds, env: { ...env, ...alike.env } }),
      ...alternate(slow.commands, { rounds: Math.ceil(rounds / 10), env: { ...env, ...slow.env } }),
    })
  } finally {
    await undo.end()
  }
}

export async function measure(bench) {
  const rows = []
  for (const count of [1, 10, 100, 1000, 10000]) rows.push(...await listOf(count, bench))
  return rows
}
