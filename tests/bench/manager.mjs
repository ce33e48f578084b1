// What berthd costs and how soon it acts, with the programs of a release build.
// Prints; it judges nothing. Usage: node tests/bench/manager.mjs BIN_DIRECTORY
// Takes some four minutes. The wake-ups are counted by strace(1), where it is.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

const bin = path.resolve(process.argv[2] ?? 'build/release/bin')
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'berth-bench-'))
const first = 21000 + (process.pid % 100) * 50
const env = {
  PATH: process.env.PATH,
  HOME: root,
  BERTH_HOME: root,
  BERTH_BERTHD: 'off',
  BERTH_PORT_RANGE: `${first}-${first + 29}`,
  BERTH_GATEWAY_PORT: String(first + 30),
}
const ticks = Number(execFileSync('getconf', ['CLK_TCK'])) // of /proc/PID/stat, a second

function berth(...args) {
  const { status, stdout, stderr } = spawnSync(path.join(bin, 'berth'), args, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`berth ${args.join(' ')}: ${stderr}`)
  return stdout
}
function record(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(root, 'run/instances', `${name}.json`), 'utf8'))
  } catch {
    return undefined
  }
}
function state(name) {
  return JSON.parse(fs.readFileSync(path.join(root, 'state', `${name}.json`), 'utf8'))
}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function until(condition) {
  while (!condition()) await sleep(1)
}
function answers(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('GET /health HTTP/1.1\r\nHost: localhost:' + port + '\r\n\r\n'))
    socket.once('data', (data) => (socket.destroy(), resolve(data.toString().startsWith('HTTP/1.1 200'))))
    socket.once('error', () => resolve(false))
  })
}
// In seconds: what a process spent on a processor, to the nanosecond, and its
// children that it has waited for, to the clock tick.
function cpu(pid) {
  const own = Number(fs.readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e9
  const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number)
  return { own, children: (fields[13] + fields[14]) / ticks }
}
function row(what, values, unit) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))].toFixed(1)
  console.log(`${what.padEnd(52)} median ${at(0.5)}  p99 ${at(0.99)}  max ${at(1)} ${unit}  (${sorted.length})`)
}

async function restarts() {
  berth('profile', 'create', 'alice', '--restart', 'on-failure')
  const taken = []
  for (let i = 0; i < 50; ++i) {
    berth('start', 'alice')
    const { pid, endpoint } = record('alice')
    const before = performance.now()
    process.kill(pid, 'SIGKILL')
    while (!(await answers(endpoint.port))) await sleep(0.5)
    taken.push(performance.now() - before)
    berth('stop', 'alice')
  }
  row('kill -9 until it answers on its old port', taken, 'ms')
}

async function crashLoop(manager) {
  berth('start', 'alice')
  const start = performance.now()
  const before = cpu(manager)
  let last = ''
  let kills = 0
  while (!state('alice').failed_reason) {
    const now = record('alice')
    if (now && now.id !== last) {
      last = now.id
      ++kills
      try {
        process.kill(now.pid, 'SIGKILL')
      } catch {
        // it is dead, and its record was read once more
      }
    }
    await sleep(1)
  }
  const seconds = (performance.now() - start) / 1000
  await sleep(10000 - seconds * 1000)
  const after = cpu(manager)
  const percent = (span) => (((after.own - before.own) / span) * 100).toFixed(2)
  console.log(`crash loop: ${kills} crashes in ${seconds.toFixed(1)} s, then failed: ${state('alice').failed_reason}`)
  console.log(`  CPU of berthd: ${percent(seconds)} % of a core until failed, ${percent(10)} % over 10 s;` +
    ` of the instances it reaped: ${(((after.children - before.children) / seconds) * 100).toFixed(2)} %`)
}

async function unresponsive() {
  berth('start', 'alice')
  const { pid } = record('alice')
  const seen = []
  const back = []
  for (let i = 0; i < 8; ++i) {
    await sleep(Math.random() * 5000) // at any moment between two rounds
    const before = performance.now()
    process.kill(pid, 'SIGSTOP')
    await until(() => record('@berthd').extra.health.alice)
    seen.push((performance.now() - before) / 1000)
    const middle = performance.now()
    process.kill(pid, 'SIGCONT')
    await until(() => !record('@berthd').extra.health.alice)
    back.push((performance.now() - middle) / 1000)
  }
  row('SIGSTOP until unresponsive', seen, 's')
  row('SIGCONT until running again', back, 's')
  process.kill(pid, 'SIGSTOP')
  const before = performance.now()
  const listed = JSON.parse(berth('list', '--health', '--json'))
  console.log(`list --health of a stopped one: ${listed[0].status} after ${((performance.now() - before) / 1000).toFixed(1)} s`)
  process.kill(pid, 'SIGCONT')
  berth('stop', 'alice')
}

async function idle(manager) {
  for (let i = 0; i < 10; ++i) berth('profile', 'create', `idle${i}`)
  berth('start', ...Array.from({ length: 10 }, (_, i) => `idle${i}`))
  await sleep(10000)
  const status = () => fs.readFileSync(`/proc/${manager}/status`, 'utf8')
  const number = (key) => Number(status().match(new RegExp(`${key}:\\s+(\\d+)`))[1])
  const switches = number('voluntary_ctxt_switches')
  const before = cpu(manager)
  const traced = path.join(root, 'strace')
  const strace = spawn('strace', ['-qq', '-ttt', '-p', String(manager), '-o', traced], { stdio: 'ignore' })
  strace.on('error', () => {})
  await sleep(60000)
  strace.kill('SIGINT')
  await sleep(200)
  console.log(`idle with 10 instances over 60 s: ${(number('VmRSS') / 1024).toFixed(1)} MiB resident,` +
    ` ${number('voluntary_ctxt_switches') - switches} voluntary switches,` +
    ` ${((cpu(manager).own - before.own) * 1000).toFixed(0)} ms of CPU (with strace)`)
  if (!fs.existsSync(traced)) return console.log('  no strace: wake-ups not counted')
  const lines = fs.readFileSync(traced, 'utf8').trim().split('\n')
  const bursts = []
  for (const line of lines) {
    const at = Number(line.split(' ')[0])
    if (bursts.length === 0 || at - bursts.at(-1).last > 0.5) bursts.push({ first: at, last: at, connects: 0 })
    bursts.at(-1).last = at
    if (line.includes(' connect(')) ++bursts.at(-1).connects
  }
  const rounds = bursts.filter((burst) => burst.connects === 10)
  console.log(`  woken ${bursts.length} times: ${rounds.length} health rounds, ${bursts.length - rounds.length} others (at ` +
    bursts.filter((b) => b.connects !== 10).map((b) => (b.first - bursts[0].first).toFixed(1)).join(', ') + ' s)')
}

try {
  berth('up')
  const manager = record('@berthd').pid
  await restarts()
  await crashLoop(manager)
  await unresponsive()
  await idle(manager)
} finally {
  berth('down')
  berth('stop', '--all', '--force')
  fs.rmSync(root, { recursive: true, force: true })
}
