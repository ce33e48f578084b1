import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';

import { Home, takePort, ticksOf } from './harness.js';

const badNames = ['../x', 'a/b', '', 'a'.repeat(64), '.x', 'Alice', 'a b', 'a\n', '\x1b[31m', 'a\u202eb', 'é'];

test('row 35: what is no profile name is refused as wrong usage, by every command', (t) => {
  const h = new Home(t);
  for (const name of badNames)
    for (const command of [['start'], ['run'], ['stop'], ['restart'], ['profile', 'create'], ['profile', 'show']]) {
      const { code, err } = h.berth(...command, name);
      assert.equal(code, 2, `${command} ${JSON.stringify(name)}: ${err}`);
      assert.match(err, /^berth: not a profile name: ".*"\n/);
      assert.ok(!/[\x1b\u202e]/.test(err));
    }
  assert.equal(h.berth('start', '-x').code, 2);
  assert.equal(fs.existsSync(h.home), false);
});

test('names that look like commands are names', (t) => {
  const h = new Home(t);
  h.create('list');
  assert.equal(h.berth('start', 'list').code, 0);
  assert.equal(h.berth('port', 'list').code, 0);
});

test('wrong usage is 2 and says where to look', (t) => {
  const h = new Home(t);
  for (const args of [['bogus'], ['start'], ['stop', 'a', '--all'], ['start', 'a', '--port', '0'], ['start', 'a', '--timeout', 'x'],
    ['list', '--watch', '--quiet'], ['wait', 'a', '--for', 'ever'], ['profile'], ['completion', 'tcsh'], ['logs', 'a', '-n', '-1'],
    ['--color', 'pink', 'list']]) {
    const { code, err, out } = h.berth(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, /^berth: .+\n.+\n$/, args.join(' '));
    assert.equal(out, '');
  }
});

test('a broken profile is told with file, line and column, and hides nobody', (t) => {
  const h = new Home(t);
  h.create('alice');
  h.create('bob');
  const file = `${h.home}/config/profiles/alice.json`;
  fs.writeFileSync(file, '{\n  "label": "x",\n  oops\n}\n');
  const { code, err } = h.berth('start', 'alice');
  assert.equal(code, 1);
  assert.match(err, new RegExp(`^berth: broken profile \\(line 3, column 3: .*\\): ${file}\n`));
  assert.match(h.berth('list', '--all').out, /alice +stopped .* broken profile/);
  assert.match(h.berth('list', '--all').out, /bob +stopped/);
  assert.deepEqual(h.berth('profile', 'list', '--json').code, 1);
  assert.match(h.berth('doctor').out, /problem {2}profile .*alice\.json/);
});

test('a broken config is told by those who need it, and keeps nobody from stopping', (t) => {
  const h = new Home(t);
  h.create('alice');
  h.start('alice');
  fs.writeFileSync(`${h.home}/config/config.json`, '{"mdsn":"off"}');
  const { code, err } = h.berth('restart', 'alice');
  assert.equal(code, 1);
  assert.match(err, /broken config \(unknown key "mdsn"\): .*config\.json/);
  assert.equal(h.berth('doctor').code, 1);
  assert.equal(h.berth('stop', 'alice').code, 0);
});

test('port and url print just that; 3 when it does not run, 4 when there is none', (t) => {
  const h = new Home(t);
  h.create('alice');
  for (const command of ['port', 'url']) {
    assert.equal(h.berth(command, 'alice').code, 3);
    assert.equal(h.berth(command, 'nosuch').code, 4);
  }
  const { port } = h.start('alice');
  assert.equal(h.berth('port', 'alice').out, `${port}\n`);
  assert.equal(h.berth('url', 'alice').out, `http://127.0.0.1:${port}\n`);
});

test('without a name: BERTH_NAME, then use, then the only one that runs', (t) => {
  const h = new Home(t);
  for (const name of ['alice', 'bob', 'carol']) h.create(name);
  assert.equal(h.berth('port').code, 3);
  const alice = h.start('alice');
  assert.equal(h.berth('port').out, `${alice.port}\n`);
  const bob = h.start('bob');
  const several = h.berth('port');
  assert.equal(several.code, 2);
  assert.match(several.err, /several run.*: alice, bob\n.*berth use/);
  assert.equal(h.berth('use').code, 1);
  assert.equal(h.berth('use', 'bob').code, 0);
  assert.equal(h.berth('use').out, 'bob\n');
  assert.equal(h.berth('port').out, `${bob.port}\n`);
  assert.equal(h.berthWith({ env: { BERTH_NAME: 'alice' } }, 'port').out, `${alice.port}\n`);
  assert.equal(h.berthWith({ env: { BERTH_NAME: 'alice' } }, 'port', 'bob').out, `${bob.port}\n`);
  assert.equal(h.berth('use', 'nosuch').code, 4);
  assert.equal(h.berth('use').out, 'bob\n');
});

