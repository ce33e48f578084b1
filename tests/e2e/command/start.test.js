// A program that knows nothing of Berth, started by name: how it gets its port,
// and what is said of one that does not use it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'

import { anvilPath, bin, freePort, listed, ok, run } from '../support/berth.js'
import { connects, create, fifo, home, members, program, rpc, server, shown, started, until } from './support.js'

test('ten nodes started at once get ten ports, answer, are listed, and leave nothing behind', async (t) => {
  const h = home(t, 40)
  const names = Array.from({ length: 10 }, (_, i) => `node-${i}`)
  for (const name of names) await create(h, name, [anvilPath(), '--port', '{port}', '--silent', '--threads', '1'])
  await ok(h.berth('start', ...names, '--timeout', '60s'))
  const all = await Promise.all(names.map((name) => shown(h, name)))
  assert.equal(new Set(all.map(({ port }) => port)).size, 10)
  for (const { port } of all) assert.equal(await rpc(port), '0x7a69')
  const table = await ok(h.berth('list', '--wide'))
  assert.equal(table.match(/^node-\d +running +\d+ +\d+ +\d+ s +- +[1-9]\d* MiB/gm)?.length, 10, table)
  const groups = all.map(({ group }) => group)
  assert.ok(groups.every((group) => members(group).length > 0))
  await ok(h.berth('stop', '--all'))
  assert.deepEqual(groups.flatMap(members), [])
  assert.equal(await ok(h.berth('list', '--quiet')), '')
})

test('a program is told its port, name and directories by arguments and environment, and never by a shell', async (t) => {
  const h = home(t)
  const argv = ['node', program('by_environment.mjs'), 'p={port},{name}', '{data_dir}', '$(touch /tmp/x); {"port":{port}}', '{other}']
  const { port, record } = await started(h, 'alice', argv, '--title', 'Alice', '--chain-id', '5')
  const { env, argv: seen, cwd, group } = await rpc(port)
  const data = join(h.home, 'data/alice')
  assert.deepEqual(seen, [`p=${port},alice`, data, `$(touch /tmp/x); {"port":${port}}`, '{other}'])
  assert.equal(cwd, data)
  assert.equal(env.BERTH_NAME, 'alice')
  assert.equal(env.BERTH_PORT, String(port))
  assert.equal(env.BERTH_DATA_DIR, data)
  assert.equal(env.BERTH_REGISTRY, h.registry)
  assert.equal(env.BERTH_STARTED_BY, 'start')
  assert.match(env.BERTH_LABEL, /^[a-z][a-z2-7]{15}$/)
  assert.equal(env.NOTIFY_SOCKET, undefined)
  assert.deepEqual(
    { level: record.level, token: record.token, chain: record.chain_id, title: record.title, by: record.started_by, label: record.label },
    { level: 0, token: undefined, chain: '0x5', title: 'Alice', by: 'start', label: env.BERTH_LABEL },
  )
  assert.equal(record.extra.child_pid, group)
  assert.notEqual(record.pid, group)
})

test('a program may serve on the socket that it inherits', async (t) => {
  const h = home(t)
  for (const listen of ['any', 'socket']) {
    const { port } = await started(h, listen, ['node', program('inherits.mjs')], '--listen', listen)
    assert.equal(await rpc(port), '0x7a69', listen)
  }
})

test('with --listen port it gets no socket, and may bind without SO_REUSEADDR', async (t) => {
  const h = home(t)
  const script = `import os, socket, sys
assert 'LISTEN_FDS' not in os.environ and not os.path.exists('/proc/self/fd/3'), 'a socket'
s = socket.socket(); s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen()
while True: s.accept()[0].close()`
  await started(h, 'alice', ['python3', '-c', script, '{port}'], '--listen', 'port')
})

test('a socket that is handed over listening takes connections before the program does', async (t) => {
  const h = home(t)
  const port = await freePort()
  const go = fifo(h, 'go')
  const script = `read -r line < ${go}; exec node ${program('inherits.mjs')}`
  // exec keeps the pid, which LISTEN_PID names.
  await create(h, 'alice', ['sh', '-c', script], '--listen', 'socket', '--port', String(port))
  const starting = h.berth('start', 'alice')
  await until(() => connects(port), 'the port')
  const early = rpc(port)
  assert.equal((await listed(h, 'alice')).status, 'starting')
  writeFileSync(go, 'go\n')
  assert.equal(await early, '0x7a69')
  await ok(starting)
})

