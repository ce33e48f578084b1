// What a program that Berth starts has of who started it: nothing but what it is
// given.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bin, gatewayHome, ok } from '../support/berth.js'
import { recordOf } from '../support/wire.js'
import { Host } from '../../provider/native_host/support/host.js'
import { until } from '../../provider/js/support/wait.js'
import { descriptorsOf, kNotRoot, processesOf } from './support/processes.js'

// `berth` as a careless shell starts it: with a file of its own left open.
async function careless(home, marker, ...args) {
  const fd = openSync(marker, 'r')
  const child = spawn(join(bin, 'berth'), args, { env: home.env, stdio: ['ignore', 'ignore', 'inherit', fd, fd] })
  closeSync(fd)
  assert.deepEqual(await once(child, 'exit'), [0, null])
}

const filesOf = (pid) => Object.values(descriptorsOf(pid)).filter((link) => link.startsWith('/'))

test('row 37: no program inherits a file, a socket or a lock that it is not given', { skip: kNotRoot }, async (t) => {
  const home = await gatewayHome(t, { running: [], berthd: false })
  home.hosts = []
  t.after(() => Promise.all(home.hosts.map((host) => host.end())))
  const marker = fileURLToPath(import.meta.url)
  await ok(home.berth('profile', 'create', 'alice', '--restart', 'always'))
  await ok(home.berth('profile', 'create', 'bob'))
  await ok(home.berth('profile', 'create', 'tool', '--', 'python3', '-m', 'http.server', '--bind', '127.0.0.1', '{port}'))
  await careless(home, marker, 'up')
  await careless(home, marker, 'start', 'alice', 'tool')
  // alice a second time, by berthd; bob by the native host.
  const first = recordOf(home, 'alice')
  process.kill(first.pid, 'SIGKILL')
  await until(() => recordOf(home, 'alice').id !== first.id)
  const host = new Host(home)
  assert.equal((await host.ask({ type: 'start', name: 'bob' })).type, 'done')

  const processes = processesOf(home)
  for (const { pid, name } of processes) {
    const files = filesOf(pid)
    assert.ok(!files.includes(marker), name)
    const records = files.filter((file) => file.startsWith(home.registry) && file.endsWith('.json'))
    assert.ok(records.length <= 1, `${name} holds ${records}`)
  }
  const holds = (name) => filesOf(recordOf(home, name).pid).filter((file) => file.startsWith(home.registry) && file.endsWith('.json'))
  for (const name of ['alice', 'bob', 'tool', '@berthd']) assert.deepEqual(holds(name), [join(home.registry, `${name}.json`)], 'each its own')

  // The user's own program: its three streams, and the socket that it is told of.
  const { pid } = processes.find(({ cmdline }) => cmdline.includes('http.server') && !cmdline.includes('berth'))
  const { 0: input, 1: output, 2: errors, ...others } = descriptorsOf(pid)
  assert.deepEqual([input, /^pipe:|tool\.log$/.test(output), /^pipe:|tool\.log$/.test(errors)], ['/dev/null', true, true])
  for (const link of Object.values(others)) assert.match(link, /^socket:|^anon_inode:/)
})
