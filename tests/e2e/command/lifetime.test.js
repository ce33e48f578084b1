// A program beside its companion, from being ready to its end, whoever ends it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { samples } from '../../provider/samples/support/samples.js'
import { listed, ok } from '../support/berth.js'
import { connects, fifo, home, members, program, rpc, server, shown, started, until } from './support.js'

const recordOf = (h, name) => join(h.registry, `${name}.json`)
const stateOf = (h, name) => JSON.parse(readFileSync(join(h.home, `state/${name}.json`), 'utf8'))

test('a program that crashes is listed as crashed at once, and starts again at its port', async (t) => {
  const h = home(t)
  const end = fifo(h, 'end')
  const { port, pid, group } = await started(h, 'alice', [...server, 'exits-on', end])
  process.kill(group, 'SIGKILL')
  await until(() => !existsSync(`/proc/${pid}`), 'the end of the companion')
  assert.equal((await listed(h, 'alice')).status, 'crashed')
  assert.ok(existsSync(recordOf(h, 'alice')))
  assert.deepEqual(members(group), [])
  assert.equal(stateOf(h, 'alice').last_exit, 'signal 9 (Killed)')
  await ok(h.berth('start', 'alice'))
  const again = await shown(h, 'alice')
  assert.equal(again.port, port)
  writeFileSync(end, '7')
  await until(async () => (await listed(h, 'alice')).status === 'crashed', 'the crash')
  assert.equal(stateOf(h, 'alice').last_exit, 'exit 7')
  assert.match(await ok(h.berth('logs', 'alice')), /the server ends \\x1b\[31mas told\n.*error the program crashed: exit 7/)
})

test('a program that ends well by itself withdraws, and is no crash', async (t) => {
  const h = home(t)
  const end = fifo(h, 'end')
  const { pid } = await started(h, 'alice', [...server, 'exits-on', end])
  writeFileSync(end, '0')
  await until(() => !existsSync(`/proc/${pid}`), 'the end of the companion')
  assert.equal(existsSync(recordOf(h, 'alice')), false)
  assert.equal((await listed(h, 'alice')).status, 'stopped')
  assert.notEqual(stateOf(h, 'alice').want, 'stopped')
})

test('kill -9 of the companion takes program and children with it, and the port is free', async (t) => {
  const h = home(t)
  const { port, pid, group } = await started(h, 'alice', [program('forks.sh'), '{port}'])
  process.kill(pid, 'SIGKILL')
  await until(() => members(group).length === 0, 'the end of the group')
  assert.equal((await listed(h, 'alice')).status, 'crashed')
  assert.equal(await connects(port), false)
  await ok(h.berth('start', 'alice'))
  assert.equal((await shown(h, 'alice')).port, port)
  assert.equal(await rpc(port), '0x7a69')
})

test('kill -9 of the guard alone changes nothing; the program still dies with its companion', async (t) => {
  const h = home(t)
  const { port, pid, group } = await started(h, 'alice', server)
  const guard = members(group).find((one) => readFileSync(`/proc/${one}/comm`, 'utf8') === 'berth-guard\n')
  process.kill(guard, 'SIGKILL')
  assert.equal(await rpc(port), '0x7a69')
  process.kill(pid, 'SIGKILL')
  await until(() => members(group).length === 0, 'the end of the program')
})

test('stop ends what ignores SIGTERM at its time limit, with its whole group', async (t) => {
  const h = home(t)
  const { group } = await started(h, 'alice', [program('forks.sh'), '{port}', 'ignore-term'])
  const before = members(group).length
  // The shell obeys, the server does not: it is what is left of the group.
  await ok(h.berth('stop', 'alice'))
  assert.ok(before >= 3)
  assert.deepEqual(members(group), [])
  const stubborn = await started(h, 'bob', [...server, 'ignore-term'])
  const { code, stderr } = await h.berth('stop', 'bob', '--timeout', '500ms')
  assert.equal(code, 0, stderr)
  await until(() => members(stubborn.group).length === 0, 'the end of the group')
  assert.equal((await listed(h, 'bob')).status, 'stopped')
})

test('the group gets its SIGTERM, and time to end well', async (t) => {
  const h = home(t)
  const said = join(h.home, 'said')
  const script = `trap 'sleep 0.2; echo bye > ${said}; exit 0' TERM; python3 "$0" "$1" & while :; do sleep 0.05; done`
  const { group } = await started(h, 'alice', ['sh', '-c', script, program('server.py'), '{port}'])
  await ok(h.berth('stop', 'alice'))
  assert.equal(readFileSync(said, 'utf8'), 'bye\n')
  assert.deepEqual(members(group), [])
  assert.equal(stateOf(h, 'alice').want, 'stopped')
})

test('health is what the program says at its path, or that it can be connected', async (t) => {
  const h = home(t)
  const status = join(h.home, 'status')
  writeFileSync(status, '200')
  const { group } = await started(h, 'asked', [...server, 'health', status], '--health', '/well')
  await started(h, 'connected', server)
  const health = async (name) => {
    const all = JSON.parse(await ok(h.berth('list', '--health', '--json')))
    return all.find((one) => one.name === name).health
  }
  assert.deepEqual(await health('asked'), { status: 'ok', reason: null })
  assert.deepEqual(await health('connected'), { status: 'ok', reason: null })
  writeFileSync(status, '503')
  assert.deepEqual(await health('asked'), { status: 'degraded', reason: 'it answers 503' })
  process.kill(group, 'SIGSTOP')
  t.after(() => process.kill(group, 'SIGCONT'))
  assert.equal((await health('asked')).status, 'unresponsive')
})

test('what it writes is in the log whole, also without a newline at the end and in very long lines', async (t) => {
  const h = home(t)
  const script = `import sys
print('x' * 40000); sys.stdout.write('no end'); sys.stdout.flush()
import runpy; sys.argv[0] = sys.argv.pop(1); runpy.run_path(sys.argv[0], run_name='__main__')`
  const { group } = await started(h, 'alice', ['python3', '-c', script, program('server.py'), '{port}'])
  process.kill(group, 'SIGKILL')
  await until(async () => (await listed(h, 'alice')).status === 'crashed', 'the crash')
  const lines = (await ok(h.berth('logs', 'alice'))).split('\n').filter((line) => /^(x+|no end.*)$/.test(line))
  assert.deepEqual(lines.slice(0, -1).map((line) => line.length), [16384, 16384, 40000 - 2 * 16384])
  assert.match(lines.at(-1), /^no endserving at/)
})

test('berthd starts again what crashed, and leaves alone what was stopped', async (t) => {
  t.after(() => h.berth('down')) // before the home goes
  const h = home(t)
  h.env.BERTH_BERTHD = 'auto'
  const end = fifo(h, 'end')
  const { group } = await started(h, 'alice', [...server, 'exits-on', end], '--restart', 'on-failure')
  await ok(h.berth('up'))
  process.kill(group, 'SIGKILL')
  await until(async () => {
    const { status } = await listed(h, 'alice')
    return status === 'running' && (await shown(h, 'alice')).group !== group
  }, 'the restart')
  assert.equal((await shown(h, 'alice')).record.started_by, 'berthd')
  await ok(h.berth('stop', 'alice'))
  assert.equal((await listed(h, 'alice')).status, 'stopped')
})

test('one that closes its listener and lives on is not told as well', async (t) => {
  const h = home(t)
  const script = `import { createServer } from 'node:http'
const server = createServer((request, response) => { response.end('{}'); server.close() }).listen({ fd: 3 })
setInterval(() => {}, 1000)`
  for (const listen of ['any', 'socket']) {
    const { port } = await started(h, listen, ['node', '--input-type=module', '-e', script], '--listen', listen)
    await rpc(port)
    await until(async () => !(await connects(port)), 'the end of its listener')
    const all = JSON.parse(await ok(h.berth('list', '--health', '--json')))
    assert.equal(all.find((one) => one.name === listen).health.status, 'unresponsive')
  }
})

test('health is judged by the head alone', async (t) => {
  const h = home(t)
  const script = `import { createServer } from 'node:http'
createServer((request, response) => response.write('x'.repeat(100_000))).listen(Number(process.env.BERTH_PORT), '127.0.0.1')`
  await started(h, 'alice', ['node', '--input-type=module', '-e', script], '--health', '/')
  const [{ health }] = JSON.parse(await ok(h.berth('list', '--health', '--json')))
  assert.deepEqual(health, { status: 'ok', reason: null })
})

test('one that is suspended is stopped all the same, and obeys', async (t) => {
  const h = home(t)
  const { group } = await started(h, 'alice', server)
  process.kill(group, 'SIGSTOP')
  await ok(h.berth('stop', 'alice'))
  assert.match(await ok(h.berth('logs', 'alice')), /info {2}stopped/)
})

test('after a stop by force no process of the group is left', async (t) => {
  const h = home(t)
  const { group } = await started(h, 'alice', [...server, 'ignore-term'])
  await ok(h.berth('stop', 'alice', '--force'))
  assert.equal(members(group).includes(group), false)
})

test('one whose name another owner has got is ended, though it ignores SIGTERM', async (t) => {
  let other
  t.after(() => other?.kill('SIGKILL')) // before the home goes
  const h = home(t)
  const { pid, group } = await started(h, 'alice', [...server, 'ignore-term'])
  // While its companion sleeps nobody heals the record.
  process.kill(pid, 'SIGSTOP')
  unlinkSync(recordOf(h, 'alice'))
  const [{ argv }] = samples()
  other = spawn(argv[0], [...argv.slice(1), 'alice'], { env: { ...h.env, BERTH_REGISTRY: h.registry }, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(other.stdout, 'data')
  process.kill(pid, 'SIGCONT')
  await until(() => members(group).length === 0, 'the end of the program', 30_000)
  assert.equal((await listed(h, 'alice')).pid, other.pid)
  assert.match(await ok(h.berth('logs', 'alice')), /error stops: .*alice/)
})