test('wait returns when it runs, when it stops, and with 7 at its limit', async (t) => {
  const h = new Home(t);
  h.create('alice');
  assert.equal(h.berth('wait', 'nosuch').code, 4);
  assert.equal(h.berth('wait', 'alice', '--timeout', '20ms').code, 7);
  assert.equal(h.berth('wait', 'alice', '--for', 'stopped').code, 0);
  const running = h.spawn(['wait', 'alice']);
  const { pid } = h.start('alice');
  assert.equal(await running.exit, 0);
  assert.equal(h.berth('wait', 'alice').code, 0);
  assert.equal(h.berth('wait', 'alice', '--for', 'stopped', '--timeout', '20ms').code, 7);
  const stopped = h.spawn(['wait', 'alice', '--for', 'stopped']);
  process.kill(pid, 'SIGKILL');
  assert.equal(await stopped.exit, 0);
});

test('logs shows the end, with escapes made visible', (t) => {
  const h = new Home(t);
  h.create('alice');
  assert.equal(h.berth('logs', 'nosuch').code, 4);
  const none = h.berth('logs', 'alice');
  assert.equal(none.code, 1);
  assert.match(none.err, /no log yet: alice/);
  h.start('alice');
  fs.appendFileSync(h.log('alice'), 'one\n\x1b]0;evil\x07\nlast\n');
  assert.equal(h.berth('logs', 'alice', '-n', '2').out, '\\x1b]0;evil\\x07\nlast\n');
});

test('logs -f goes on through writes, truncation and rotation', async (t) => {
  const h = new Home(t);
  h.create('alice');
  const follow = h.spawn(['logs', 'alice', '-f', '-n', '1']);
  const shows = (line) => follow.until(() => follow.lines().includes(line));
  fs.mkdirSync(`${h.home}/state/logs`, { recursive: true, mode: 0o700 });
  const log = h.log('alice');
  fs.writeFileSync(log, 'first\n');
  await shows('first');
  fs.appendFileSync(log, 'half');
  fs.appendFileSync(log, ' and \x1bhalf\n');
  await shows('half and \\x1bhalf');
  fs.truncateSync(log, 0);
  fs.appendFileSync(log, 'after\n');
  await shows('after');
  fs.renameSync(log, `${log}.1`);
  fs.appendFileSync(`${log}.1`, 'late in the old one\n');
  fs.writeFileSync(log, 'in the new one\n');
  await shows('in the new one');
  assert.deepEqual(follow.lines(), ['first', 'half and \\x1bhalf', 'after', 'late in the old one', 'in the new one']);
});

test('a profile is made, shown, changed and listed', (t) => {
  const h = new Home(t);
  h.create('alice', '--title', 'A', '--chain-id', '0xaa36a7', '--restart', 'on-failure', '--autostart', '--port', '9000');
  const profile = h.json('profile', 'show', 'alice', '--json');
  assert.match(profile.label, /^[a-z][a-z2-7]{15}$/);
  assert.deepEqual(profile, {
    name: 'alice', label: profile.label, wallet: 'dev', approve: 'native', restart: 'on-failure',
    autostart: true, chain_id: 11155111, port: 9000, title: 'A',
  });
  assert.equal(h.berth('profile', 'set', 'alice', 'title', 'B').code, 0);
  assert.equal(h.berth('profile', 'set', 'alice', 'chain-id', '1').code, 0);
  assert.equal(h.berth('profile', 'set', 'alice', 'port', '').code, 0);
  const changed = h.json('profile', 'list', '--json')[0];
  assert.deepEqual([changed.title, changed.chain_id, changed.port, changed.label], ['B', 1, undefined, profile.label]);
  assert.equal(h.berth('profile', 'create', 'alice').code, 1);
  assert.equal(h.berth('profile', 'set', 'alice', 'label', 'x').code, 2);
  assert.equal(h.berth('profile', 'set', 'alice', 'port', '0').code, 2);
  assert.equal(h.berth('profile', 'set', 'nosuch', 'port', '1').code, 4);
  assert.match(h.berth('profile', 'show', 'alice').out, /chain_id +1\n/);
});

