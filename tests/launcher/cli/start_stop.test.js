import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';

import { Home, takePort, ticksOf } from './harness.js';

test('start prints name, port and URL once it is ready, and again when it runs', (t) => {
  const h = new Home(t);
  h.create('alice');
  const first = h.berth('start', 'alice');
  assert.equal(first.code, 0, first.err);
  const { port, pid } = h.json('show', 'alice', '--json');
  assert.equal(first.out, `alice  ${port}  http://127.0.0.1:${port}\n`);
  assert.deepEqual(h.berth('start', 'alice'), first);
  assert.equal(h.json('show', 'alice', '--json').pid, pid);
});

test('several profiles are started together, on different ports', (t) => {
  const h = new Home(t);
  for (const name of ['a', 'b', 'c']) h.create(name);
  const { code, out } = h.berth('start', '--all');
  assert.equal(code, 0);
  const ports = out.trim().split('\n').map((line) => line.split('  ')[1]);
  assert.equal(new Set(ports).size, 3);
  assert.equal(h.berth('stop', '--all').code, 0);
  assert.deepEqual(h.json('list', '--json'), []);
});

test('an instance is detached, and outlives the launcher', (t) => {
  const h = new Home(t);
  h.create('alice');
  h.berthWith({ env: { SECRET: 'x', LC_ALL: 'C', NOTIFY_SOCKET: '/x', TZ: 'UTC' } }, 'start', 'alice');
  const { pid } = h.json('show', 'alice', '--json');
  const at = (name) => `/proc/${pid}/${name}`;
  const stat = fs.readFileSync(at('stat'), 'utf8');
  const [, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  assert.equal(Number(session), pid);
  assert.equal(Number(group), pid);
  assert.notEqual(Number(parent), process.pid);
  assert.equal(fs.readlinkSync(at('cwd')), '/');
  const links = fs.readdirSync(at('fd')).map((fd) => [Number(fd), fs.readlinkSync(at(`fd/${fd}`))]);
  const inherited = new Map(links.filter(([fd]) => fd <= 4));
  assert.equal(inherited.get(0), '/dev/null');
  assert.equal(inherited.get(1), h.log('alice'));
  assert.equal(inherited.get(2), h.log('alice'));
  // What it opened itself is a socket, its claim and record, or the event loop.
  for (const [fd, link] of links)
    if (fd > 2) assert.match(link, /^(socket|anon_inode|pipe):|\/lock$|alice\.json$/, `${fd} ${link}`);
  const names = fs.readFileSync(at('environ'), 'utf8').split('\0').filter(Boolean).map((v) => v.split('=')[0]);
  assert.deepEqual(names.sort(), ['HOME', 'LANG', 'LC_ALL', 'PATH', 'TZ']);
  assert.equal(fs.readFileSync(at('cmdline'), 'utf8').split('\0').length, 2);
  assert.equal(fs.statSync(h.log('alice')).mode & 0o777, 0o600);
});

test('Ctrl-C at start ends the waiting, not the instance', async (t) => {
  const h = new Home(t);
  h.create('alice', '--title', 'stub:gated');
  const starting = h.spawn(['start', 'alice']);
  while (h.instance('alice').status !== 'starting') await new Promise(setImmediate);
  starting.child.kill('SIGINT');
  assert.equal(await starting.exit, 'SIGINT');
  h.letGo('alice');
  const { code, err } = h.berth('wait', 'alice');
  assert.equal(code, 0, err);
  assert.equal(h.instance('alice').status, 'running');
});

test('a kill -9 shows as crashed at once, and start takes over on the same port', (t) => {
  const h = new Home(t);
  h.create('alice');
  const { pid, port } = h.start('alice');
  process.kill(pid, 'SIGKILL');
  while (ticksOf(pid) !== undefined) continue;
  const crashed = h.instance('alice');
  assert.equal(crashed.status, 'crashed');
  assert.equal(crashed.pid, null);
  assert.match(h.berth('list').out, /alice +crashed +\d+ +- +- +31337 +died, see: berth logs alice/);
  const again = h.start('alice');
  assert.equal(again.port, port);
  assert.notEqual(again.pid, pid);
});

test('stop is graceful: the record is gone when it returns', (t) => {
  const h = new Home(t);
  h.create('alice');
  const { pid } = h.start('alice');
  assert.deepEqual(h.berth('stop', 'alice'), { code: 0, out: '', err: '' });
  assert.equal(fs.existsSync(h.record('alice')), false);
  assert.equal(ticksOf(pid), undefined);
  assert.equal(h.berth('stop', 'alice').code, 0);
});

test('an instance that ignores SIGTERM is killed at the time limit, and is no crash', (t) => {
  const h = new Home(t);
  h.create('alice', '--title', 'stub:ignore-term');
  const { pid } = h.start('alice');
  const before = Date.now();
  assert.equal(h.berth('stop', 'alice', '--timeout', '300ms').code, 0);
  assert.ok(Date.now() - before >= 300);
  assert.equal(ticksOf(pid), undefined);
  assert.equal(h.instance('alice').status, 'stopped');
});

test('stop --force does not wait', (t) => {
  const h = new Home(t);
  h.create('alice', '--title', 'stub:ignore-term');
  h.start('alice');
  const before = Date.now();
  assert.equal(h.berth('stop', 'alice', '--force').code, 0);
  assert.ok(Date.now() - before < 5000);
  assert.equal(h.instance('alice').status, 'stopped');
});

test('stop --force also stops what the manager has started again meanwhile', (t) => {
  const h = new Home(t);
  h.create('alice', '--title', 'stub:phoenix');
  const { pid } = h.start('alice');
  const { code, err } = h.berth('stop', 'alice', '--force');
  assert.equal(code, 0, err);
  assert.equal(ticksOf(pid), undefined);
  assert.equal(h.instance('alice').status, 'stopped');
});

test('stop of what crashed is done, and leaves the record for the next owner', (t) => {
  const h = new Home(t);
  h.create('alice');
  const { pid } = h.start('alice');
  process.kill(pid, 'SIGKILL');
  while (ticksOf(pid) !== undefined) continue;
  assert.equal(h.berth('stop', 'alice').code, 0);
  assert.equal(h.instance('alice').status, 'crashed');
});

test('stop waits for one that is only starting, and then stops it', (t) => {
  const h = new Home(t);
  h.create('alice', '--title', 'stub:slow');
  assert.equal(h.berth('start', 'alice', '--timeout', '1ms').code, 7);
  const { code, err } = h.berth('stop', 'alice');
  assert.equal(code, 0, err);
  assert.equal(h.instance('alice').status, 'stopped');
});

test('revoke leaves the grants of one that is only starting to it', (t) => {
  const h = new Home(t);
  h.create('alice', '--title', 'stub:gated');
  assert.equal(h.berth('start', 'alice', '--timeout', '1ms').code, 7);
  while (h.instance('alice').status !== 'starting');
  const { code, err } = h.berth('revoke', 'alice', 'https://app.example');
  assert.equal(code, 5);
  assert.match(err, /starting or stopping: alice\nwait for it: berth wait alice/);
});

test('stop --force also waits for one that is only starting', (t) => {
  const h = new Home(t);
  h.create('alice', '--title', 'stub:slow');
  assert.equal(h.berth('start', 'alice', '--timeout', '1ms').code, 7);
  const { code, err } = h.berth('stop', 'alice', '--force');
  assert.equal(code, 0, err);
  assert.equal(h.instance('alice').status, 'stopped');
});

test('restart keeps the port, and does not stop what it could not start', (t) => {
  const h = new Home(t);
  h.create('alice');
  const before = h.start('alice');
  const { code, out } = h.berth('restart', 'alice');
  assert.equal(code, 0);
  assert.match(out, new RegExp(`^alice {2}${before.port} `));
  const after = h.json('show', 'alice', '--json');
  assert.notEqual(after.id, before.id);
  fs.writeFileSync(`${h.home}/config/profiles/alice.json`, '{');
  assert.equal(h.berth('restart', 'alice').code, 1);
  assert.equal(h.json('show', 'alice', '--json').id, after.id);
});

test('run fails as the instance does, and is refused while it runs', async (t) => {
  const h = new Home(t);
  h.create('alice');
  const running = h.spawn(['run', 'alice']);
  assert.equal(h.berth('wait', 'alice').code, 0);
  const { pid, port, started_at: since } = h.json('show', 'alice', '--json');
  assert.equal(pid, running.child.pid);
  const second = h.berth('run', 'alice');
  assert.equal(second.code, 5);
  assert.match(second.err, new RegExp(`already running: alice \\(pid ${pid}, port ${port}, since ${since}\\)`));
  running.child.kill('SIGTERM');
  assert.equal(await running.exit, 0);
});

test('run gives the instance its settings and nothing of ours', async (t) => {
  const script = '#!/bin/sh\ncat <&3\necho\nls /proc/self/fd | tr "\\n" " "\necho\nenv\n';
  const h = new Home(t, { 'berth-instance': script });
  h.create('alice', '--title', 'A', '--port', '9000');
  const { out } = h.berthWith({ env: { SECRET: 'x', NOTIFY_SOCKET: '/n' } }, 'run', 'alice');
  const [settings, fds, ...env] = out.trim().split('\n');
  assert.deepEqual(Object.keys(JSON.parse(settings)).sort(), [
    'approve', 'avoid_ports', 'claim_timeout_ms', 'color', 'icon', 'label', 'log_level', 'mdns', 'name',
    'paths', 'peer_check', 'port', 'port_range', 'started_by', 'title', 'wallet',
  ]);
  assert.equal(JSON.parse(settings).started_by, 'run');
  assert.deepEqual(JSON.parse(settings).wallet, { type: 'dev', chain_id: '0x7a69' });
  assert.equal(fds.trim(), '0 1 2 3 4'); // 4: the directory that ls reads
  assert.ok(env.includes('NOTIFY_SOCKET=/n'));
  assert.ok(!env.some((line) => line.startsWith('SECRET')));
});

test('the ports that other profiles are used to are avoided', (t) => {
  const script = '#!/bin/sh\ncat <&3 >&1\necho \'{"error":{"exit":1,"message":"as told: x","hint":""}}\' >&4\n';
  const h = new Home(t);
  h.create('alice');
  h.create('bob');
  const { port } = h.start('alice');
  h.berth('stop', 'alice');
  h.install('berth-instance', script);
  h.berth('start', 'bob');
  assert.deepEqual(JSON.parse(fs.readFileSync(h.log('bob'), 'utf8')).avoid_ports, [port]);
});

test('an instance that dies while starting is told with its last lines', (t) => {
  const h = new Home(t);
  h.create('alice', '--title', 'stub:die');
  h.berth('start', 'alice');
  const { code, err, out } = h.berth('start', 'alice');
  assert.equal(code, 1);
  assert.equal(out, '');
  assert.match(err, /^berth: died while starting \(exit 9\): alice\nsee: berth logs alice\n/);
  assert.equal(err.match(/the stub dies \\x1b\[31mas told/g).length, 1);
  assert.ok(!err.includes('\x1b'));
});

test('start fails with 6 where no port is free', async (t) => {
  const h = new Home(t);
  const port = h.ports.split('-')[0];
  await takePort(t, Number(port));
  h.create('alice');
  const { code, err } = h.berth('start', 'alice', '--port-range', `${port}-${port}`);
  assert.equal(code, 6);
  assert.match(err, /^berth: no free port: alice/);
});

test('start fails with 7 when it is not ready in time', (t) => {
  const h = new Home(t);
  h.create('alice', '--title', 'stub:silent');
  const { code, err } = h.berth('start', 'alice', '--timeout', '50ms');
  assert.equal(code, 7);
  assert.match(err, /not ready in time: alice/);
});

test('start of what has no profile is 4 and says how to make it; --create makes it', (t) => {
  const h = new Home(t);
  const { code, err } = h.berth('start', 'alice');
  assert.equal(code, 4);
  assert.match(err, /no such profile: alice\n.*berth profile create alice/);
  assert.equal(h.berth('start', '--create', 'alice').code, 0);
});

test('with several names each is tried, and the first failure is the exit code', (t) => {
  const h = new Home(t);
  h.create('alice');
  h.create('silent', '--title', 'stub:die');
  const { code, out, err } = h.berth('start', 'nosuch', 'silent', 'alice');
  assert.equal(code, 4);
  assert.match(out, /^alice /);
  assert.match(err, /no such profile: nosuch/);
  assert.match(err, /died while starting/);
});

test('row 34: nothing is signalled whose pid is of another namespace, or reused', (t) => {
  const h = new Home(t);
  h.create('alice');
  const { pid } = h.start('alice');
  // Held still, so that it cannot put its record right; its lock says alive.
  process.kill(pid, 'SIGSTOP');
  for (const [key, value, message] of [
    ['pid_namespace', 1, /another pid namespace/],
    ['start_ticks', 1, /another process/],
  ]) {
    const text = fs.readFileSync(h.record('alice'), 'utf8');
    fs.writeFileSync(h.record('alice'), JSON.stringify({ ...JSON.parse(text), [key]: value }));
    const { code, err } = h.berth('stop', 'alice');
    assert.equal(code, 1);
    assert.match(err, message);
    assert.notEqual(ticksOf(pid), undefined);
    fs.writeFileSync(h.record('alice'), text);
  }
  process.kill(pid, 'SIGCONT');
  assert.equal(h.berth('stop', 'alice').code, 0);
});

test('start of many tells on a terminal who is ready and who is not yet, in that order', async (t) => {
  const h = new Home(t);
  h.create('slow', '--title', 'stub:slow');
  h.create('quick');
  // script(1) gives it a terminal.
  const { status, stdout } = spawnSync('script', ['-qec', `${h.bin}/berth start --all`, '/dev/null'], {
    env: { ...h.env, TERM: 'dumb' },
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
  const plain = stdout.replaceAll('\r', '');
  assert.match(plain, /0 of 2 ready, not yet: quick, slow/);
  assert.match(plain, /quick {2}\d+ .*\n.*1 of 2 ready, not yet: slow.*slow {2}\d+ /s);
  assert.ok(!h.berth('start', '--all').err.includes('ready'), 'only on a terminal');
});
