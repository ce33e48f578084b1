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
// Chromium's process for the extension's worker and pages.
export const workerPids = (home) => pidsOf(home, (args) => args.includes('--extension-process'))
