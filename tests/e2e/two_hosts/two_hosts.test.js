// Two hosts, joined by a cable: this one, where instances run, and another with
// an avahi-daemon of its own. Run by WITH_MDNS_INTERFACES=lo,here
// tests/with_mdns, so that this one's daemon speaks on the cable too.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { listed, ok, portRange, scratch } from '../support/berth.js'
import { daemonRuns, forge, serviceName, within } from '../support/mdns.js'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const ip = (...args) => execFileSync('ip', args)

// A program that says "ready"; its stdin ends it.
async function ready(test, file, args, env = process.env) {
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  test.after(() => child.kill('SIGKILL'))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const first = await lines.next()
  assert.equal(first.value, 'ready')
  return {
    pid: child.pid,
    async end() {
      child.stdin.end()
      return (await lines.next()).value
    },
  }
}

// Gives [command, arguments...] that what follows runs on the other host.
async function otherHost(test) {
  const env = { ...process.env, WITH_MDNS_INSIDE: '1', WITH_MDNS_INTERFACES: 'lo,there' }
  const { pid } = await ready(test, 'unshare',
    ['--net', '--mount', path('../../with_mdns'), 'sh', '-c', 'echo ready; cat'], env)
  ip('link', 'add', 'here', 'type', 'veth', 'peer', 'name', 'there')
  ip('link', 'set', 'there', 'netns', String(pid))
  const there = ['nsenter', '-t', String(pid), '-n', '-m']
  execFileSync(there[0], [...there.slice(1), 'sh', '-c',
    'ip addr add 10.77.0.2/24 dev there; ip link set there up'])
  ip('addr', 'add', '10.77.0.1/24', 'dev', 'here')
  ip('link', 'set', 'here', 'up')
  return there
}

const capture = (test) => ready(test, 'python3', [path('capture.py'), 'here', '_berth'])

test('rows 39 and 41: nothing of ours is on the wire, and nothing from the wire is believed', async (t) => {
  const there = await otherHost(t)
  await daemonRuns()
  const h = scratch(t, { portRange: portRange(20) })
  const mdns = async () => JSON.parse(await ok(h.berth('list', '--mdns', '--json')))

  const quiet = await capture(t)
  // Something of the daemon's own is to be seen: what is counted is mDNS.
  execFileSync('avahi-browse', ['-t', '_other._tcp'])
  await ok(h.berth('start', 'alice', '--create'))
  const alice = await listed(h, 'alice')
  await within(20_000, 'published', async () => (await mdns())[0].mdns?.name === serviceName(alice.id))
  await ok(h.berth('doctor'))
  await ok(h.berth('restart', 'alice'))
  const again = await listed(h, 'alice')
  await within(20_000, 'published', async () => (await mdns())[0].mdns?.name === serviceName(again.id))
  const [packets, naming] = (await quiet.end()).split(' ').map(Number)
  t.diagnostic(`${packets} packets on the wire, ${naming} that name the service`)
  assert.ok(packets > 0)
  assert.equal(naming, 0)

  // The other host forges: its record is on the wire, and on no list of ours.
  const loud = await capture(t)
  let connections = 0
  const trap = createServer(() => ++connections).listen(0)
  await once(trap, 'listening')
  t.after(() => trap.close())
  const before = await ok(h.berth('list', '--json'))
  const txt = ['txtvers=1', `id=${again.id}`, 'pv=1', 'chain=0x1']
  await forge(t, 'forged elsewhere', trap.address().port, txt, there)
  await within(20_000, 'here it can be found', () =>
    execFileSync('avahi-browse', ['-rtp', '_berth._tcp']).includes('forged\\032elsewhere'))
  const all = await mdns()
  assert.deepEqual(all.map(({ name, mdns }) => [name, mdns.name]), [['alice', serviceName(again.id)]])
  assert.equal(await ok(h.berth('list', '--json')), before)
  assert.equal(connections, 0)
  const [, named] = (await loud.end()).split(' ').map(Number)
  assert.ok(named > 0, 'the capture would have seen a record of the type')
})
