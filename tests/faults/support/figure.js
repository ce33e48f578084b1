// What a fault test measured, and how long it goes on: figure.h for Node.
import { appendFileSync } from 'node:fs'

/** `quick` in tests/run, `full` under `tests/faults/run --long`. */
export function rounds(quick, full) {
  return process.env.BERTH_FAULTS_LONG ? full : quick
}

/**
 * One line of the table of tests/README.md: what was done, what was seen. Goes
 * to the file of BERTH_FIGURES, which tests/faults/run prints; else to stdout.
 */
export function figure(what, seen) {
  const line = `${what}: ${seen}\n`
  if (process.env.BERTH_FIGURES) appendFileSync(process.env.BERTH_FIGURES, line)
  else process.stdout.write(line)
}
