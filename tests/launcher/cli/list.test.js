import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';

import { Home, ticksOf } from './harness.js';

function kill(pid) {
  process.kill(pid, 'SIGKILL');
  while (ticksOf(pid) !== undefined) continue;
}

test('the table shows running and crashed ones, and with --all stopped ones', (t) => {
  const h = new Home(t);
  h.create('alice', '--title', 'Alice (Sepolia)', '--chain-id', '11155111');
  h.create('bob', '--chain-id', '1');
  h.create('carol');
  const alice = h.start('alice');
  const bob = h.start('bob');
  kill(bob.pid);
  const lines = h.berth('list', '--all').out.split('\n');
  const pid = String(alice.pid);
  const gap = ' '.repeat(Math.max(0, pid.length - 3));
  assert.match(lines[0], new RegExp(`^NAME     STATUS    PORT   PID${gap}  UPTIME  CHAIN     TITLE$`));
  assert.match(lines[1], new RegExp(`^alice    running   ${alice.port}  ${pid}  \\d s     11155111  Alice \\(Sepolia\\)$`));
  assert.match(lines[2], new RegExp(`^bob      crashed   ${bob.port}  -  ${gap}  -       1         died, see: berth logs bob$`));
  assert.match(lines[3], new RegExp(`^carol    stopped   -      -  ${gap}  -       -$`));
  assert.deepEqual(h.berth('list', '-q').out, 'alice\nbob\n');
  assert.deepEqual(h.berth('ls', '-q', '--all').out, 'alice\nbob\ncarol\n');
});

test('the JSON has the agreed keys, null where unknown, and never the token', (t) => {
  const h = new Home(t);
  h.create('alice', '--title', 'A');
  h.create('bob');
  const keys = ['name', 'status', 'state', 'id', 'pid', 'port', 'url', 'ws_url', 'started_at',
    'chain_id', 'title', 'wallet', 'version'];
  const running = h.start('alice');
  const { token } = JSON.parse(fs.readFileSync(h.record('alice')));
  const { out } = h.berth('list', '--all', '--json');
  const [alice, bob] = JSON.parse(out);
  assert.deepEqual(Object.keys(alice), keys);
  assert.deepEqual(Object.keys(bob), keys);
  assert.equal(alice.ws_url, `ws://127.0.0.1:${running.port}`);
  assert.equal(alice.state, 'ready');
  assert.deepEqual([alice.wallet, alice.version], ['dev', '0']);
  assert.deepEqual([bob.status, bob.pid, bob.port, bob.chain_id, bob.wallet], ['stopped', null, null, '0x7a69', 'dev']);
  const shown = h.json('show', 'alice', '--json');
  assert.deepEqual(Object.keys(shown), [...keys, 'directories', 'log', 'restart', 'grants']);
  for (const command of [['list', '--json'], ['list', '--wide'], ['show', 'alice'], ['show', 'alice', '--json'], ['doctor']])
    assert.ok(!h.berth(...command).out.includes(token), command.join(' '));
  assert.equal(h.json('show', 'alice', '--json', '--reveal-token').token, token);
});

test('colours come only when asked for where there is no terminal', (t) => {
  const h = new Home(t);
  h.create('alice');
  assert.ok(!h.berth('list', '--all').out.includes('\x1b'));
  assert.ok(h.berth('list', '--all', '--color', 'always').out.includes('\x1b[2mstopped\x1b[0m'));
  assert.ok(h.berthWith({ env: { NO_COLOR: '1' } }, 'list', '--color=always').out.includes('\x1b'));
});

