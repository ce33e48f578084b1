// What an instance does with signals, taken ports and service managers.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, renameSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { bin, freePort, listed, ok, portRange, scratch } from './support/berth.js'

test('at a hangup the log goes on in a new file', async (t) => {
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('start', 'alice', '--create'))
  const log = join(home.home, 'state', 'logs', 'alice.log')
  renameSync(log, `${log}.1`)
  const { pid } = await listed(home, 'alice')
  process.kill(pid, 'SIGHUP')
  while (!existsSync(log) || statSync(log).size === 0) await new Promise(setImmediate)
  assert.equal(statSync(log).mode & 0o777, 0o600)
  assert.match(await ok(home.berth('logs', 'alice')), /log reopened/)
})

test('a port that a stranger holds is named, and nothing is started', async (t) => {
  const home = scratch(t)
  const port = await freePort()
  const stranger = createServer().listen(port, '127.0.0.1')
  await once(stranger, 'listening')
  t.after(() => stranger.close())
  const fixed = await home.berth('start', 'alice', '--create', '--port', String(port))
  assert.equal(fixed.code, 6)
  assert.match(fixed.stderr, new RegExp(`^berth: port is taken: ${port} \\(held: ${port} by a program of `))
  const range = await home.berth('start', 'alice', '--port-range', `${port}-${port}`)
  assert.equal(range.code, 6)
  assert.match(range.stderr, new RegExp(`^berth: no free port: ${port}-${port} `))
  assert.equal((await listed(home, 'alice')).status, 'stopped')
})

test('under a service manager the start is told to it', async (t) => {
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('profile', 'create', 'alice'))
  const path = join(home.home, 'notify')
  const script = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
    print(s.recv(200).decode().split()[0], flush=True)`
  const manager = spawn('python3', ['-c', script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => manager.kill('SIGKILL'))
  let heard = ''
  manager.stdout.on('data', (chunk) => (heard += chunk))
  await once(manager.stdout, 'data')
  const instance = spawn(join(bin, 'berth'), ['run', 'alice'], { env: { ...home.env, NOTIFY_SOCKET: path }, stdio: 'ignore' })
  t.after(() => instance.kill('SIGKILL'))
  while (!heard.includes('READY=1')) await once(manager.stdout, 'data')
  instance.kill('SIGTERM')
  assert.deepEqual(await once(instance, 'exit'), [0, null])
  while (!heard.includes('STOPPING=1')) await once(manager.stdout, 'data')
})
