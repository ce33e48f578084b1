// berthd from outside: real programs, killed and stopped as users do it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { test } from 'node:test';

import { Home, takePort, ticksOf } from './harness.js';

const PROGRAMS = { 'berth-instance': 'berth-instance', berthd: 'berthd', 'berth-talk': 'berth-talk' };

// A home with the real programs, and a gateway port of its own.
function managed(t, programs = PROGRAMS) {
  const h = new Home(t, programs);
  h.gateway = Number(h.ports.split('-')[1]) - 5;
  h.env.BERTH_PORT_RANGE = `${h.ports.split('-')[0]}-${h.gateway - 1}`;
  h.env.BERTH_GATEWAY_PORT = String(h.gateway);
  return h;
}

function manager(h) {
  return JSON.parse(fs.readFileSync(h.record('@berthd'), 'utf8'));
}

// Until `condition()` holds; records and state files that come and go say when
// to look again.
async function until(h, condition) {
  const directories = [h.registry, `${h.home}/state`];
  for (const directory of directories) fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  let look = () => {};
  const watches = directories.map((directory) => fs.watch(directory, () => look()));
  try {
    await new Promise((resolve) => {
      look = () => condition() && resolve();
      look();
    });
  } finally {
    for (const watch of watches) watch.close();
  }
}

function request(port, target, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const asked = http.request({ host: '127.0.0.1', port, path: target, method, headers }, (answer) => {
      let text = '';
      answer.on('data', (data) => (text += data));
      answer.on('end', () => resolve({ status: answer.statusCode, body: text }));
    });
    asked.on('error', reject).end(body);
  });
}

test('up starts one berthd, prints its gateway, and again when it runs; down stops it', async (t) => {
  const h = managed(t);
  const first = h.berth('up');
  assert.deepEqual(first, { code: 0, out: `berthd  ${h.gateway}  http://127.0.0.1:${h.gateway}\n`, err: '' });
  const { pid, kind, level } = manager(h);
  assert.deepEqual([kind, level], ['manager', 1]);
  assert.deepEqual(h.berth('up'), first);
  assert.equal(manager(h).pid, pid);
  assert.deepEqual(await request(h.gateway, '/health'), { status: 200, body: '{"status":"ok"}' });
  assert.deepEqual(h.json('list', '--all', '--json'), []);
  assert.deepEqual(h.berth('down'), { code: 0, out: '', err: '' });
  assert.equal(ticksOf(pid), undefined);
  assert.ok(!fs.existsSync(h.record('@berthd')));
  assert.equal(h.berth('down').code, 0);
});

test('many at once start one berthd', async (t) => {
  const h = managed(t);
  const ups = Array.from({ length: 20 }, () => h.spawn(['up']));
  const codes = await Promise.all(ups.map((up) => up.exit));
  assert.deepEqual(codes.filter((code) => code !== 0), [], ups.map((up) => up.err).join(''));
  assert.equal(new Set(ups.map((up) => up.out)).size, 1);
});

test('the first start also starts berthd, unless told not to', async (t) => {
  const h = managed(t);
  h.env.BERTH_BERTHD = 'auto';
  h.create('alice');
  assert.equal(h.berth('start', 'alice', '--no-daemon').code, 0);
  assert.equal(h.berthWith({ env: { BERTH_BERTHD: 'off' } }, 'start', 'alice').code, 0);
  assert.ok(!fs.existsSync(`${h.home}/data/@berthd`));
  assert.equal(h.berth('start', 'alice').code, 0);
  await until(h, () => fs.existsSync(h.record('@berthd')));
});

test('start says it where berthd is not there, and is done all the same', (t) => {
  const h = new Home(t);
  h.env.BERTH_BERTHD = 'auto';
  h.create('alice');
  const { code, out, err } = h.berth('start', 'alice');
  assert.equal(code, 0);
  assert.match(out, /^alice /);
  assert.match(err, /berthd was not started, so nothing restarts what crashes: .*berthd/);
});