test('on a terminal there are colours, unless NO_COLOR says otherwise', (t) => {
  const h = new Home(t);
  h.create('alice');
  const on = (env) =>
    execFileSync('script', ['-qec', `${h.bin}/berth list --all`, '/dev/null'], {
      env: { ...h.env, TERM: 'xterm', SHELL: '/bin/sh', ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  assert.ok(on({}).includes('\x1b[2mstopped'));
  assert.ok(!on({ NO_COLOR: '1' }).includes('\x1b'));
  assert.ok(!on({ TERM: 'dumb' }).includes('\x1b'));
});

test('row 35: hostile titles reach no terminal, and keep the table straight', (t) => {
  const h = new Home(t);
  h.create('alice', '--title', '\x1b[2J\u202eevil\n');
  h.create('bob', '--title', '日本');
  const { out } = h.berth('list', '--all');
  assert.match(out, /\\x1b\[2J\\u202eevil\\n/);
  assert.ok(!/[\x1b\u202e]/.test(out));
  assert.ok(!/[\x1b\u202e]/.test(h.berth('list', '--all', '--json').out));
  assert.equal(h.instance('alice').title, '\x1b[2J\u202eevil\n');
});

test('rows 30 and 31: hostile entries are shown as they are, and hide nobody', (t) => {
  const h = new Home(t);
  h.create('zoe');
  h.start('zoe');
  const good = JSON.parse(fs.readFileSync(h.record('zoe')));
  const put = (name, text, mode = 0o600) => fs.writeFileSync(h.record(name), text, { mode });
  put('empty', '');
  put('half', '{"format":1,');
  put('twice', '{"format":1,"format":1}');
  put('other', JSON.stringify(good));
  put('newer', JSON.stringify({ ...good, name: 'newer', format: 2 }));
  put('badport', JSON.stringify({ ...good, name: 'badport', endpoint: { host: '127.0.0.1', port: 0 } }));
  put('open', JSON.stringify({ ...good, name: 'open' }), 0o644);
  fs.chmodSync(h.record('open'), 0o644);
  fs.symlinkSync('/etc/passwd', h.record('link'));
  execFileSync('mkfifo', ['-m', '600', h.record('fifo')]);
  fs.mkdirSync(h.record('dir'));
  fs.linkSync(h.record('zoe'), `${h.home}/linked`);
  fs.unlinkSync(`${h.home}/linked`);
  put('huge', 'x'.repeat(1 << 20));
  put('.hidden', '{}');
  fs.writeFileSync(`${h.registry}/Bad\u202eName.json`, '{}');
  const list = h.json('list', '--json');
  const status = Object.fromEntries(list.map((item) => [item.name, item.status]));
  assert.deepEqual(status, {
    badport: 'crashed', dir: 'unknown', empty: 'crashed', fifo: 'unknown', half: 'crashed',
    huge: 'crashed', link: 'unknown', newer: 'crashed', open: 'unknown', other: 'crashed',
    twice: 'crashed', zoe: 'running',
  });
  const { code, out } = h.berth('doctor');
  assert.equal(code, 1);
  for (const name of ['badport', 'dir', 'empty', 'fifo', 'half', 'huge', 'link', 'newer', 'open', 'other', 'twice'])
    assert.match(out, new RegExp(`problem  record ${h.record(name)}: .+\n +to do: `), name);
  assert.match(out, /problem {2}stray file .*Bad\\u202eName\.json/);
  assert.match(out, new RegExp(`ok +record ${h.record('zoe')}: alive`));
  assert.equal(h.berth('start', 'zoe').code, 0);
});

test('watch --json tells the present state, then each change, one a line', async (t) => {
  const h = new Home(t);
  h.create('alice');
  h.create('bob');
  h.start('alice');
  const watch = h.spawn(['list', '--watch', '--json']);
  const events = () => watch.lines().map((line) => JSON.parse(line));
  const told = (n) => watch.until(() => events().length >= n);
  await told(1);
  const { pid } = h.start('bob');
  await told(2);
  process.kill(pid, 'SIGKILL');
  await told(3);
  h.berth('stop', 'alice');
  await told(4);
  assert.deepEqual(
    events().map(({ event, instance }) => [event, instance.name, instance.status]),
    [
      ['added', 'alice', 'running'],
      ['added', 'bob', 'running'],
      ['crashed', 'bob', 'crashed'],
      ['removed', 'alice', 'stopped'],
    ],
  );
});

test('watch prints a fresh table for each change', async (t) => {
  const h = new Home(t);
  h.create('alice');
  const watch = h.spawn(['list', '--watch']);
  await watch.until(() => watch.out.endsWith('TITLE\n\n'));
  h.start('alice');
  await watch.until(() => /alice +running/.test(watch.out));
});

test('berth alone lists everything and says what to do next', (t) => {
  const h = new Home(t);
  h.create('alice');
  const { code, out } = h.berth();
  assert.equal(code, 0);
  assert.match(out, /^NAME .*\nalice +stopped.*\n\n(berth .*\n){3}$/);
});

test('prune removes what is dead and lost, and nothing else', (t) => {
  const h = new Home(t);
  for (const name of ['alice', 'bob']) h.create(name);
  h.start('alice');
  kill(h.start('bob').pid);
  const left = `${h.registry}/.carol.abcdefghijklmnop.tmp`;
  fs.writeFileSync(left, 'a token', { mode: 0o600 });
  fs.symlinkSync('/etc/passwd', h.record('link'));
  const { code, out } = h.berth('prune');
  assert.deepEqual([code, out], [0, 'bob\n']);
  assert.equal(fs.existsSync(h.record('bob')), false);
  assert.equal(fs.existsSync(left), false);
  assert.equal(fs.lstatSync(h.record('link')).isSymbolicLink(), true);
  assert.equal(h.instance('alice').status, 'running');
  assert.equal(h.instance('bob').status, 'stopped');
});

test('health comes from berth-talk, and decides the status', (t) => {
  const h = new Home(t);
  h.create('alice');
  h.create('bob');
  h.start('alice');
  h.start('bob');
  const missing = h.berth('list', '--health');
  assert.equal(missing.code, 1);
  assert.match(missing.err, /berth-talk/);
  assert.match(missing.out, /alice +running/);
  const answer = '{"alice":{"status":"degraded","reason":"upstream is down"},"bob":{"status":"ok","reason":""}}';
  h.install('berth-talk', `#!/bin/sh\n[ "$*" = "health --json alice bob" ] && echo '${answer}'\n`);
  const [alice, bob] = h.json('list', '--health', '--json');
  assert.deepEqual([alice.status, alice.health], ['degraded', { status: 'degraded', reason: 'upstream is down' }]);
  assert.deepEqual([bob.status, bob.health], ['running', { status: 'ok', reason: null }]);
  assert.match(h.berth('list', '--wide').out, /alice +degraded .* MiB +0 +degraded: upstream is down +start/);
});
