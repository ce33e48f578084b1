// 50 starts at the same instant: one instance of a name, one port of an
// instance. They take the whole machine for most of a minute.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { create, home as commands, server } from '../command/support.js'
import { ok, portRange, scratch } from '../support/berth.js'

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
  assert.equal((await ok(home.berth('logs', 'alice'))).match(/listens on/g).length, 1)
})

test('of 50 starts of one program it is run once', async (t) => {
  const h = commands(t)
  await create(h, 'alice', server)
  const results = await times(50, () => h.berth('start', 'alice', '--timeout', '60s'))
  assert.deepEqual(results.filter((r) => r.code !== 0), [])
  assert.equal(new Set(results.map((r) => r.stdout)).size, 1)
  assert.equal((await ok(h.berth('logs', 'alice'))).match(/serving at/g).length, 1)
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
