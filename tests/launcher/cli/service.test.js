// The systemd units, checked by systemd's own tools, and a socket that berthd
// takes over.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { test } from 'node:test';

import { Home, takePort, ticksOf } from './harness.js';

const PROGRAMS = { 'berth-instance': 'berth-instance', berthd: 'berthd' };
const has = (program) => fs.existsSync(`/usr/bin/${program}`);

function managed(t) {
  const h = new Home(t, PROGRAMS);
  h.gateway = Number(h.ports.split('-')[1]);
  h.env.BERTH_GATEWAY_PORT = String(h.gateway);
  return h;
}

const units = (h) => ['service', 'socket'].map((kind) => path.join(h.root, `.config/systemd/user/berthd.${kind}`));

test('service install writes two private units, status tells them, remove takes them away', (t) => {
  const h = managed(t);
  assert.equal(h.json('service', 'status', '--json').state, 'not installed');
  const { code, out, err } = h.berth('service', 'install');
  assert.equal(code, 0, err);
  assert.deepEqual(out.trim().split('\n'), units(h));
  for (const file of units(h)) assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  assert.equal(h.json('service', 'status', '--json').state, 'installed');
  const service = fs.readFileSync(units(h)[0], 'utf8');
  for (const line of ['Type=notify', 'KillMode=process', 'WatchdogSec=30', `Environment="BERTH_HOME=${h.home}"`])
    assert.ok(service.split('\n').includes(line), line);
  h.env.BERTH_GATEWAY_PORT = String(h.gateway - 1);
  assert.equal(h.json('service', 'status', '--json').state, 'outdated');
  assert.equal(h.berth('service', 'remove').code, 0);
  for (const file of units(h)) assert.ok(!fs.existsSync(file));
  assert.equal(h.berth('service', 'remove').code, 0);
});

test('systemd finds nothing wrong with the units, in whatever directory they name', { skip: !has('systemd-analyze') && 'no systemd-analyze' }, (t) => {
  const h = managed(t);
  h.env.BERTH_HOME = path.join(h.root, 'a "home" of 100% $HOME');
  assert.equal(h.berth('service', 'install').code, 0);
  const verified = spawnSync('/usr/bin/systemd-analyze', ['verify', '--man=no', '--user', ...units(h)], {
    env: { ...h.env, XDG_RUNTIME_DIR: h.root },
    encoding: 'utf8',
  });
  assert.equal(verified.status, 0, verified.stderr);
  assert.ok(!verified.stderr.includes('berthd'), verified.stderr);
});

test('where the units are and systemd does not run, berthd is started without it', (t) => {
  const h = managed(t);
  h.berth('service', 'install');
  assert.match(h.berth('up').out, /^berthd /);
  assert.equal(h.berth('down').code, 0);
});

const activates = { skip: !has('systemd-socket-activate') && 'no systemd-socket-activate' };

// berthd with the socket of `port`, once it answers there: systemd's program,
// which becomes it.
async function activate(t, h, port) {
  const names = ['BERTH_HOME', 'BERTH_PORT_RANGE', 'HOME', 'PATH'];
  const child = spawn(
    '/usr/bin/systemd-socket-activate',
    [`--listen=127.0.0.1:${port}`, ...names.map((name) => `--setenv=${name}`), path.join(h.bin, 'berthd')],
    { env: h.env, stdio: 'ignore' },
  );
  t.after(() => child.kill('SIGKILL'));
  const answer = await new Promise((resolve) => {
    // Nobody listens until systemd-socket-activate does.
    const ask = () => get(port, '/health').then(resolve, () => setImmediate(ask));
    ask();
  });
  assert.equal(answer.status, 200);
  return child;
}

function get(port, at) {
  return new Promise((resolve, reject) => {
    const sent = http.get({ host: '127.0.0.1', port, path: at }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    sent.on('error', reject);
  });
}

test('berthd takes over the socket of a service manager', activates, async (t) => {
  const h = managed(t);
  // Another port than the configured one: told apart from one it bound itself.
  const port = h.gateway - 1;
  const activated = await activate(t, h, port);
  const { pid, endpoint } = JSON.parse(fs.readFileSync(h.record('@berthd'), 'utf8'));
  assert.equal(endpoint.port, port);
  assert.equal(pid, activated.pid); // it became berthd
  assert.equal((await get(port, '/')).status, 200);
  // The socket ends here: a child does not hold the port.
  h.create('alice', '--autostart', '--restart', 'on-failure');
  const { pid: alice } = h.start('alice');
  process.kill(alice, 'SIGKILL');
  while (h.instance('alice').status !== 'running') await new Promise(setImmediate);
  const child = h.instance('alice').pid;
  const inode = (of, fd) => fs.readlinkSync(`/proc/${of}/fd/${fd}`);
  const listening = inode(pid, 3);
  for (const fd of fs.readdirSync(`/proc/${child}/fd`)) assert.notEqual(inode(child, fd), listening);
});

test('with the socket of a service manager and a stranger at ::1, no page is served', activates, async (t) => {
  const h = managed(t);
  const port = h.gateway - 1;
  await takePort(t, port, '::1');
  await activate(t, h, port);
  for (const at of ['/', '/pick']) {
    const { status, body } = await get(port, at);
    assert.equal(status, 503);
    assert.match(body, /another program listens at ::1.*berth doctor/);
  }
});

test('a socket that is meant for another process is left alone', async (t) => {
  const h = managed(t);
  const child = spawn(path.join(h.bin, 'berthd'), [], {
    env: { ...h.env, LISTEN_FDS: '1', LISTEN_PID: '1' },
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  assert.equal(JSON.parse(fs.readFileSync(h.record('@berthd'), 'utf8')).endpoint.port, h.gateway);
});

test('a service manager hears when berthd is ready, lives and stops', async (t) => {
  const h = managed(t);
  // A datagram socket of the file system, which Node cannot make: systemd's
  // protocol is heard by a small reader in Python, that the tests need anyway.
  const socket = path.join(h.root, 'notify');
  const reader = spawn(
    'python3',
    ['-uc', `import socket\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)\ns.bind(${JSON.stringify(socket)})\nprint("bound")\nwhile True: print(s.recv(4096).decode())`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  t.after(() => reader.kill('SIGKILL'));
  let heard = '';
  let waiting = () => {};
  reader.stdout.on('data', (data) => ((heard += data), waiting()));
  const hear = (text) => new Promise((resolve) => ((waiting = () => heard.includes(text) && resolve()), waiting()));
  await hear('bound');
  const child = spawn(path.join(h.bin, 'berthd'), [], {
    env: { ...h.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: '30000000' },
    stdio: 'ignore',
  });
  t.after(() => child.kill('SIGKILL'));
  await hear('READY=1');
  await hear('WATCHDOG=1');
  child.kill('SIGTERM');
  await hear('STOPPING=1');
  await new Promise((resolve) => child.once('exit', resolve));
  assert.equal(ticksOf(child.pid), undefined);
});
