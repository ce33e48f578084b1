// Files that somebody else put where Berth looks, and names that are made to
// lead astray.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { instances } from 'berth-provider/node'
import { gatewayHome, listed, ok, portRange, scratch } from '../support/berth.js'
import { bearer, http, recordOf } from '../support/wire.js'
import { processesOf } from './support/processes.js'

const kNobody = 65534
const kRoot = process.geteuid() === 0

const kBadRegistries = {
  'a link to one': (path, elsewhere) => (fs.mkdirSync(elsewhere, { mode: 0o700 }), fs.symlinkSync(elsewhere, path)),
  'open to others': (path) => (fs.mkdirSync(path), fs.chmodSync(path, 0o777)),
  'readable by the group': (path) => (fs.mkdirSync(path), fs.chmodSync(path, 0o750)),
  'a file': (path) => fs.writeFileSync(path, ''),
  ...(kRoot && { "another user's": (path) => (fs.mkdirSync(path, { mode: 0o700 }), fs.chownSync(path, kNobody, kNobody)) }),
}

test('row 29: in a registry that others may reach nothing is started, found or believed', async (t) => {
  for (const [what, make] of Object.entries(kBadRegistries)) {
    const home = scratch(t, { portRange: portRange(20) })
    await ok(home.berth('profile', 'create', 'alice'))
    fs.rmSync(home.registry, { recursive: true, force: true })
    fs.mkdirSync(join(home.home, 'run'), { recursive: true, mode: 0o700 })
    make(home.registry, join(home.home, 'elsewhere'))
    for (const command of [['start', 'alice'], ['run', 'alice'], ['up'], ['list']]) {
      const { code, stdout, stderr } = await home.berth(...command)
      assert.equal(code, 1, `${what}: ${command}: ${stdout}`)
      assert.ok(stderr.includes(home.registry), `${what}: ${stderr}`)
    }
    await assert.rejects(instances({ directory: home.registry }), what)
    assert.deepEqual(processesOf(home), [], what)
  }
})

const kEntries = {
  fifo: (path) => execFileSync('mkfifo', ['-m', '600', path]),
  link: (path) => fs.symlinkSync('/etc/passwd', path),
  terminal: (path) => fs.symlinkSync('/dev/zero', path),
  directory: (path) => fs.mkdirSync(path),
  empty: (path) => fs.writeFileSync(path, '', { mode: 0o600 }),
  gigabyte: (path) => (fs.writeFileSync(path, '', { mode: 0o600 }), fs.truncateSync(path, 2 ** 30)),
  zeros: (path) => fs.writeFileSync(path, Buffer.alloc(4096), { mode: 0o600 }),
  half: (path) => fs.writeFileSync(path, '{"format":1,', { mode: 0o600 }),
  deep: (path) => fs.writeFileSync(path, '['.repeat(60_000), { mode: 0o600 }),
  ...(kRoot && {
    device: (path) => (execFileSync('mknod', ['-m', '600', path, 'c', '1', '5'])),
    foreign: (path) => (fs.writeFileSync(path, '{}', { mode: 0o600 }), fs.chownSync(path, kNobody, kNobody)),
  }),
}

test('rows 30 and 31: 300 hostile entries hide nobody and hold nobody up', async (t) => {
  const home = await gatewayHome(t, { running: ['alice'] })
  for (const [name, make] of Object.entries(kEntries)) for (let i = 0; i < 300 / Object.keys(kEntries).length; i++) make(join(home.registry, `${name}${i}.json`))
  const begin = performance.now()
  const all = JSON.parse(await ok(home.berth('list', '--json')))
  const took = performance.now() - begin
  t.diagnostic(`${all.length} entries listed in ${took.toFixed(0)} ms`)
  assert.ok(took < 5000)
  assert.deepEqual(all.filter(({ status }) => status === 'running').map(({ name }) => name), ['alice'])
  assert.ok(all.length >= 300)
  const seen = await instances({ directory: home.registry })
  assert.deepEqual(seen.filter(({ status }) => status === 'running').map(({ name }) => name), ['alice'])
  const state = await http(home.gateway, 'GET', '/v1/state', { headers: bearer(recordOf(home, '@berthd').token) })
  assert.equal(JSON.parse(state.body).instances.find(({ name }) => name === 'alice').status, 'running')
  await ok(home.berth('start', 'bob', '--create'))
})

