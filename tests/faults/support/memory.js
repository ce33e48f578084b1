// How much memory a process takes while something is done to it.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { figure } from './figure.js'

function kibibytes(pid, field) {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'))
  return Number(line[1])
}

// ASan keeps 256 MiB of what was freed, and takes several times what is asked
// of it: with it the bound only tells that there is one. tests/faults/run has a
// build without.
function allowance(pid, mebibytes) {
  return readFileSync(`/proc/${pid}/maps`, 'utf8').includes('libasan') ? 300 + 4 * mebibytes : mebibytes
}

/**
 * Does `attack()`: the process must not take more than `mebibytes` more than
 * before, not for a moment, and must still be there.
 */
export async function bounded(what, pid, mebibytes, attack) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5') // proc(5): the peak begins anew
  const before = kibibytes(pid, 'VmRSS')
  const note = await attack()
  const grown = (kibibytes(pid, 'VmHWM') - before) / 1024
  const allowed = allowance(pid, mebibytes)
  figure(what, `${note ? `${note}, ` : ''}at most ${grown.toFixed(1)} MiB more, ${allowed} allowed`)
  assert.ok(grown <= allowed, `${what}: ${grown} MiB more, ${allowed} allowed`)
}
