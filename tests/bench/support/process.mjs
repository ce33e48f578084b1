// What the kernel says of a process.
import { readdirSync, readFileSync } from 'node:fs'

// Microseconds on a CPU so far, of all its threads.
export function cpu(pid) {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`))
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
  return nanoseconds / 1000
}

// Resident MiB.
export const resident = (pid) => statusOf(pid, 'VmRSS') / 1024

export const descriptors = (pid) => readdirSync(`/proc/${pid}/fd`).length

// How often it gave up the CPU to wait so far, of all its threads: each ends
// with a wake-up.
export function waits(pid) {
  let sum = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) sum += statusOf(`${pid}/task/${thread}`, 'voluntary_ctxt_switches')
  return sum
}

function statusOf(process, key) {
  const line = readFileSync(`/proc/${process}/status`, 'utf8').match(new RegExp(`^${key}:\\s*(\\d+)`, 'm'))
  if (!line) throw new Error(`/proc/${process}/status has no ${key}`)
  return Number(line[1])
}