test('what a profile cannot be is wrong usage, and makes nothing', (t) => {
  const h = new Home(t);
  for (const [args, message] of [
    [['--wallet', 'forward'], /upstream is missing/],
    [['--wallet', 'forward', '--upstream', 'ftp://x'], /upstream must be/],
    [['--wallet', 'paper'], /wallet must be/],
    [['--approve', 'never'], /approve must be ask, native or always/],
    [['--approve', 'always', '--chain-id', '1'], /never on chain 1/],
    [['--approve', 'always', '--wallet', 'forward', '--upstream', 'http://x'], /for dev wallets only/],
    [['--chain-id', '-1'], /chain id/],
    [['--color', 'red'], /color must be/],
    [['--wallet', 'forward', '--upstream', 'http://x', '--mnemonic-file', '-'], /only a dev wallet/],
  ]) {
    const { code, err } = h.berth('profile', 'create', 'alice', ...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, message);
  }
  assert.equal(fs.existsSync(`${h.home}/config/profiles/alice.json`), false);
});

test('a change of a running profile says that it waits for the next start', (t) => {
  const h = new Home(t);
  h.create('alice');
  h.start('alice');
  const { code, err } = h.berth('profile', 'set', 'alice', 'title', 'B');
  assert.equal(code, 0);
  assert.match(err, /next start: berth restart alice/);
});

test('a mnemonic is checked, kept private, and never put over another', (t) => {
  const h = new Home(t);
  const words = 'test test test test test test test test test test test junk\n';
  const bad = h.berthWith({ input: 'nonsense words\n' }, 'profile', 'create', 'alice', '--mnemonic-file', '-');
  assert.equal(bad.code, 1);
  assert.match(bad.err, /not a mnemonic \(word 1 is not in the list\): -/);
  assert.equal(fs.existsSync(`${h.home}/config/profiles/alice.json`), false);
  assert.equal(h.berthWith({ input: words }, 'profile', 'create', 'alice', '--mnemonic-file', '-').code, 0);
  const file = `${h.home}/data/alice/mnemonic`;
  assert.equal(fs.readFileSync(file, 'utf8'), words);
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  assert.equal(h.berth('profile', 'remove', 'alice', '--yes').code, 0);
  assert.equal(fs.existsSync(file), true);
  const over = h.berthWith({ input: `${words}` }, 'profile', 'create', 'alice', '--mnemonic-file', '-');
  assert.equal(over.code, 1);
  assert.match(over.err, /has a mnemonic already/);
  assert.equal(fs.existsSync(`${h.home}/config/profiles/alice.json`), false);
});

test('rename and remove are refused with 5 while it runs, and done when it does not', (t) => {
  const h = new Home(t);
  h.create('alice');
  const { pid, port } = h.start('alice');
  for (const args of [['rename', 'alice', 'eve'], ['remove', 'alice', '--yes']]) {
    const { code, err } = h.berth('profile', ...args);
    assert.equal(code, 5);
    assert.match(err, new RegExp(`already running: alice \\(pid ${pid}, port ${port}, since 20`));
  }
  h.berth('stop', 'alice');
  assert.equal(h.berth('profile', 'rename', 'alice', 'eve').code, 0);
  assert.equal(h.start('eve').port, port);
  h.berth('stop', 'eve');
  assert.equal(h.berth('profile', 'rename', 'nosuch', 'x').code, 4);
  assert.equal(h.berth('profile', 'remove', 'nosuch', '--yes').code, 4);
  const unasked = h.berth('profile', 'remove', 'eve');
  assert.equal(unasked.code, 2);
  assert.match(unasked.err, /--yes/);
  assert.equal(h.berth('profile', 'remove', 'eve', '--yes', '--data').code, 0);
  assert.equal(fs.existsSync(`${h.home}/data/eve`), false);
  assert.deepEqual(h.json('list', '--all', '--json'), []);
});