test('a crash is restarted on its old port; a stop and a kill by the user are not', async (t) => {
  const h = managed(t);
  h.berth('up');
  h.create('alice', '--restart', 'on-failure');
  const { pid, port, id } = h.start('alice');
  process.kill(pid, 'SIGKILL');
  await until(h, () => h.instance('alice').status === 'running' && h.instance('alice').id !== id);
  const again = h.instance('alice');
  assert.equal(again.port, port);
  assert.equal(JSON.parse(fs.readFileSync(h.record('alice'), 'utf8')).started_by, 'berthd');
  assert.equal(h.berth('stop', 'alice', '--force').code, 0);
  assert.equal(h.berth('wait', 'alice', '--timeout', '1s').code, 7);
  assert.equal(h.instance('alice').status, 'stopped');
});

test('a stop while a restart is waiting is the last word', (t) => {
  const h = managed(t);
  h.berth('up');
  h.create('alice', '--restart', 'always');
  const { pid } = h.start('alice');
  process.kill(pid, 'SIGKILL');
  while (ticksOf(pid) !== undefined) continue;
  assert.equal(h.berth('stop', 'alice').code, 0);
  assert.equal(h.berth('wait', 'alice', '--timeout', '1s').code, 7);
});

test('berthd that comes back looks after what runs, and restarts what crashed meanwhile', async (t) => {
  const h = managed(t);
  h.berth('up');
  for (const name of ['alice', 'bob', 'carol']) h.create(name, '--restart', 'on-failure');
  const before = Object.fromEntries(['alice', 'bob', 'carol'].map((name) => [name, h.start(name)]));
  const { pid } = manager(h);
  process.kill(pid, 'SIGKILL');
  while (ticksOf(pid) !== undefined) continue;
  assert.ok(ticksOf(before.alice.pid), 'an instance outlives it');
  process.kill(before.bob.pid, 'SIGKILL');
  while (ticksOf(before.bob.pid) !== undefined) continue;
  assert.equal(h.berth('up').code, 0);
  await until(h, () => h.instance('bob').status === 'running');
  assert.equal(h.instance('alice').pid, before.alice.pid);
  process.kill(before.carol.pid, 'SIGKILL');
  await until(h, () => h.instance('carol').status === 'running' && h.instance('carol').pid !== before.carol.pid);
});

test('a crash loop ends in failed with its reason, and start begins anew', async (t) => {
  const h = managed(t, { ...PROGRAMS, 'berth-instance': 'berth_stub_instance' });
  h.berth('up');
  h.create('alice', '--restart', 'on-failure', '--title', 'stub:crash');
  h.berth('start', 'alice');
  await until(h, () => h.instance('alice').status === 'failed');
  assert.match(h.berth('list').out, /alice +failed .*5 starts in 10 s, the last ended: signal 6 \(Aborted\)/);
  const shown = h.json('show', 'alice', '--json');
  assert.equal(shown.last_exit, 'signal 6 (Aborted)');
  assert.ok(shown.last_lines.at(-1).includes('the stub crashes'), JSON.stringify(shown.last_lines));
  h.berth('profile', 'set', 'alice', 'title', 'calm');
  assert.equal(h.berth('start', 'alice').code, 0);
  assert.equal(h.instance('alice').status, 'running');
});

test('autostart starts with berthd, and not what the user stopped', async (t) => {
  const h = managed(t);
  h.create('alice', '--autostart');
  h.create('bob', '--autostart');
  h.create('carol');
  h.start('bob');
  h.berth('stop', 'bob');
  h.berth('up');
  assert.equal(h.berth('wait', 'alice').code, 0);
  assert.deepEqual(h.json('list', '--json').map((item) => item.name), ['alice']);
});

test('a stopped process is unresponsive, keeps its name and port, and is well again after', async (t) => {
  const h = managed(t);
  h.berth('up');
  h.create('alice');
  const { pid, port } = h.start('alice');
  const before = Date.now();
  process.kill(pid, 'SIGSTOP');
  await until(h, () => h.instance('alice').status === 'unresponsive');
  assert.ok(Date.now() - before < 20000, 'within some rounds');
  assert.equal(h.json('show', 'alice', '--json').port, port);
  process.kill(pid, 'SIGCONT');
  await until(h, () => h.instance('alice').status === 'running');
  process.kill(pid, 'SIGSTOP');
  assert.equal(h.berth('stop', 'alice', '--force').code, 0);
  assert.equal(h.instance('alice').status, 'stopped');
});

