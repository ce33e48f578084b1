// Real instances whose whole home is on a disk that is full. Wants a mount
// namespace of its own: ../full_disk.test.js.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { listed, ok, portRange, scratch } from '../../e2e/support/berth.js'
import { figure } from './figure.js'

// A home on a disk of one MiB.
function smallHome(t) {
  let home
  // Before the directory goes with the test.
  t.after(async () => {
    await home.berth('stop', '--all', '--force')
    execFileSync('umount', ['--lazy', home.env.BERTH_HOME])
  })
  home = scratch(t)
  const disk = (home.env.BERTH_HOME = join(home.home, 'disk'))
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'small', disk])
  mkdirSync(join(disk, 'config'), { mode: 0o700 })
  const config = JSON.stringify({ port_range: portRange(20) })
  writeFileSync(join(disk, 'config', 'config.json'), config, { mode: 0o600 })
  return { ...home, registry: join(disk, 'run', 'instances'), filler: join(disk, 'filler') }
}

function fill({ filler }) {
  const file = openSync(filler, 'a')
  try {
    for (;;) writeSync(file, Buffer.alloc(4096))
  } catch (error) {
    assert.equal(error.code, 'ENOSPC')
  } finally {
    closeSync(file)
  }
}

async function until(holds) {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(20)) if (await holds()) return
  assert.fail('not within thirty seconds')
}

test('one that runs lives on, and its record is back when there is room', async (t) => {
  const home = smallHome(t)
  await ok(home.berth('start', 'alice', '--create'))
  const before = await listed(home, 'alice')
  fill(home)
  assert.match(await ok(home.berth('call', 'alice', 'eth_accounts')), /0x/)
  assert.equal((await listed(home, 'alice')).pid, before.pid)
  // Somebody removes its record: there is no room for another.
  const record = join(home.registry, 'alice.json')
  rmSync(record)
  fill(home)
  // Longer than the second after which it tries again: a full disk has no log to wait for.
  await sleep(1500)
  assert.equal(existsSync(record), false)
  process.kill(before.pid, 0)
  const start = Date.now()
  rmSync(home.filler)
  await until(() => existsSync(record))
  figure('a running instance robbed on a full disk', `lives on, record back after ${Date.now() - start}ms of room`)
  assert.equal((await listed(home, 'alice')).pid, before.pid)
  assert.match(await ok(home.berth('call', 'alice', 'eth_accounts')), /0x/)
})

test('one that is started says that there is no room, and leaves nothing', async (t) => {
  const home = smallHome(t)
  await ok(home.berth('profile', 'create', 'bob'))
  fill(home)
  const refused = await home.berth('start', 'bob')
  assert.notEqual(refused.code, 0)
  assert.match(refused.stderr, /bob/)
  assert.match(refused.stderr, /No space left on device/)
  const left = existsSync(home.registry) ? readdirSync(home.registry) : []
  assert.deepEqual(left, [])
  figure('a start on a full disk', `exit ${refused.code}, says why, records left=${left.length}`)
  rmSync(home.filler)
  await ok(home.berth('start', 'bob'))
  assert.equal((await listed(home, 'bob')).status, 'running')
})
