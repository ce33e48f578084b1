// A good client beside a thousand slow connections, and beside those who send
// as fast as they can, at an instance and at the gateway: it is answered, and
// the server stays within its bounds. Attack rows 16, 20 and 28.
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Gateway } from '../e2e/browser/support/gateway.js'
import { gatewayHome } from '../e2e/browser/support/stage.js'
import { ok, portRange, scratch } from '../e2e/support/berth.js'
import { recordOf } from '../e2e/support/wire.js'
import { figure, rounds } from './support/figure.js'

const kSeconds = rounds(1, 10)
// Only that nobody is starved: the figure is the printed one, and taken on a
// machine that does nothing else.
const kPatience = 5000
// http/limits.h: 256 unproven, and what an instance (64) or the gateway (512,
// each with one more to an instance) lets prove themselves; then its own.
const kMostDescriptors = { instance: 256 + 64 + 64, gateway: 256 + 2 * 512 + 64 }
// Far below what the flood would need if anything were kept of it; ASan holds
// back what is freed.
const kMostGrowth = process.env.BERTH_FAULTS_LONG ? 64 : 300

const greedy = 'http://localhost:3000'
const good = 'http://localhost:4000'

function start(t, program) {
  const child = fork(fileURLToPath(new URL(`support/${program}.js`, import.meta.url)))
  t.after(() => child.kill('SIGKILL'))
  return child
}

async function askAround(t, dial) {
  const child = start(t, 'good_client')
  child.send({ dial, seconds: kSeconds })
  const [{ first, count, wrong, p50, p99, worst }] = await once(child, 'message', { signal: AbortSignal.timeout(60_000) })
  assert.equal(wrong, 0, 'every answer is right')
  assert.ok(count > 0 && Math.max(first, worst) < kPatience, `connected after ${first} ms; ${count} answers, the slowest after ${worst} ms`)
  return `connected after ${first.toFixed(0)} ms, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
}

// The most descriptors and MiB that a process has while `work` goes on.
async function watched(pid, work) {
  const most = { descriptors: 0, memory: 0 }
  const look = () => {
    most.descriptors = Math.max(most.descriptors, readdirSync(`/proc/${pid}/fd`).length)
    most.memory = Math.max(most.memory, Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024)
  }
  look()
  const before = most.memory
  const timer = setInterval(look, 50)
  const result = await work().finally(() => clearInterval(timer))
  return { result, descriptors: most.descriptors, growth: most.memory - before }
}

// What shows that a flood was one.
const kSigns = { page: 'limited', slow: 'closed', stranger: '400', storm: 'closed' }
const kStrangers = [
  ['1,000 slow connections', 'slow'],
  ['strangers that flood', 'stranger'],
  ['a storm of connections', 'storm'],
]

// The good client beside one kind of flood; what the flood was answered.
async function beside(t, what, { where, pid, dial }, order) {
  const flooder = start(t, 'flooder')
  flooder.send(order)
  let seen = {}
  flooder.on('message', (now) => (seen = now))
  await once(flooder, 'message', { signal: AbortSignal.timeout(30_000) })
  const { result, descriptors, growth } = await watched(pid, () => askAround(t, dial))
  flooder.kill('SIGKILL')
  await once(flooder, 'exit')
  const counts = Object.entries(seen).map(([word, count]) => `${count} ${word}`).join(', ')
  figure(`${where} beside ${what}`, `${result} (${descriptors} descriptors, +${growth.toFixed(0)} MiB; ${counts})`)
  assert.ok(seen[kSigns[order.kind]] > 0, `no flood: ${counts}`)
  assert.ok(descriptors <= kMostDescriptors[where], `${descriptors} descriptors`)
  assert.ok(growth < kMostGrowth, `${growth} MiB more`)
  return seen
}

test('rows 20 and 28: nobody keeps a program from its instance', async (t) => {
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('start', '--create', 'alice'))
  const record = recordOf(home, 'alice')
  const { port } = record.endpoint
  const server = { where: 'instance', pid: record.pid, dial: { record } }
  figure('instance alone', await askAround(t, server.dial))
  const dials = Array(16).fill({ record, origin: greedy })
  await beside(t, 'a page that floods', server, { kind: 'page', dials })
  for (const [what, kind] of kStrangers) {
    const seen = await beside(t, what, server, { kind, port, dials: kind === 'slow' ? dials : [] })
    if (kind === 'storm') assert.ok(seen[429] > 0, JSON.stringify(seen))
  }
})

test('rows 20 and 28: nobody keeps a page from the gateway', async (t) => {
  const home = await gatewayHome(t, { running: ['alice'] })
  const port = home.gateway
  const gateway = await Gateway.at(port)
  const dialOf = async (origin) => {
    const { body } = await gateway.picker('choose', { origin, profile: 'alice' })
    return { gateway: port, ticket: body.ticket, origin }
  }
  const { pid } = recordOf(home, '@berthd')
  const server = async () => ({ where: 'gateway', pid, dial: await dialOf(good) })
  figure('gateway alone', await askAround(t, await dialOf(good)))
  const dials = await Promise.all(Array.from({ length: 16 }, () => dialOf(greedy)))
  await beside(t, 'a page that floods', await server(), { kind: 'page', dials })
  for (const [what, kind] of kStrangers) await beside(t, what, await server(), { kind, port })
})