test('watch --json tells unresponsive and running again as they come', async (t) => {
  const h = managed(t);
  h.berth('up');
  h.create('alice');
  const { pid } = h.start('alice');
  const watch = h.spawn(['list', '--watch', '--json']);
  const statuses = () => watch.lines().map((line) => JSON.parse(line).instance.status);
  await watch.until(() => statuses().at(-1) === 'running');
  process.kill(pid, 'SIGSTOP');
  await watch.until(() => statuses().at(-1) === 'unresponsive');
  process.kill(pid, 'SIGCONT');
  await watch.until(() => statuses().at(-1) === 'running');
  assert.deepEqual(statuses(), ['running', 'unresponsive', 'running']);
});

test('watch --json tells failed as it comes', async (t) => {
  const h = managed(t, { ...PROGRAMS, 'berth-instance': 'berth_stub_instance' });
  h.berth('up');
  h.create('alice', '--restart', 'on-failure', '--title', 'stub:crash');
  const watch = h.spawn(['list', '--watch', '--json']);
  h.berth('start', 'alice');
  await watch.until((w) => w.lines().some((line) => JSON.parse(line).instance.status === 'failed'));
  const last = JSON.parse(watch.lines().at(-1));
  assert.deepEqual([last.instance.status, last.instance.pid], ['failed', null]);
  // Of the crash itself, where berthd had given up before it could be told.
  assert.ok(['changed', 'crashed'].includes(last.event), last.event);
});

test('an instance that says it is degraded is so in the list', async (t) => {
  const h = managed(t);
  h.berth('up');
  const port = h.gateway + 2; // nobody listens there yet
  h.create('alice', '--wallet', 'forward', '--upstream', `http://127.0.0.1:${port}`);
  h.start('alice');
  await until(h, () => h.instance('alice').status === 'degraded');
  assert.equal(h.berth('port', 'alice').code, 0);
  assert.equal(h.berth('stop', '--all').code, 0);
  assert.equal(h.instance('alice').status, 'stopped');
});

test('how a child of berthd ended is in its log and in show; else it is unknown', async (t) => {
  const h = managed(t);
  h.berth('up');
  h.create('alice', '--restart', 'on-failure');
  const { pid, id } = h.start('alice');
  process.kill(pid, 'SIGKILL');
  await until(h, () => h.instance('alice').status === 'running' && h.instance('alice').id !== id);
  h.berth('profile', 'set', 'alice', 'restart', 'no');
  const second = h.instance('alice');
  process.kill(second.pid, 'SIGABRT');
  await until(h, () => h.json('show', 'alice', '--json').last_exit === 'signal 6 (Aborted)');
  assert.match(h.berth('logs', '@berthd').out, /alice: ended: signal 6 \(Aborted\)/);
  h.create('bob');
  const bob = h.start('bob');
  process.kill(bob.pid, 'SIGKILL');
  while (ticksOf(bob.pid) !== undefined) continue;
  assert.equal(h.json('show', 'bob', '--json').last_exit, 'unknown');
});

test('a taken gateway port is told, and the next one serves', async (t) => {
  const h = managed(t);
  await takePort(t, h.gateway);
  assert.match(h.berth('up').out, new RegExp(`^berthd  ${h.gateway + 1} `));
  assert.match(fs.readFileSync(h.log('@berthd'), 'utf8'), new RegExp(`port ${h.gateway} is not ours`));
  const { checks } = JSON.parse(h.berth('doctor', '--json').out);
  const gateway = checks.find((check) => check.check === 'gateway');
  assert.equal(gateway.status, 'note');
  assert.match(gateway.message, new RegExp(`${h.gateway + 1}`));
});

