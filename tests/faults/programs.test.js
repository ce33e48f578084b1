// Whole programs killed at random moments: berthd and its gateway, the
// launcher in the middle of a command, instances. BERTH_FAULTS_SEED brings the
// same moments back.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { test } from 'node:test'
import { frame, Gateway } from '../e2e/browser/support/gateway.js'
import { Home, processesOf, ticksOf } from '../launcher/cli/harness.js'
import { figure, rounds } from './support/figure.js'
import { kSeed, randomFrom } from './support/random.js'

const kRounds = rounds(10, 1000)
const kNames = ['alice', 'bob', 'carol', 'dave']
const kPage = 'https://app.example'
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

// Programs of its own: what still runs in the end is known by them.
function managed(t, instance = 'berth-instance') {
  const home = new Home(t, { 'berth-instance': instance, berthd: 'berthd', 'berth-talk': 'berth-talk' })
  const first = Number(home.ports.split('-')[0])
  home.env.BERTH_PORT_RANGE = `${first}-${first + 29}`
  home.env.BERTH_GATEWAY_PORT = String(first + 30)
  return home
}

async function kill(pid) {
  process.kill(pid, 'SIGKILL')
  while (ticksOf(pid) !== undefined) await pause(1)
}

const recordOf = (home, name) => JSON.parse(fs.readFileSync(home.record(name), 'utf8'))

// {name: record} of those that live, without a program that would have to be
// waited for.
function living(home) {
  const found = {}
  for (const name of kNames) {
    if (!fs.existsSync(home.record(name))) continue
    const record = recordOf(home, name)
    if (ticksOf(record.pid) === record.start_ticks) found[name] = record
  }
  return found
}

class Killer {
  constructor(home, random) {
    Object.assign(this, { home, random, done: {} })
  }

  pick(list) {
    return list[Math.floor(this.random() * list.length)]
  }

  // Each gives the names that it may have started, stopped or killed.
  async berthd() {
    await pause(this.random() * 50)
    await kill(recordOf(this.home, '@berthd').pid)
    return []
  }

  async instance() {
    const name = this.pick(Object.keys(living(this.home)))
    if (name) await kill(recordOf(this.home, name).pid)
    return name ? [name] : []
  }

  async launcher() {
    const name = this.pick(kNames)
    const verb = this.pick(['start', 'stop', 'restart', 'list', 'list'])
    const running = this.home.spawn(verb === 'list' ? ['list', '--watch', '--json'] : [verb, name])
    await pause(this.random() * 300)
    running.child.kill('SIGKILL')
    await running.exit
    return verb === 'list' ? [] : [name]
  }

  async gateway() {
    const gateway = await Gateway.at(recordOf(this.home, '@berthd').endpoint.port)
    const [profile] = Object.keys(living(this.home))
    if (!profile) return []
    const { body } = await gateway.picker('choose', { origin: kPage, profile })
    const channel = await gateway.channel(body.ticket, gateway.origin)
    const isReady = ({ method, params }) => method === 'berth_state' && params.state === 'ready'
    await frame(channel, isReady)
    channel.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_accounts' }))
    const closed = once(channel, 'close')
    await pause(this.random() * 20)
    await kill(recordOf(this.home, '@berthd').pid)
    await closed
    return []
  }

  // A start that was killed may still go on: until nothing moves any more.
  async settle() {
    const { home } = this
    const end = Date.now() + 30_000
    const lives = () => Object.values(living(home)).map(({ pid }) => String(pid)).sort()
    const runs = () => processesOf(home, 'berth-instance').sort()
    while (lives().join() !== runs().join()) {
      assert.ok(Date.now() < end, `${runs()} run, ${lives()} have a record`)
      await pause(50)
    }
  }
}

