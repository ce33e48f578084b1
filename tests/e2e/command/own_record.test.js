// Programs that publish their own record, started by name: whatever language
// they are written in, and whoever ends them.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { samples } from '../../provider/samples/support/samples.js'
import { listed, ok } from '../support/berth.js'
import { create, home, members, rpc, until } from './support.js'

const recordOf = (h, name) => JSON.parse(readFileSync(join(h.registry, `${name}.json`), 'utf8'))
const companionOf = (pid) => Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1])
// The process group, as field 5 of /proc/PID/stat has it.
const groupOf = (pid) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[2])
}

for (const { name: language, argv } of samples()) {
  test(`${language}: its own record is waited for, and no other is published`, async (t) => {
    const h = home(t)
    await create(h, 'alice', argv)
    assert.match(await ok(h.berth('start', 'alice')), /^alice {2}\d+ {2}http:/)
    const record = recordOf(h, 'alice')
    const { pid, port, status } = await listed(h, 'alice')
    assert.deepEqual([status, pid, port], ['running', record.pid, record.endpoint.port])
    assert.equal(readFileSync(`/proc/${companionOf(pid)}/comm`, 'utf8'), 'berth-instance\n')
    assert.equal(record.started_by, 'start')
    assert.equal(record.extra?.child_pid, undefined)
    assert.equal(await rpc(port), '0x7a69')
    const label = JSON.parse(readFileSync(join(h.home, 'config/profiles/alice.json'), 'utf8')).label
    assert.equal(record.label, label)
    await ok(h.berth('stop', 'alice'))
    assert.equal((await listed(h, 'alice')).status, 'stopped')
    assert.equal(existsSync(join(h.registry, 'alice.json')), false)
    assert.equal(JSON.parse(readFileSync(join(h.home, 'state/alice.json'), 'utf8')).want, 'stopped')
  })

  test(`${language}: killed it is crashed at once, and the next start takes over at the same port`, async (t) => {
    const h = home(t)
    await create(h, 'alice', argv)
    await ok(h.berth('start', 'alice'))
    const { pid, port } = await listed(h, 'alice')
    process.kill(pid, 'SIGKILL')
    await until(() => !existsSync(`/proc/${pid}/exe`), 'its end')
    assert.notEqual((await listed(h, 'alice')).status, 'running')
    await until(async () => (await listed(h, 'alice')).status === 'crashed', 'the end of its companion')
    await ok(h.berth('start', 'alice'))
    const again = await listed(h, 'alice')
    assert.deepEqual([again.status, again.port], ['running', port])
    assert.notEqual(again.pid, pid)
  })

  test(`${language}: it dies with its companion`, async (t) => {
    const h = home(t)
    await create(h, 'alice', argv)
    await ok(h.berth('start', 'alice'))
    const { pid } = await listed(h, 'alice')
    process.kill(companionOf(pid), 'SIGKILL')
    await until(async () => (await listed(h, 'alice')).status === 'crashed', 'its end')
  })
}

test('one that is stopped through its companion withdraws by itself', async (t) => {
  const h = home(t)
  const [{ argv }] = samples()
  await create(h, 'alice', argv)
  await ok(h.berth('start', 'alice'))
  const { pid } = await listed(h, 'alice')
  process.kill(companionOf(pid), 'SIGTERM')
  await ok(h.berth('wait', 'alice', '--for', 'stopped'))
  assert.equal(existsSync(join(h.registry, 'alice.json')), false)
  assert.match(await ok(h.berth('logs', 'alice')), /info {2}stopped/)
})

test('one that claims its data directory and publishes nothing is ended, and told so', async (t) => {
  const h = home(t)
  const script = `import fcntl, os, signal, struct
fd = os.open(os.environ['BERTH_DATA_DIR'] + '/lock', os.O_RDWR | os.O_CREAT, 0o600)
fcntl.fcntl(fd, 37, struct.pack('hhqqi4x', 1, 0, 1 << 30, 1, 0))  # F_OFD_SETLK, F_WRLCK
signal.pause()`
  await create(h, 'alice', ['/usr/bin/python3', '-c', script])
  const { code, stderr } = await h.berth('start', 'alice', '--timeout', '2s')
  assert.equal(code, 7, stderr)
  assert.match(stderr, /claimed its data directory and published no record: alice/)
})

test('one that publishes without a claim is told what to do', async (t) => {
  const h = home(t)
  const script = `import http.server, os, sys
sys.path.insert(0, sys.argv[1])
import berth
record, port = berth.Record('alice'), int(os.environ['BERTH_PORT'])
record.publish(port, {'name': 'x', 'version': '1'})  # and only then listens
http.server.ThreadingHTTPServer(('127.0.0.1', port), http.server.BaseHTTPRequestHandler).serve_forever()`
  const modules = fileURLToPath(new URL('../../../provider/samples/python', import.meta.url))
  await create(h, 'alice', ['env', '-u', 'BERTH_DATA_DIR', '/usr/bin/python3', '-B', '-c', script, modules])
  const { code, stderr } = await h.berth('start', 'alice')
  assert.equal(code, 1, stderr)
  assert.match(stderr, /publishes a record without the claim of its data directory: alice\nit must claim it before it listens/)
})

test('behind a wrapper that restarts it, it is stopped for good', async (t) => {
  const h = home(t)
  const [{ argv }] = samples()
  await create(h, 'alice', ['sh', '-c', 'while :; do "$@"; done', 'wrapper', ...argv])
  await ok(h.berth('start', 'alice'))
  const group = groupOf((await listed(h, 'alice')).pid)
  await ok(h.berth('stop', 'alice'))
  await until(() => members(group).length === 0, 'the end of the wrapper')
  assert.equal((await listed(h, 'alice')).status, 'stopped')
  assert.equal(JSON.parse(readFileSync(join(h.home, 'state/alice.json'), 'utf8')).want, 'stopped')
})

test('behind a wrapper that lives on, its end is the end of the run', async (t) => {
  const h = home(t)
  const [{ argv }] = samples()
  await create(h, 'alice', ['sh', '-c', '"$@"; sleep 1000', 'wrapper', ...argv])
  await ok(h.berth('start', 'alice'))
  const first = groupOf((await listed(h, 'alice')).pid)
  await ok(h.berth('stop', 'alice'))
  assert.deepEqual(members(first), [])
  await ok(h.berth('start', 'alice'))
  const { pid } = await listed(h, 'alice')
  const second = groupOf(pid)
  process.kill(pid, 'SIGKILL')
  await until(async () => (await listed(h, 'alice')).status === 'crashed', 'the crash')
  await until(() => members(second).length === 0, 'the end of the wrapper')
})

test('a record that was swept and healed is no end', async (t) => {
  const h = home(t)
  const [{ argv }] = samples()
  await create(h, 'alice', argv)
  await ok(h.berth('start', 'alice'))
  const before = await listed(h, 'alice')
  unlinkSync(join(h.registry, 'alice.json'))
  await until(() => existsSync(join(h.registry, 'alice.json')), 'the healing')
  const { status, pid } = await listed(h, 'alice')
  assert.deepEqual([status, pid], ['running', before.pid])
  await ok(h.berth('stop', 'alice'))
})
