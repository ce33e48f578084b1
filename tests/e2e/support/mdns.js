// What the tests beside this file use, inside tests/with_mdns: the daemons, and
// avahi-browse as the witness that is not ours.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const run = process.env.MDNS_RUN
if (!run) throw new Error('run it by tests/with_mdns')
const withMdns = fileURLToPath(new URL('../../with_mdns', import.meta.url))
const type = '_berth._tcp'

export const pidOf = (daemon) => Number(readFileSync(join(run, `${daemon}.pid`), 'utf8'))
export const startDaemon = (daemon) => execFileSync(withMdns, [`--start-${daemon}`], { stdio: 'inherit' })

// Ends a daemon ("avahi" or "bus"), and returns when it is gone.
export function stopDaemon(daemon, signal = 'SIGTERM') {
  const pid = pidOf(daemon)
  process.kill(pid, signal)
  execFileSync('tail', [`--pid=${pid}`, '-s', '0.02', '-f', '/dev/null'])
}

// Settles when `condition()` is true; fails after `limit` ms. Gives the ms that
// it took.
export async function within(limit, what, condition) {
  const begin = performance.now()
  while (!(await condition())) {
    if (performance.now() - begin > limit) throw new Error(`not within ${limit} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return Math.round(performance.now() - begin)
}

// The daemon has chosen its host name and answers.
export const daemonRuns = () =>
  within(10_000, 'avahi-daemon runs', () => {
    try {
      return !execFileSync('avahi-browse', ['-at'], { stdio: ['ignore', 'pipe', 'pipe'] }).includes('fail')
    } catch {
      return false
    }
  })

// avahi-browse, left running, with or without a daemon: `services` has what is
// there now, by name.
export class Witness {
  constructor(test) {
    this.services = new Map()
    this.child = spawn('avahi-browse', ['-rpf', type], { stdio: ['ignore', 'pipe', 'inherit'] })
    createInterface(this.child.stdout).on('line', (line) => this.#take(line))
    test.after(() => this.child.kill())
  }

  // avahi-browse(1), -p: fields between semicolons.
  #take(line) {
    const [what, scope, protocol, name, , , , address, port, ...txt] = line.split(';')
    if (what === '-') this.services.delete(name)
    if (what !== '=') return
    const strings = [...txt.join(';').matchAll(/"([^"]*)"/g)].map((match) => match[1]).reverse()
    this.services.set(name, { scope, protocol, address, port: Number(port), txt: strings })
  }

  sees = (id) => this.services.has(serviceName(id))
}

export const serviceName = (id) => `berth-${id.slice(0, 8)}`

// Another program's record of our type, on every interface, until the test
// ends. Settles when the daemon has it.
export function forge(test, name, port, txt, wrap = []) {
  const [file, ...args] = [...wrap, 'avahi-publish-service', name, type, String(port), ...txt]
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  test.after(() => child.kill())
  return new Promise((resolve, reject) => {
    createInterface(child.stderr).on('line', (line) => {
      if (line.startsWith('Established')) resolve(child)
      else reject(new Error(line))
    })
  })
}