test('a program that ignores the socket it was handed is no running wallet', async (t) => {
  const h = home(t)
  await create(h, 'alice', ['sleep', '1000'], '--listen', 'socket')
  const { code, stderr } = await h.berth('start', 'alice', '--timeout', '1s')
  assert.equal(code, 7, stderr)
  assert.match(stderr, /accepts nothing from the socket that it was given: alice/)
})

test('one that listens in a child of its own is found all the same', async (t) => {
  const h = home(t)
  const { port, group } = await started(h, 'alice', [program('forks.sh'), '{port}'])
  assert.equal(await rpc(port), '0x7a69')
  assert.ok(members(group).length >= 3) // shell, server, guard
  // A program finds its signals as any fresh one does: SIGPIPE not ignored.
  const [, ignored] = /^SigIgn:\s+(\w+)$/m.exec(readFileSync(`/proc/${group}/status`, 'utf8'))
  assert.equal(BigInt(`0x${ignored}`) & (1n << 12n), 0n)
})

test('one that listens elsewhere is ended, and named with its port and last lines', async (t) => {
  const h = home(t)
  const other = await freePort()
  await create(h, 'alice', ['python3', program('server.py'), String(other)])
  const { code, stdout, stderr } = await h.berth('start', 'alice', '--timeout', '2s')
  assert.equal(code, 7)
  assert.equal(stdout, '')
  assert.match(stderr, new RegExp(`listens at port ${other}, not at 127.0.0.1:\\d+: alice\\n.*\\{port\\}.*\\n  serving at ${other}\\n`))
  await assert.rejects(rpc(other))
  assert.equal((await listed(h, 'alice')).status, 'stopped')
})

test('one that does not listen at all is ended at the time limit', async (t) => {
  const h = home(t)
  await create(h, 'alice', ['sleep', '1000'])
  const { code, stderr } = await h.berth('start', 'alice', '--timeout', '500ms')
  assert.equal(code, 7, stderr)
  assert.match(stderr, /listens at no port, and not at 127.0.0.1:\d+: alice/)
})