test('remove of a crashed profile takes its record along', (t) => {
  const h = new Home(t);
  h.create('alice');
  const { pid } = h.start('alice');
  process.kill(pid, 'SIGKILL');
  while (ticksOf(pid) !== undefined) continue;
  assert.equal(h.berth('profile', 'remove', 'alice', '--yes').code, 0);
  assert.deepEqual(h.json('list', '--all', '--json'), []);
});

test('call and exec hand over to berth-talk, with the name settled', (t) => {
  const h = new Home(t, {
    'berth-instance': 'berth_stub_instance',
    'berth-talk': '#!/bin/sh\nfor a in "$@"; do printf "<%s>" "$a"; done\nexit 42\n',
  });
  h.create('alice');
  h.start('alice');
  for (const [args, given] of [
    [['call', 'alice', 'eth_chainId'], '<call><alice><eth_chainId>'],
    [['call', 'eth_chainId'], '<call><alice><eth_chainId>'],
    [['call', 'eth_call', '[{"a":1}]'], '<call><alice><eth_call><[{"a":1}]>'],
    [['call', 'alice', 'x', ' {}'], '<call><alice><x>< {}>'],
    [['exec', 'alice', '--', 'sh', '-c', 'x --all', '--'], '<exec><alice><--><sh><-c><x --all><-->'],
    [['exec', '--', 'ls'], '<exec><alice><--><ls>'],
    [['--color', 'never', 'exec', '--', 'ls'], '<exec><alice><--><ls>'],
  ])
    assert.deepEqual(h.berth(...args), { code: 42, out: given, err: '' });
});

test("exec's own failures are 125", (t) => {
  const h = new Home(t);
  h.create('alice');
  for (const args of [['exec', 'alice'], ['exec', '--bogus'], ['exec', '../x', '--', 'ls'], ['exec', '--', 'ls'], ['exec', 'alice', '--', 'ls']])
    assert.equal(h.berth(...args).code, 125, args.join(' '));
});

test('doctor is content with a fresh home that lacks nothing, and says where settings come from', (t) => {
  const mdns = '{"backend":"none","state":"disabled","reason":"","records":[]}';
  const talk = `#!/bin/sh\necho '${mdns}'\n`;
  const h = new Home(t, { 'berth-instance': 'berth_stub_instance', 'berth-talk': talk, berthd: '#!/bin/sh\n' });
  h.create('alice');
  h.start('alice');
  const report = h.json('doctor', '--json');
  assert.equal(report.ok, true, JSON.stringify(report.checks.filter((c) => c.status === 'problem')));
  const setting = report.checks.find((c) => c.check === 'setting' && c.subject === 'port_range');
  assert.match(setting.message, /from BERTH_PORT_RANGE$/);
  assert.deepEqual(Object.keys(setting), ['check', 'status', 'subject', 'message', 'fix']);
});

test('doctor notes where a protection is off', (t) => {
  const h = new Home(t);
  const noted = () => JSON.parse(h.berth('doctor', '--json').out).checks.find((c) => c.check === 'protection');
  assert.equal(noted(), undefined);
  h.env.BERTH_PEER_CHECK = 'off';
  assert.equal(noted().status, 'note');
  assert.match(noted().message, /other users/);
});

test('doctor names what is wrong with its path, and what to do', async (t) => {
  const h = new Home(t, { 'berth-instance': 'berth_stub_instance' });
  const port = Number(h.ports.split('-')[0]);
  await takePort(t, port + 40);
  h.create('alice');
  const { pid } = h.start('alice');
  process.kill(pid, 'SIGKILL');
  while (ticksOf(pid) !== undefined) continue;
  fs.chmodSync(`${h.home}/config/profiles/alice.json`, 0o644);
  fs.chmodSync(`${h.home}/data`, 0o755);
  fs.writeFileSync(`${h.home}/config/profiles/Not A Name.json`, '');
  fs.writeFileSync(`${h.registry}/notes.txt`, '');
  fs.writeFileSync(`${h.registry}/.x.abcdefghijklmnop.tmp`, '');
  const { code, out } = h.berth('doctor');
  assert.equal(code, 1);
  for (const expected of [
    `problem  profile ${h.home}/config/profiles/alice.json: mode is 0644: others can get at it\n +to do: chmod 600 `,
    `problem  data directory ${h.home}/data: mode is 0755: others can get at it\n +to do: chmod 700 `,
    `problem  record ${h.record('alice')}: crashed\n +to do: berth start alice, or berth prune`,
    'problem  stray file .*Not A Name.json',
    'problem  stray file .*notes.txt',
    'note     unfinished record .*abcdefghijklmnop.tmp',
    `note     port ${port + 40}: taken by a program`,
    'problem  program berth-talk: .*\n +to do: ',
  ])
    assert.match(out, new RegExp(expected));
});

