// Processes of the browser of a test, told by the home that they run in.
import { readdirSync, readFileSync } from 'node:fs'

function read(path) {
  try {
    return readFileSync(path, 'utf8').split('\0')
  } catch {
    return [] // it has ended
  }
}

// Pids of this home's processes whose arguments `matches`.
export function pidsOf(home, matches) {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => matches(read(`/proc/${pid}/cmdline`)))
    .filter((pid) => read(`/proc/${pid}/environ`).includes(`BERTH_HOME=${home.home}`))
    .map(Number)
}

export const hostPids = (home) => pidsOf(home, ([program]) => program?.endsWith('/berth-native-host'))
const parentOf = (pid) => Number(/\) \S (\d+)/.exec(read(`/proc/${pid}/stat`)[0])?.[1])
const isBelow = (pid, root) => pid > 1 && (pid === root || isBelow(parentOf(pid), root))

// Of the Chromium whose first process is `root`: those of extensions' workers
// and pages. Chromium writes the arguments of its children with blanks.
export const workerPids = (root) => readdirSync('/proc')
  .filter((pid) => /^\d+$/.test(pid))
  .filter((pid) => read(`/proc/${pid}/cmdline`).join(' ').includes('--extension-process'))
  .map(Number)
  .filter((pid) => isBelow(pid, root))
