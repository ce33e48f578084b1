// Many starts at the same instant, crashes, and who gets which port.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { listed, ok, portRange, scratch } from './support/berth.js'

// Processes of berth-instance that run in this home.
function instanceProcesses(home) {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      const maps = readFileSync(`/proc/${pid}/environ`, 'utf8')
      return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('berth-instance') && maps.includes(home.home)
    } catch {
      return false
    }
  })
}

const times = (count, make) => Promise.all(Array.from({ length: count }, (_, i) => make(i)))

test('of 50 starts of one profile at the same instant one instance comes', async (t) => {
  const home = scratch(t, { portRange: portRange(60) })
  await ok(home.berth('profile', 'create', 'alice'))
  const results = await times(50, () => home.berth('start', 'alice', '--timeout', '60s'))
  assert.deepEqual(results.filter((r) => r.code !== 0), [])
  assert.equal(new Set(results.map((r) => r.stdout)).size, 1, 'all print the same endpoint')
  const all = JSON.parse(await ok(home.berth('list', '--json')))
  assert.equal(all.length, 1)
  assert.equal(instanceProcesses(home).length, 1)
})

test('50 profiles started at the same instant get 50 ports', async (t) => {
  const home = scratch(t, { portRange: portRange(200) })
  const names = Array.from({ length: 50 }, (_, i) => `p${String(i).padStart(2, '0')}`)
  for (const name of names) await ok(home.berth('profile', 'create', name))
  const results = await times(50, (i) => home.berth('start', names[i], '--timeout', '60s'))
  assert.deepEqual(results.filter((r) => r.code !== 0), [])
  const all = JSON.parse(await ok(home.berth('list', '--json')))
  assert.deepEqual(all.map((i) => [i.name, i.status]), names.map((name) => [name, 'running']))
  assert.equal(new Set(all.map((i) => i.port)).size, 50)
})

test('many starters never lose a profile the port it had', async (t) => {
  const rounds = Number(process.env.BERTH_PORT_ROUNDS ?? 10)
  const home = scratch(t, { portRange: portRange(60) })
  await ok(home.berth('profile', 'create', 'alice'))
  await ok(home.berth('start', 'alice'))
  const port = await ok(home.berth('port', 'alice'))
  for (let round = 0; round < rounds; ++round) {
    await ok(home.berth('stop', 'alice'))
    const results = await times(50, () => home.berth('start', 'alice', '--timeout', '60s'))
    assert.deepEqual(results.filter((r) => r.code !== 0), [])
    assert.equal(await ok(home.berth('port', 'alice')), port, `round ${round}`)
  }
})

test('a killed instance is crashed at once and comes back on its port', async (t) => {
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('profile', 'create', 'alice'))
  await ok(home.berth('start', 'alice'))
  const before = await listed(home, 'alice')
  process.kill(before.pid, 'SIGKILL')
  // The kernel frees the lock when it has taken the process apart, which is
  // not yet so when kill returns.
  while (true) {
    try {
      process.kill(before.pid, 0)
      if (readFileSync(`/proc/${before.pid}/stat`, 'utf8').includes(') Z')) break
    } catch {
      break
    }
  }
  assert.equal((await listed(home, 'alice')).status, 'crashed')
  await ok(home.berth('start', 'alice'))
  const after = await listed(home, 'alice')
  assert.equal(after.status, 'running')
  assert.equal(after.port, before.port)
  assert.notEqual(after.id, before.id)
})

test('rows 16, 36 and 37: an instance has only its own descriptors, no secrets in sight, no core', async (t) => {
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('profile', 'create', 'alice'))
  await ok(home.berth('start', 'alice'))
  const { pid } = await listed(home, 'alice')
  const record = JSON.parse(readFileSync(join(home.registry, 'alice.json'), 'utf8'))
  const mnemonic = readFileSync(join(home.home, 'data', 'alice', 'mnemonic'), 'utf8').trim()
  for (const file of ['cmdline', 'environ']) {
    const text = readFileSync(`/proc/${pid}/${file}`, 'utf8')
    assert.ok(!text.includes(record.token) && !text.includes(mnemonic), file)
  }
  const log = readFileSync(join(home.home, 'state', 'logs', 'alice.log'), 'utf8')
  assert.ok(!log.includes(record.token) && !log.includes(mnemonic), 'log')
  assert.match(log, /listens on 127\.0\.0\.1:\d+/)
  assert.match(readFileSync(`/proc/${pid}/limits`, 'utf8'), /Max core file size\s+0\s+0/)
  assert.match(readFileSync(`/proc/${pid}/stat`, 'utf8'), new RegExp(`^${pid} \\(.*\\) \\S \\d+ ${pid} ${pid} `), 'a session of its own')
})
