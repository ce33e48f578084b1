// Real instances at a real avahi-daemon.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { listed, ok, portRange, scratch } from '../support/berth.js'
import {
  daemonRuns, forge, pidOf, serviceName, startDaemon, stopDaemon, within, Witness,
} from '../support/mdns.js'

const mdnsLines = (log) => log.split('\n').filter((line) => line.includes('mDNS'))
const list = async (home) => JSON.parse(await ok(home.berth('list', '--mdns', '--json')))
const home = (t) => scratch(t, { portRange: portRange(60) })

test('row 39: an instance is in mDNS soon after its start, and gone soon after its stop or death', async (t) => {
  await daemonRuns()
  const h = home(t)
  const witness = new Witness(t)
  await ok(h.berth('start', 'alice', '--create'))
  const alice = await listed(h, 'alice')
  t.diagnostic(`seen ${await within(20_000, 'seen', () => witness.sees(alice.id))} ms after the start`)
  assert.deepEqual(witness.services.get(serviceName(alice.id)), {
    scope: 'lo', protocol: 'IPv4', address: '127.0.0.1', port: alice.port,
    txt: ['txtvers=1', `id=${alice.id}`, 'pv=1', 'chain=0x7a69'],
  })
  assert.match(await ok(h.berth('logs', 'alice')), new RegExp(`mDNS record: published as ${serviceName(alice.id)}\n?`))
  await ok(h.berth('stop', 'alice'))
  t.diagnostic(`gone ${await within(20_000, 'gone', () => !witness.sees(alice.id))} ms after the stop`)

  await ok(h.berth('start', 'alice'))
  const again = await listed(h, 'alice')
  await within(20_000, 'seen again', () => witness.sees(again.id))
  process.kill(again.pid, 'SIGKILL')
  t.diagnostic(`gone ${await within(20_000, 'gone', () => !witness.sees(again.id))} ms after the kill`)
})

test('20 instances at once are all seen', async (t) => {
  await daemonRuns()
  const h = home(t)
  const witness = new Witness(t)
  const names = Array.from({ length: 20 }, (_, i) => `p${i}`)
  await Promise.all(names.map((name) => ok(h.berth('start', name, '--create', '--timeout', '60s'))))
  const all = JSON.parse(await ok(h.berth('list', '--json')))
  assert.equal(all.length, 20)
  const took = await within(20_000, 'all seen', () => all.every(({ id }) => witness.sees(id)))
  t.diagnostic(`all seen ${took} ms after the last start`)
  assert.ok((await list(h)).every(({ mdns }) => mdns.status === 'published'))
})

test('the daemon stops and starts: the list says so, then all is published again', async (t) => {
  await daemonRuns()
  const h = home(t)
  await ok(h.berth('start', 'alice', '--create'))
  const { id } = await listed(h, 'alice')
  await within(20_000, 'published', async () => (await list(h))[0].mdns?.name === serviceName(id))

  stopDaemon('avahi')
  const { code, stdout, stderr } = await h.berth('list', '--mdns')
  assert.equal(code, 0)
  assert.match(stdout, /alice .* -\s/)
  assert.match(stderr, /mDNS cannot be looked at \(avahi-daemon is not running\)/)

  startDaemon('avahi')
  const witness = new Witness(t)
  t.diagnostic(`seen ${await within(20_000, 'seen', () => witness.sees(id))} ms after the daemon's start`)
})

test('a daemon that hangs holds no request up', async (t) => {
  await daemonRuns()
  const h = home(t)
  process.kill(pidOf('avahi'), 'SIGSTOP')
  t.after(() => process.kill(pidOf('avahi'), 'SIGCONT'))
  await ok(h.berth('start', 'alice', '--create'))
  const { url, id } = await listed(h, 'alice')
  // Each call of libavahi-client would take 25 s of this.
  const begin = performance.now()
  for (let i = 0; i < 20; ++i) assert.equal((await fetch(`${url}/health`)).status, 200)
  assert.ok(performance.now() - begin < 10_000)
  await within(15_000, 'the log tells', async () =>
    mdnsLines(await ok(h.berth('logs', 'alice'))).some((line) => line.includes('does not answer')))
  process.kill(pidOf('avahi'), 'SIGCONT')
  const witness = new Witness(t)
  await within(15_000, 'published', () => witness.sees(id))
})