test('row 33: a record of berthd or of an instance that a cleaner removes is back at once', async (t) => {
  const h = managed(t);
  h.berth('up');
  h.create('alice');
  h.start('alice');
  for (const name of ['@berthd', 'alice']) {
    const before = Date.now();
    fs.rmSync(h.record(name));
    await until(h, () => fs.existsSync(h.record(name)));
    assert.ok(Date.now() - before < 5000, `${name} is there before any safety scan`);
  }
});

const opens = { skip: !fs.existsSync('/usr/bin/xdg-open') && 'no xdg-open' };

test('ui hands the browser a private file that leads to the dashboard, and says so when none opens', opens, (t) => {
  const h = managed(t);
  const file = path.join(h.home, 'state/ui.html');
  const browser = (name, script) => {
    h.env.BROWSER = path.join(h.root, name);
    fs.writeFileSync(h.env.BROWSER, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  };
  browser('opens', `echo "$@" > '${h.root}/opened'`);
  const { code, out, err } = h.berth('ui');
  assert.deepEqual([code, out], [0, ''], err);
  assert.equal(fs.readFileSync(`${h.root}/opened`, 'utf8'), `file://${file}\n`);
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  const { endpoint } = manager(h);
  assert.match(fs.readFileSync(file, 'utf8'), new RegExp(`url=http://[a-z2-7]{16}\\.localhost:${endpoint.port}/#[\\w-]{43}"`));

  browser('fails', 'exit 5');
  const failed = h.berth('ui');
  assert.equal(failed.code, 1);
  assert.match(failed.err, /^berth: no browser could be opened: .*\nopen it by hand, within 30 s: file:/);
});

test('the gateway proves that it can read the registry, and answers no page', async (t) => {
  const h = managed(t);
  h.berth('up');
  const { id, token } = manager(h);
  const nonce = randomBytes(32);
  const ask = (body, headers = {}) =>
    request(h.gateway, '/v1/hello', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const { status, body } = await ask({ nonce: nonce.toString('base64url') });
  assert.equal(status, 200);
  const text = Buffer.concat([Buffer.from(['berth-server-v1', id, '127.0.0.1', h.gateway, ''].join('\x00')), nonce]);
  const proof = createHmac('sha256', Buffer.from(token, 'base64url')).update(text).digest('base64url');
  assert.deepEqual(JSON.parse(body), { proof });
  assert.equal((await ask({ nonce: 'short' })).status, 400);
  assert.equal((await ask({ nonce: nonce.toString('base64url') }, { Origin: 'https://example.org' })).status, 403);
});

test('a stop that the instance did not live to note is the last word', async (t) => {
  const h = managed(t, { ...PROGRAMS, 'berth-instance': 'berth_stub_instance' });
  h.berth('up');
  h.create('alice', '--restart', 'on-failure', '--title', 'stub:crash-on-term');
  h.start('alice');
  assert.equal(h.berth('stop', 'alice').code, 0);
  assert.equal(h.berth('wait', 'alice', '--timeout', '1s').code, 7);
  assert.equal(h.instance('alice').status, 'stopped');
});

test('what berthd starts gives way to a stop that came before its claim', async (t) => {
  const h = managed(t);
  h.create('alice');
  h.start('alice');
  h.berth('stop', 'alice');
  const file = path.join(h.root, 'settings');
  h.install('berth-instance', `#!/bin/sh\ncat <&3 >${file}\n`);
  h.berth('run', 'alice');
  const settings = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.writeFileSync(file, JSON.stringify({ ...settings, started_by: 'berthd' }));
  h.install('berth-instance', 'berth-instance');
  const child = spawn(path.join(h.bin, 'berth-instance'), [], {
    stdio: ['ignore', 'ignore', 'ignore', fs.openSync(file), 'pipe'],
  });
  const line = await new Promise((resolve) => child.stdio[4].once('data', (data) => resolve(JSON.parse(data))));
  assert.match(line.error.message, /was stopped meanwhile: alice/);
  assert.equal(h.instance('alice').status, 'stopped');
});