test('one that ends while it starts is told with how it ended and what it said', async (t) => {
  const h = home(t)
  await create(h, 'dies', ['sh', '-c', 'echo first; printf "last \\033[31mred" >&2; exit 3'])
  const died = await h.berth('start', 'dies')
  assert.equal(died.code, 1)
  assert.match(died.stderr, /died while starting \(exit 3\): dies\nsee: berth logs dies\n  first\n  last \\x1b\[31mred\n/)
  await create(h, 'daemon', ['sh', '-c', 'sleep 0.1 & exit 0'])
  const left = await h.berth('start', 'daemon')
  assert.equal(left.code, 1)
  assert.match(left.stderr, /\(exit 0\): daemon\nit must stay in the foreground/)
  await create(h, 'missing', ['/nonexistent/wallet'])
  const missing = await h.berth('start', 'missing')
  assert.equal(missing.code, 1)
  assert.match(missing.stderr, /run \/nonexistent\/wallet: No such file or directory: missing\nberth profile set missing command/)
})

test('a stranger who was quicker at the port is not taken for the program', async (t) => {
  const h = home(t)
  const port = await freePort()
  const go = fifo(h, 'go')
  await create(h, 'alice', [...server, 'waits-for', go], '--port', String(port))
  const starting = h.berth('start', 'alice', '--timeout', '3s')
  await until(async () => (await listed(h, 'alice')).status === 'starting', 'the start')
  // As most servers do, Node sets SO_REUSEADDR: it gets in beside a reservation.
  const stranger = createServer().listen(port, '127.0.0.1')
  t.after(() => stranger.close())
  await once(stranger, 'listening')
  const { code, stderr } = await starting
  assert.equal(code, 7, stderr)
  assert.match(stderr, new RegExp(`another program listens at port ${port}: alice`))
  assert.equal(await ok(h.berth('list', '--quiet')), '')
})

test('in the foreground it writes to the terminal, and Ctrl-C ends it with its group', async (t) => {
  const h = home(t)
  await create(h, 'alice', [program('forks.sh'), '{port}'])
  const child = spawn(join(bin, 'berth'), ['run', 'alice'], { env: h.env, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  await until(() => /alice is ready: http:/.test(text), 'ready')
  assert.match(text, /serving at \d+/)
  const { group } = await shown(h, 'alice')
  child.kill('SIGINT')
  const [code] = await once(child, 'close')
  assert.equal(code, 0, text)
  assert.deepEqual(members(group), [])
})

test('an inherited socket waits in accept, as programs expect it of systemd', async (t) => {
  const h = home(t)
  const script = `import socket
s = socket.socket(fileno=3); s.listen()
while True:
    c = s.accept()[0]; c.recv(65536); body = b'{"jsonrpc":"2.0","id":1,"result":"0x7a69"}'
    c.sendall(b'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n%s' % (len(body), body)); c.close()`
  for (const listen of ['any', 'socket']) {
    const { port } = await started(h, listen, ['/usr/bin/python3', '-c', script], '--listen', listen)
    assert.equal(await rpc(port), '0x7a69', listen)
  }
})

test('a failed start has the end of what was written, however long its lines', async (t) => {
  const h = home(t)
  await create(h, 'alice', ['/usr/bin/python3', '-c', 'import sys\nfor i in range(12): print(str(i) + "\\x01" * 16000)\nsys.exit(3)'])
  const { code, stderr } = await h.berth('start', 'alice')
  assert.equal(code, 1)
  assert.match(stderr, /died while starting \(exit 3\): alice/)
  assert.match(stderr, /\n {2}11(\\x01){100}/)
})

test('one that is stopped while it starts says so', async (t) => {
  const h = home(t)
  await create(h, 'alice', ['sleep', '1000'])
  const child = spawn(join(bin, 'berth'), ['run', 'alice'], { env: h.env, stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  child.stderr.on('data', (chunk) => (text += chunk))
  await until(() => text.includes('started /'), 'the program')
  child.kill('SIGINT')
  await once(child, 'close')
  assert.match(text, /stopped while it was starting: alice/)
})

test('what a service manager means for its companion is not passed on', async (t) => {
  const h = home(t)
  await create(h, 'alice', ['node', program('by_environment.mjs')])
  const env = { ...h.env, NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '1000000', LISTEN_FDNAMES: 'x', BERTH_TOKEN: 'x' }
  const child = spawn(join(bin, 'berth'), ['run', 'alice'], { env, stdio: 'ignore' })
  t.after(() => child.kill('SIGINT'))
  await ok(h.berth('wait', 'alice'))
  const { env: seen } = await rpc((await listed(h, 'alice')).port)
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'LISTEN_FDNAMES', 'BERTH_TOKEN']) assert.equal(seen[name], undefined, name)
})

test('row 38: a name is looked for in the absolute directories of PATH only, and no shell runs what is no program', async (t) => {
  const h = home(t)
  await create(h, 'alice', ['wallet'])
  const data = join(h.home, 'data/alice')
  mkdirSync(data, { recursive: true, mode: 0o700 })
  writeFileSync(join(data, 'wallet'), 'echo a shell ran this\n', { mode: 0o755 })
  h.env.PATH = `.::${h.env.PATH}`
  const relative = await h.berth('start', 'alice')
  assert.match(relative.stderr, /no such program in PATH: wallet: alice/)
  h.env.PATH = `${data}:${h.env.PATH}`
  const script = await h.berth('start', 'alice')
  assert.match(script.stderr, /Exec format error: alice/)
  assert.doesNotMatch(await ok(h.berth('logs', 'alice')), /a shell ran this/)
})

test('a command that cannot be written down is refused', async (t) => {
  const h = home(t)
  const many = await h.berth('profile', 'create', 'many', '--', 'x', ...Array.from({ length: 20_000 }, (_, i) => `${i}`))
  assert.equal(many.code, 2, many.stderr)
  assert.match(many.stderr, /must not take more than 64 KiB/)
  const bytes = await ok(run('bash', ['-c', `"$0" profile create bytes -- $'\\xff' 2>&1; echo $?`, join(bin, 'berth')], { env: h.env }))
  assert.match(bytes, /command must be UTF-8.*\n2$/s)
  const none = await h.berth('profile', 'create', 'none', '--')
  assert.match(none.stderr, /command must begin with a path/)
  assert.deepEqual(JSON.parse(await ok(h.berth('profile', 'list', '--json'))), [])
})

test('only create takes what follows -- as a command', async (t) => {
  const h = home(t)
  await create(h, 'alice', ['wallet'])
  await ok(h.berth('profile', 'set', 'alice', 'title', '--', '--dashed'))
  const { title, command } = JSON.parse(await ok(h.berth('profile', 'show', 'alice', '--json')))
  assert.deepEqual([title, command], ['--dashed', ['wallet']])
})