test('row 41: records that are not an instance of ours are marked, and change nothing', async (t) => {
  await daemonRuns()
  const h = home(t)
  await ok(h.berth('start', 'alice', 'bob', '--create'))
  await within(20_000, 'published', async () => (await list(h)).every(({ mdns }) => mdns.name))
  const before = JSON.parse(await ok(h.berth('list', '--json')))
  const [alice, bob] = before

  let connections = 0
  const trap = createServer(() => ++connections).listen(0, '127.0.0.1')
  t.after(() => trap.close())
  await new Promise((resolve) => trap.once('listening', resolve))
  const { port } = trap.address()
  const txt = (id) => ['txtvers=1', `id=${id}`, 'pv=1', 'chain=0x1']
  await forge(t, 'A forged alice', port, txt(alice.id))
  await forge(t, 'A second bob', bob.port, txt(bob.id))
  await forge(t, 'stranger', port, txt('7f9c24e8-3b12-4fef-91e0-5d2b6a7c8e90'))
  await forge(t, 'esc\u001b[31m', port, [])

  const all = await list(h)
  const foreign = all.filter(({ name }) => name === null).map(({ mdns }) => [mdns.name, mdns.status, mdns.problem])
  assert.deepEqual(foreign.sort(), [
    ['A forged alice', 'foreign', `claims to be alice, whose port is ${alice.port}`],
    ['A second bob', 'foreign', `claims to be bob, as ${serviceName(bob.id)} does`],
    ['esc\u001b[31m', 'foreign', 'service name has a control character: "esc\\x1b[31m"'],
    ['stranger', 'foreign', 'no running instance of yours has its id'],
  ])
  for (const { name, mdns, ...rest } of all)
    if (name === null) assert.deepEqual({ ...rest, status: null }, Object.fromEntries(Object.keys(rest).map((key) => [key, null])))
    else assert.equal(mdns.name, serviceName(rest.id))
  const { stdout } = await h.berth('list', '--mdns')
  assert.match(stdout, /In mDNS only, and not to be used:\nRECORD .*\nA forged alice/)
  assert.ok(!stdout.includes('\u001b'))

  const doctor = await h.berth('doctor')
  assert.match(doctor.stdout, new RegExp(`ok {7}mDNS record alice: published as ${serviceName(alice.id)}`))
  assert.match(doctor.stdout, /note {5}mDNS record stranger: no running instance of yours has its id/)
  assert.deepEqual(JSON.parse(await ok(h.berth('list', '--json'))), before)
  assert.equal(connections, 0)
})

test('mdns off in the settings: nothing is published, and the tools say so', async (t) => {
  await daemonRuns()
  const h = home(t)
  h.env.BERTH_MDNS = 'off'
  const witness = new Witness(t)
  await ok(h.berth('start', 'alice', '--create'))
  delete h.env.BERTH_MDNS
  await ok(h.berth('start', 'bob', '--create'))
  const [alice, bob] = JSON.parse(await ok(h.berth('list', '--json')))
  await within(20_000, 'bob is seen', () => witness.sees(bob.id))
  assert.ok(!witness.sees(alice.id))
  assert.match(await ok(h.berth('logs', 'alice')), /mDNS record: disabled: mdns is off/)
  assert.deepEqual((await list(h)).map(({ mdns }) => mdns.status), ['missing', 'published'])
  h.env.BERTH_MDNS = 'off'
  assert.match((await h.berth('list', '--mdns')).stderr, /mDNS is off, from BERTH_MDNS/)
  assert.match(await ok(h.berth('doctor')), /mDNS off: from BERTH_MDNS/)
})

test('without daemon and bus a start is as ever, with one line in the log', async (t) => {
  t.after(() => {
    startDaemon('bus')
    startDaemon('avahi')
  })
  stopDaemon('avahi')
  stopDaemon('bus')
  const h = home(t)
  const { code, stderr } = await h.berth('start', 'alice', '--create')
  assert.deepEqual([code, stderr], [0, ''])
  const { port } = await listed(h, 'alice')
  const lines = async () => mdnsLines(await ok(h.berth('logs', 'alice')))
  await within(20_000, 'a line', async () => (await lines()).length > 0)
  assert.match((await lines())[0], /mDNS record: unavailable: no system bus: /)
  const { stdout } = await h.berth('doctor')
  assert.match(stdout, /note {5}mDNS avahi: no system bus: .*; instances are found without it\n.*to do: start it: /)
  assert.equal((await h.berth('port', 'alice')).stdout.trim(), String(port))

  // A bus that hangs up: none of the further attempts is told of.
  let attempts = 0
  const bus = createServer((socket) => { ++attempts; socket.destroy() })
  bus.listen(process.env.DBUS_SYSTEM_BUS_ADDRESS.replace('unix:path=', ''))
  t.after(() => bus.close())
  // They get rarer, to one in 30 s.
  await within(70_000, 'two more attempts', () => attempts >= 2)
  assert.equal((await lines()).length, 1, (await lines()).join('\n'))
})
