// Another wall clock for a program: wall_clock.h for Node.
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The library that does it; undefined where it is not installed. */
export const faketime = readdirSync('/usr/lib')
  .map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`)
  .find(existsSync)

/** A clock that is off `by` "+10y": `env` for programs, `set` to step it while they run. */
export function wallClock(test, by) {
  const home = mkdtempSync(join(tmpdir(), 'berth-clock-'))
  test.after(() => rmSync(home, { recursive: true, force: true }))
  const set = (to) => {
    writeFileSync(join(home, 'next'), to)
    renameSync(join(home, 'next'), join(home, 'now'))
  }
  set(by)
  return {
    set,
    env: {
      LD_PRELOAD: faketime,
      FAKETIME_TIMESTAMP_FILE: join(home, 'now'),
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
      // ASan wants to be first.
      ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0`,
    },
  }
}
