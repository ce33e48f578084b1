// A directory that somebody else filled, as one unpacks and enters it: nothing
// of it is read, loaded or run.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gatewayHome, ok } from '../support/berth.js'
import { recordOf } from '../support/wire.js'
import { frame, kChromiumOrigin } from '../../provider/native_host/support/host.js'
import { kNotRoot, processesOf, traced } from './support/processes.js'

function hostileDirectory(t) {
  const directory = mkdtempSync(join(tmpdir(), 'berth-hostile-'))
  t.after(() => rmSync(directory, { recursive: true }))
  for (const name of ['berth', 'berthd', 'berth-talk', 'berth-instance', 'python3', 'xdg-open'])
    writeFileSync(join(directory, name), '#!/bin/sh\ntouch was-run\n', { mode: 0o755 })
  for (const name of ['config.json', 'berth.json', '.env', 'openssl.cnf', 'libfmt.so.9', 'libc.so.6']) writeFileSync(join(directory, name), 'hostile')
  for (const name of ['config', 'profiles', 'run', '.berth', 'plugins']) mkdirSync(join(directory, name))
  return directory
}

// Calls that name a file by where the program is: relative to no descriptor.
function lookups(trace) {
  return trace.filter((line) => {
    const [, path] = /\w+\((?:AT_FDCWD, )?"((?:[^"\\]|\\.)*)"/.exec(line) ?? []
    return path !== undefined && path !== '' && !path.startsWith('/') && !line.includes('getcwd(')
  })
}

test('row 38: nothing is looked for in the directory where Berth is called', async (t) => {
  const home = await gatewayHome(t, { running: [], berthd: false })
  const cwd = hostileDirectory(t)
  const env = { ...home.env, PATH: `:.:${home.env.PATH}` }
  const trace = async (command, more) => {
    const seen = await traced(['-e', 'trace=%file'], command, { env, cwd, ...more })
    assert.ok(seen.trace.some((line) => line.includes('execve("/')), command.join(' '))
    assert.deepEqual(lookups(seen.trace), [], command.join(' '))
    assert.ok(!seen.trace.some((line) => line.includes(cwd) && !line.includes('getcwd(')), `${command.join(' ')} goes there by its whole name`)
  }
  await ok(home.berth('profile', 'create', 'alice'))
  await ok(home.berth('profile', 'create', 'tool', '--', '/usr/bin/python3', '-m', 'http.server', '--bind', '127.0.0.1', '{port}'))
  await trace(['berth', 'list', '--all', '--health'])
  await trace(['berth', 'doctor'])
  await trace(['berth', 'start', 'alice'], { until: () => ok(home.berth('stop', 'alice')) })
  await trace(['berth', 'up'], { until: () => ok(home.berth('down')) })
  const start = frame(JSON.stringify({ type: 'start', name: 'alice', id: 1 }))
  await trace(['berth-native-host', kChromiumOrigin], { input: start, until: () => ok(home.berth('stop', 'alice')) })
  // What PATH is good for, a test of command profiles shows.
  await trace(['berth', 'start', 'tool'], { until: () => ok(home.berth('stop', 'tool')) })
})

test('row 38: what an instance loads is no word of who starts it', { skip: kNotRoot }, async (t) => {
  const home = await gatewayHome(t, { running: [], berthd: false })
  const hostile = { LD_PRELOAD: '', LD_LIBRARY_PATH: '/tmp/hostile', LD_AUDIT: '', OPENSSL_CONF: '/tmp/hostile', NODE_OPTIONS: '--require=/tmp/hostile', PYTHONPATH: '/tmp/hostile', BASH_ENV: '/tmp/hostile' }
  Object.assign(home.env, hostile)
  await ok(home.berth('start', 'alice', '--create'))
  const { environ } = processesOf(home).find(({ pid }) => pid === recordOf(home, 'alice').pid)
  const names = environ.split('\0').map((variable) => variable.split('=')[0])
  assert.ok(names.includes('HOME'))
  for (const name of Object.keys(hostile)) assert.ok(!names.includes(name), name)
})