// Whatever was under way: what nobody touched is as it was, and what was
// touched can be used.
async function inspect(home, before, touched) {
  const now = living(home)
  for (const name of Object.keys(before).filter((one) => !touched.includes(one)))
    assert.deepEqual(now[name], before[name], `${name} is another one`)
  for (const name of touched) {
    const { code, err } = home.berth('start', name)
    assert.ok(code === 0 || code === 5, err) // 5: it runs
    assert.equal(home.berth('logs', name).code, 0)
  }
  const all = home.json('list', '--all', '--json')
  assert.deepEqual(all.map(({ name }) => name).sort(), kNames)
  for (const { name, status } of all)
    if (touched.includes(name)) assert.equal(status, 'running', name)
  const ports = Object.values(living(home)).map(({ endpoint }) => endpoint.port)
  assert.equal(new Set(ports).size, ports.length)
}

test(`programs killed ${kRounds} times (seed ${kSeed}) lose, double and hold up nothing`, async (t) => {
  const home = managed(t)
  for (const name of kNames) home.create(name)
  for (const name of kNames) home.start(name)
  assert.equal(home.berth('up').code, 0)
  const killer = new Killer(home, randomFrom(kSeed))
  const counts = { berthd: 0, gateway: 0, launcher: 0, instance: 0 }
  const kinds = Object.keys(counts)
  for (let round = 0; round < kRounds; ++round) {
    const before = living(home)
    const kind = kinds[round % kinds.length]
    const touched = await killer[kind]()
    ++counts[kind]
    await killer.settle()
    assert.equal(home.berth('up').code, 0)
    await inspect(home, before, touched)
  }
  assert.equal(home.berth('stop', '--all').code, 0)
  assert.equal(home.berth('down').code, 0)
  for (const program of ['berth-instance', 'berthd', 'berth'])
    assert.deepEqual(processesOf(home, program), [], `${program} still runs`)
  assert.deepEqual(fs.readdirSync(home.registry), [])
  const killed = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`).join(', ')
  figure('programs killed at random moments', `${killed}: 0 lost, 0 doubled, 0 orphans, 0 stale locks (seed ${kSeed})`)
})

// Seconds of a process, as the kernel counts them.
function cpuOf(pid) {
  const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

test('a crash loop ends after 5 starts in 10 s, and costs berthd nothing after that', async (t) => {
  const home = managed(t, 'berth_stub_instance')
  assert.equal(home.berth('up').code, 0)
  const { pid } = recordOf(home, '@berthd')
  home.create('alice', '--restart', 'always', '--title', 'stub:crash')
  const began = Date.now()
  home.berth('start', 'alice')
  while (home.instance('alice').status !== 'failed') {
    assert.ok(Date.now() - began < 30_000, 'it goes on')
    await pause(50)
  }
  const took = (Date.now() - began) / 1000
  const starts = fs.readFileSync(home.log('alice'), 'utf8').match(/the stub crashes/g).length
  assert.equal(starts, 5)
  const before = cpuOf(pid)
  const rest = rounds(3, 30)
  await pause(rest * 1000)
  const share = (100 * (cpuOf(pid) - before)) / rest
  figure('an instance that crashes at each start', `failed after ${starts} starts and ${took.toFixed(1)} s, then ${share.toFixed(2)} % of a CPU`)
  assert.ok(share < 1, `${share} %`)
})

test('berthd sleeps while nothing happens', { skip: rounds('only with --long', false) }, async (t) => {
  const home = managed(t)
  const names = Array.from({ length: 10 }, (_, i) => `p${i}`)
  for (const name of names) home.create(name)
  for (const name of names) home.start(name)
  assert.equal(home.berth('up').code, 0)
  const { pid } = recordOf(home, '@berthd')
  await pause(5000)
  const before = cpuOf(pid)
  const strace = spawn('timeout', ['-s', 'INT', '30', 'strace', '-c', '-f', '-U', 'calls,name', '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  strace.stderr.on('data', (data) => (text += data))
  await once(strace, 'close')
  const calls = Object.fromEntries([...text.matchAll(/^\s*(\d+) (\w+)$/gm)].map(([, count, name]) => [name, Number(count)]))
  const wakes = calls.epoll_wait ?? 0
  figure('berthd idle for 30 s with 10 instances', `${wakes} wake-ups, ${calls.total} system calls, ${(cpuOf(pid) - before).toFixed(2)} s of CPU under strace`)
  // A round each 5 s asks 10 instances for their health: some 20 wake-ups.
  assert.ok(wakes > 0 && wakes < 400, `${wakes} wake-ups`)
})
