// Beside an avahi-daemon of its own: publishes a service by a process, kills
// that, and prints how many ms passed until a browser was told, a line a round.
// Usage: tests/with_mdns node avahi_rounds.mjs ROUNDS
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const kType = '_berthbench._tcp'
const kLimit = AbortSignal.timeout(120_000)

const browser = spawn('avahi-browse', ['--parsable', '--no-db-lookup', kType], { stdio: ['ignore', 'pipe', 'inherit'] })
const lines = createInterface({ input: browser.stdout })

// When it says that a service has come (+) or gone (-).
async function told(sign) {
  for (;;) {
    const [line] = await once(lines, 'line', { signal: kLimit })
    if (line.startsWith(`${sign};`)) return performance.now()
  }
}

for (let round = 0; round < Number(process.argv[2]); ++round) {
  const appears = told('+')
  const publisher = spawn('avahi-publish', ['--service', `killed${round}`, kType, '8766'], { stdio: 'ignore' })
  await appears
  const began = performance.now()
  publisher.kill('SIGKILL')
  console.log(await told('-') - began)
}
browser.kill()
