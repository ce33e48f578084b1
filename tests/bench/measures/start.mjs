// From `berth start` to ready, which is listening, proven able to answer and
// listed, and from `berth stop` to gone, each as a whole process; one, and 50
// at once. The floor is what the instance's program takes to be executed and
// linked, which it has by the end of --version: to listen adds 20 µs.
import * as pm2 from '../peers/pm2.mjs'
import * as postgres from '../peers/postgres.mjs'
import { alternate } from '../support/alternate.mjs'
import { output } from '../support/machine.mjs'
import { present } from '../support/peers.mjs'
import { portRangeOf, program, scratchHome, Undo } from '../support/programs.mjs'
import { kBerth, kFloor, timed } from '../support/rows.mjs'

const kMany = 50
const kStart = 'start to ready'
const kStop = 'stop to gone'
const kAtOnce = `, ${kMany} at once`

function ours(undo, count) {
  const { env: usual } = scratchHome(undo)
  const env = { ...usual, BERTH_PORT_RANGE: portRangeOf(2 * kMany) }
  const berth = program('berth')
  undo.add(() => output([berth, 'stop', '--all', '--force'], { env }))
  const names = Array.from({ length: count }, (_, i) => `p${i + 1}`)
  for (const name of names) output([berth, 'profile', 'create', name], { env })
  return { start: [berth, 'start', ...names], stop: [berth, 'stop', ...names], env }
}

// Rows of `who`: starts and stops in turn, beside what else is given.
function rowsOf(who, many, { start, stop, env }, rounds, others = {}) {
  const results = alternate({ [kStart]: start, [kStop]: stop, ...others }, { rounds, env })
  return [kStart, kStop].map((what) => timed(what + many, who, 'ms', results[what].milliseconds))
    .concat(Object.keys(others).map((other) => timed(kStart + many, other, 'ms', results[other].milliseconds)))
}

async function withUndo(measure) {
  const undo = new Undo()
  try {
    return await measure(undo)
  } finally {
    await undo.end()
  }
}

export async function measure({ quick }) {
  const floor = { [kFloor]: [program('berth-instance'), '--version'] }
  const rows = await withUndo((undo) => rowsOf(kBerth, '', ours(undo, 1), quick ? 30 : 200, floor))
  rows.push(...await withUndo((undo) => rowsOf(kBerth, kAtOnce, ours(undo, kMany), quick ? 3 : 20)))
  for (const peer of present([postgres, pm2]))
    rows.push(...await withUndo(async (undo) => rowsOf(peer.who, '', await peer.startable(undo, 1), quick ? 2 : 10)))
  if (!quick && present([pm2]).length > 0)
    rows.push(...await withUndo((undo) => rowsOf(pm2.who, kAtOnce, pm2.startable(undo, kMany), 3)))
  return rows
}
