// A start after a crash, and what a started instance has about it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { listed, ok, portRange, scratch } from './support/berth.js'

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