test('row 33: a record that is swept, moved away or opened up is whole again within a second, and has one owner', async (t) => {
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('start', 'alice', '--create'))
  const file = join(home.registry, 'alice.json')
  const before = fs.readFileSync(file, 'utf8')
  const spoil = {
    removed: () => fs.unlinkSync(file),
    'moved away': () => fs.renameSync(file, join(home.registry, 'mallory.json')),
    'opened up': () => fs.chmodSync(file, 0o644),
    'written to': () => fs.appendFileSync(file, 'x'),
    replaced: () => (fs.writeFileSync(`${file}.new`, before.replace(/"token": *"."/, '"token":"B"'), { mode: 0o600 }), fs.renameSync(`${file}.new`, file)),
  }
  const whole = () => {
    try {
      return fs.readFileSync(file, 'utf8') === before && (fs.statSync(file).mode & 0o777) === 0o600
    } catch {
      return false
    }
  }
  for (const [what, act] of Object.entries(spoil)) {
    act()
    const begin = performance.now()
    while (!whole()) {
      assert.ok(performance.now() - begin < 3000, what)
      await new Promise(setImmediate)
    }
    const all = JSON.parse(await ok(home.berth('list', '--json')))
    assert.deepEqual(all.filter(({ status }) => status === 'running').map(({ name }) => name), ['alice'], what)
  }
})

test('row 34: a pid that is a stranger\'s by now is not signalled', async (t) => {
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('start', 'alice', '--create'))
  const record = recordOf(home, 'alice')
  const stranger = spawn('sleep', ['1000'])
  t.after(() => stranger.kill('SIGKILL'))
  process.kill(record.pid, 'SIGKILL')
  await ok(home.berth('wait', 'alice', '--for', 'stopped'))
  const stat = fs.readFileSync(`/proc/${stranger.pid}/stat`, 'utf8')
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  // The worst of it: all that a record tells of a process fits.
  for (const start_ticks of [ticks, record.start_ticks]) {
    fs.writeFileSync(join(home.registry, 'alice.json'), JSON.stringify({ ...record, pid: stranger.pid, start_ticks, extra: { child_pid: stranger.pid } }))
    for (const command of [['stop', 'alice'], ['stop', 'alice', '--force'], ['stop', '--all', '--force']]) await home.berth(...command)
    assert.equal((await listed(home, 'alice')).status, 'crashed')
  }
  await ok(home.berth('restart', 'alice'))
  assert.equal(stranger.exitCode ?? stranger.signalCode, null)
})

const kBadNames = ['../../x', '..', '.', '', 'a/b', '/etc/passwd', 'a'.repeat(64), 'a'.repeat(256), 'CON', 'Alice', 'é', 'e\u0301', 'al\u0456ce', 'ａlice', 'a\u202ecila', 'a\u200bb',
  'a\nb', 'a\tb', '\x1b[2J', ' a', 'a ', '-rf', '--x', '_a', '@berthd', '~', 'a\\b', 'a:b', 'nul\u0007', '{port}', '$(id)', '`id`', "a'b"]

test('row 35: a name that leads astray is no name, and none is shown as it is', async (t) => {
  const home = scratch(t, { portRange: portRange(20) })
  const reaches = /[\x1b\x07\u202e\u200b]/
  for (const name of kBadNames) {
    const { code, stdout, stderr } = await home.berth('profile', 'create', name)
    assert.equal(code, 2, `${JSON.stringify(name)}: ${stdout}${stderr}`)
    assert.ok(!reaches.test(stdout + stderr), JSON.stringify(name))
  }
  const profiles = join(home.home, 'config', 'profiles')
  assert.deepEqual(fs.existsSync(profiles) ? fs.readdirSync(profiles) : [], [])

  await ok(home.berth('start', 'alice', '--create'))
  for (const directory of [profiles, home.registry])
    for (const name of ['\x1b[2J', 'a\u202ecila', 'alice\u200b', '-rf', 'CON']) fs.writeFileSync(join(directory, `${name}.json`), '{}', { mode: 0o600 })
  await ok(home.berth('profile', 'create', 'bob', '--title', '\x1b]0;gone\x07\u202e'))
  for (const args of [['list', '--all'], ['list', '--all', '--json'], ['profile', 'list'], ['doctor'], ['show', 'bob'], ['list', '--all', '--wide'], ['prune']]) {
    const { stdout, stderr } = await home.berth(...args)
    assert.ok(!reaches.test(stdout + stderr), `${args}: ${stdout}${stderr}`)
  }
  const all = JSON.parse(await ok(home.berth('list', '--all', '--json')))
  assert.deepEqual(all.map(({ name, status }) => [name, status]), [['alice', 'running'], ['bob', 'stopped']])
})
