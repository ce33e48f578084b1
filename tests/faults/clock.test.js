// The programs themselves under wall clocks that are wrong, differ and step.
import assert from 'node:assert/strict'
import { constants, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { bin, listed, ok, portRange, run, scratch } from '../e2e/support/berth.js'
import { figure, rounds } from './support/figure.js'
import { faketime, wallClock } from './support/wall_clock.js'

const skip = faketime ? false : 'no libfaketime here'

// The programs, of which berth-instance has a clock of its own: `berth start`
// hands its environment on to none.
function programsWith(t, clock) {
  const folder = mkdtempSync(join(tmpdir(), 'berth-clock-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['berth', 'berth-talk']) copyFileSync(join(bin, name), join(folder, name), constants.COPYFILE_FICLONE)
  const settings = Object.entries(clock.env).map(([name, value]) => `${name}='${value}'`)
  const script = `#!/bin/sh\nexec env ${settings.join(' ')} '${join(bin, 'berth-instance')}' "$@"\n`
  writeFileSync(join(folder, 'berth-instance'), script, { mode: 0o755 })
  return folder
}

// alice runs ten years ahead; past.berth(...) is run ten years ago.
async function twentyYearsApart(t) {
  const home = scratch(t, { portRange: portRange(20) })
  const [ahead, behind] = [wallClock(t, '+10y'), wallClock(t, '-10y')]
  const berth = join(programsWith(t, ahead), 'berth')
  const past = { berth: (...args) => run(berth, args, { env: { ...home.env, ...behind.env } }) }
  await ok(past.berth('start', 'alice', '--create'))
  return { home, ahead, past }
}

test('an instance ten years ahead is found, used and stopped from ten years ago', { skip }, async (t) => {
  const { home, past } = await twentyYearsApart(t)
  const { status, port, started_at: since } = await listed(past, 'alice')
  assert.equal(status, 'running')
  assert.ok(new Date(since) - Date.now() > 9 * 365 * 86400e3, since)
  assert.match(await ok(past.berth('list')), /alice +running +\d+ +\d+ +0 s /)
  assert.match(await ok(past.berth('start', 'alice')), new RegExp(`^alice +${port} `))
  assert.equal(await ok(past.berth('call', 'alice', 'eth_chainId')), '"0x7a69"')
  await ok(past.berth('stop', 'alice'))
  for (const from of [home, past]) assert.equal((await listed(from, 'alice')).status, 'stopped')
})

test('an instance whose clock steps answers, and its death is a crash', { skip }, async (t) => {
  const { home, ahead, past } = await twentyYearsApart(t)
  const { pid } = await listed(home, 'alice')
  const calls = rounds(10, 200)
  for (let call = 0; call < calls; call++) {
    ahead.set(call % 2 ? '+10y' : '-10y')
    assert.equal(await ok(home.berth('call', 'alice', 'eth_chainId')), '"0x7a69"')
  }
  process.kill(pid, 'SIGKILL')
  await ok(home.berth('wait', 'alice', '--for', 'stopped'))
  for (const from of [home, past]) assert.equal((await listed(from, 'alice')).status, 'crashed')
  figure('instance whose clock steps 20 years between calls', `${calls} calls, all answered`)
})