test('doctor finds a registry that others can read', (t) => {
  const h = new Home(t);
  fs.mkdirSync(h.registry, { recursive: true });
  fs.chmodSync(h.registry, 0o755);
  const { code, out } = h.berth('doctor');
  assert.equal(code, 1);
  assert.match(out, /problem {2}registry directory .*open to others.*\n +to do: chmod 700 /);
  assert.equal(h.berth('list').code, 1);
});

test('help knows every command and every exit code', (t) => {
  const h = new Home(t);
  const { out } = h.berth('help');
  for (const verb of ['start', 'run', 'stop', 'restart', 'list', 'show', 'port', 'url', 'wait', 'logs', 'call', 'exec', 'use',
    'profile', 'browser', 'doctor', 'prune', 'completion', 'version']) {
    assert.match(out, new RegExp(`^  ${verb}\\b`, 'm'), verb);
    assert.equal(h.berth('help', verb).code, 0);
  }
  const codes = h.berth('help', 'exit-codes').out;
  for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 125, 127]) assert.match(codes, new RegExp(`^${code} +\\w`, 'm'));
  assert.equal(h.berth('help').out, h.berth('--help').out);
  assert.match(h.berth('help', 'profile', 'create').out, /^Usage: berth profile create /m);
  assert.match(h.berth('version').out, /^berth \d+\.\d+\.\d+\n$/);
  assert.equal(h.berth('--version').out, h.berth('version').out);
  assert.equal(h.berth('help', 'bogus').code, 2);
});

test('the completion scripts know every verb and option that help shows', (t) => {
  const h = new Home(t);
  const commands = ['start', 'run', 'stop', 'restart', 'list', 'show', 'wait', 'logs', 'doctor', 'approvals', 'approve', 'deny', 'grants', 'revoke'].map((c) => [c]);
  commands.push(...['create', 'remove'].map((c) => ['profile', c]), ['browser']);
  commands.push(...['install', 'remove', 'status'].map((c) => ['browser', c]));
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = h.berth('completion', shell).out;
    for (const words of [[], ...commands]) {
      const help = h.berth('help', ...words).out;
      for (const [, option] of help.matchAll(/--([a-z-]+)/g))
        if (option !== 'help') assert.ok(script.includes(shell === 'fish' ? `-l ${option}` : `--${option}`), `${shell} ${words} ${option}`);
    }
  }
});

test('completion in bash offers verbs, options and names', (t) => {
  const h = new Home(t);
  h.create('alice');
  h.create('bob');
  h.start('bob');
  const complete = (...words) => {
    const script = `source <(berth completion bash); COMP_WORDS=(${words.map((w) => `'${w}'`).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _berth; echo "\${COMPREPLY[*]}"`;
    return execFileSync('bash', ['-c', script], { env: { ...h.env, PATH: `${h.bin}:${h.env.PATH}` }, encoding: 'utf8' }).trim();
  };
  assert.equal(complete('berth', 'sta'), 'start');
  assert.equal(complete('berth', 'start', ''), 'alice bob');
  assert.equal(complete('berth', 'stop', ''), 'bob');
  assert.equal(complete('berth', 'start', '--p'), '--port --port-range');
  assert.equal(complete('berth', 'profile', 're'), 'rename remove');
  assert.equal(complete('berth', 'profile', 'set', 'alice', 'ch'), 'chain_id');
  assert.equal(complete('berth', 'wait', '--for', ''), 'running stopped');
  assert.equal(complete('berth', 'browser', ''), 'install remove status');
  assert.equal(complete('berth', 'browser', 'install', '--'), '--system');
  assert.equal(complete('berth', 'browser', 'status', '--'), '--system --json');
});

test('a full disk behind stdout is no silent success', (t) => {
  const h = new Home(t);
  h.create('alice');
  const script = `${h.bin}/berth list --all > /dev/full; echo $?`;
  const out = execFileSync('sh', ['-c', script], { env: h.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  assert.equal(out, '1\n');
});
