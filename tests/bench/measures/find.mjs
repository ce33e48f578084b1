// One record by its name, in the process that asks: what a launcher or a native
// dApp does before it connects.
import { execFileSync } from 'node:child_process'
import { program, scratchHome, startReady, Undo } from '../support/programs.mjs'
import { kBerth, timed } from '../support/rows.mjs'

async function findOneOf(count, { quick }) {
  const undo = new Undo()
  try {
    const { env, registry } = scratchHome(undo)
    await startReady(undo, program('bench-owner'), [registry, String(count)], { env })
    const name = `p${String(count - 1).padStart(5, '0')}`
    const text = execFileSync(program('bench-find'), [registry, name, quick ? '2000' : '20000'], { env, encoding: 'utf8' })
    return timed(`find one of ${count} by name`, kBerth, 'µs', text.trim().split('\n').map((line) => Number(line) / 1000))
  } finally {
    await undo.end()
  }
}

export async function measure(bench) {
  const rows = []
  for (const count of [1, 100, 10000]) rows.push(await findOneOf(count, bench))
  return rows
}
