// berth doctor --record NAME: what an author of another implementation is told.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Home, takePort, ticksOf } from './harness.js';

const kOwnerByte = 2 ** 30;

function homeOf(t, programs) {
  const h = new Home(t, programs);
  fs.mkdirSync(h.registry, { recursive: true, mode: 0o700 });
  return h;
}

// A good record of this process, with `changes`; undefined leaves a key out.
function recordOf(changes = {}) {
  return {
    format: 1, name: 'alice', id: '7f9c24e8-3b12-4fef-91e0-5d2b6a7c8e90', kind: 'wallet',
    pid: process.pid, boot_id: fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pid_namespace: fs.statSync('/proc/self/ns/pid').ino, start_ticks: ticksOf(process.pid),
    uid: process.getuid(), started_at: '2026-01-02T03:04:05.678Z',
    endpoint: { host: '127.0.0.1', port: 8766 }, level: 0, ...changes,
  };
}

// Of a process that has ended: a crash, which is nobody's mistake.
function deadRecord(changes) {
  return recordOf({ boot_id: '0b6ad1a3-7c2e-4a39-9d0d-2f1f8f6f4c11', ...changes });
}

function put(h, text, name = 'alice') {
  if (typeof text !== 'string' && !Buffer.isBuffer(text)) text = JSON.stringify(text);
  fs.writeFileSync(h.record(name), text, { mode: 0o600 });
}

// A process that holds a lock on the record, taken by the statements of
// Python in `take`; until the test ends.
async function hold(t, h, take) {
  const script = [
    'import fcntl, os, struct, sys',
    'def ofd(byte, length=1, kind=fcntl.F_WRLCK):',
    "    fcntl.fcntl(f, fcntl.F_OFD_SETLK, struct.pack('hhqqi4x', kind, 0, byte, length, 0))",
    "f = open(sys.argv[1], 'r+')",
    take,
    "print('locked', flush=True)",
    'sys.stdin.read()',
  ].join('\n');
  const child = spawn('/usr/bin/python3', ['-c', script, h.record('alice')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  t.after(() => (child.kill('SIGKILL'), ended));
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
  return child.pid;
}
const kOwner = `ofd(${kOwnerByte})`;

function diagnosed(h, status) {
  const { code, out } = h.berth('doctor', '--record', 'alice', '--json');
  const { ok, checks } = JSON.parse(out);
  assert.equal(code, ok ? 0 : 1);
  for (const { status: one, fix } of checks) if (one === 'problem') assert.ok(fix);
  // The last one, of readers, says again what the others have said.
  const kept = checks.filter((check) => check.status === status && check.check !== 'readers');
  return kept.map(({ check, subject, message }) => `${check} ${check === 'key' ? `${subject} ` : ''}${message}`);
}
const problems = (h) => diagnosed(h, 'problem');
const notes = (h) => diagnosed(h, 'note');

test('a good record of a living owner has no fault', async (t) => {
  const h = homeOf(t);
  const port = Number(h.ports.split('-')[0]);
  await takePort(t, port);
  put(h, recordOf({ endpoint: { host: '127.0.0.1', port } }));
  await hold(t, h, kOwner);
  assert.deepEqual([...problems(h), ...notes(h)], []);
  const { code, out } = h.berth('doctor', '--record', 'alice');
  assert.equal(code, 0);
  assert.match(out, /^ok {7}readers alice: take it as alive$/m);
});

test('a crash is no fault of the record', (t) => {
  const h = homeOf(t);
  put(h, deadRecord());
  assert.deepEqual(problems(h), []);
  assert.deepEqual(notes(h), ['lock nothing holds a lock: its owner has died']);
});

test('each key is judged alone, so that every wrong one is told at once', (t) => {
  const h = homeOf(t);
  const wrong = {
    id: ['ABC', 'must be a lower-case UUID v4'],
    kind: ['purse', 'has an unknown value'],
    pid: [0, 'must be positive'],
    uid: ['root', 'must not be a string'],
    boot_id: ['x'.repeat(65), 'is over 64 bytes'],
    start_ticks: [1.5, 'must not be a fraction'],
    started_at: ['2026-01-02 03:04:05', 'must be like 2026-01-02T03:04:05.678Z'],
    approvals: ['none', 'has an unknown value'],
    state: [null, 'must not be null'],
    started_by: [true, 'must not be a boolean'],
    label: ['1aaaaaaaaaaaaaaa', 'must be 16 base32 characters, the first a letter'],
    title: ['x'.repeat(257), 'is over 256 bytes'],
    color: ['green', 'must be like #1a2b3c'],
    icon: ['https://x.example/i.png', 'must be a data: URI of an image'],
    chain_id: ['0x01', 'must be like 0x7a69'],
    software: ['x', 'must not be a string'],
    extra: [[], 'must not be an array'],
  };
  put(h, deadRecord(Object.fromEntries(Object.entries(wrong).map(([key, [value]]) => [key, value]))));
  const told = Object.entries(wrong).map(([key, [, message]]) => `key ${key} ${message}`);
  assert.deepEqual(problems(h).sort(), told.sort());
});

test('the members of endpoint and software are judged alone too', (t) => {
  const h = homeOf(t);
  put(h, deadRecord({ endpoint: { host: 'localhost', port: 65536 }, software: { name: 'x'.repeat(65), version: 2 } }));
  assert.deepEqual(problems(h), [
    'key endpoint.host must be a literal loopback address',
    'key endpoint.port is out of range',
    'key software.name is over 64 bytes',
    'key software.version must not be a number',
  ]);
  put(h, deadRecord({ endpoint: { host: '127.0.0.1' } }));
  assert.deepEqual(problems(h), ['key endpoint endpoint.port must be 1 to 65535']);
});

test('every required key that is missing is told', (t) => {
  const h = homeOf(t);
  put(h, {});
  const required = ['endpoint', 'format', 'id', 'kind', 'level', 'name', 'pid', 'started_at', 'uid'];
  assert.deepEqual(problems(h), required.map((key) => `key ${key} is missing, and required`));
});

for (const [what, changes, expected] of [
  ['a token at level 0', { token: 'A'.repeat(43) }, 'key token is there, and the level is 0'],
  ['no token at level 1', { level: 1 }, 'key token is missing, and the level is 1'],
  ['a short token', { level: 2, token: 'AA' }, 'key token must be 32 bytes as base64url without padding'],
  ['another level', { level: 3, token: 'A'.repeat(43) }, 'key level must be 0, 1 or 2'],
  ['another name', { name: 'bob' }, 'key name is "bob", not that of the file'],
  ['a newer format', { format: 2 }, 'key format 2 is newer than this program'],
  ['too many unknown keys', Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`x${i}`, i])), 'JSON x64 is one unknown key too many'],
])
  test(`${what} is told`, (t) => {
    const h = homeOf(t);
    put(h, deadRecord(changes));
    assert.deepEqual(problems(h), [expected]);
  });

for (const [what, text, expected] of [
  ['an empty file', '', 'JSON is empty'],
  ['what is no object', '[]', 'JSON is no object'],
  ['half a record', '{\n  "format": 1,\n  "na', /^JSON line 3, column 6: .*missing closing quote/],
  ['a key that stands twice', '{"format":1,"name":"alice","name":"alice"}', 'JSON duplicate key "name"'],
  ['a NUL byte', '{}\0', 'JSON line 1, column 3: a NUL byte'],
])
  test(`${what} is told`, (t) => {
    const h = homeOf(t);
    put(h, text);
    const [first, ...others] = problems(h);
    expected instanceof RegExp ? assert.match(first, expected) : assert.equal(first, expected);
    assert.deepEqual(others, []);
  });

test('text that is no UTF-8, and a byte order mark, are told', (t) => {
  const h = homeOf(t);
  put(h, Buffer.from('{"title":"\xe9"}', 'latin1'));
  assert.equal(problems(h)[0], 'JSON is not UTF-8');
  put(h, `\ufeff${JSON.stringify(deadRecord())}`);
  assert.deepEqual(problems(h), ['JSON starts with a byte order mark']);
});

test('a record that is nested too deep is told', (t) => {
  const h = homeOf(t);
  put(h, deadRecord({ other: [[[[[[[[]]]]]]]] }));
  assert.deepEqual(problems(h), ['key other nested deeper than 7']);
});

test('format is advised to come first', (t) => {
  const h = homeOf(t);
  const { format, ...others } = deadRecord();
  put(h, { ...others, format });
  assert.ok(notes(h).includes('key format does not come first'));
  assert.deepEqual(problems(h), []);
});

for (const [what, make, expected] of [
  ['a mode that is open to others', (file) => fs.chmodSync(file, 0o644), 'file mode is 0644, not 0600'],
  ['a second link', (file) => fs.linkSync(file, `${file}.link`), 'file has 2 links, not one'],
  ['a size over the limit', (file) => fs.appendFileSync(file, ' '.repeat(65536)), /^file is \d+ bytes, over 65536$/],
  ['a symbolic link', (file) => (fs.renameSync(file, `${file}.x`), fs.symlinkSync(`${file}.x`, file)), 'file is a symbolic link, not a regular file'],
  ['a FIFO', (file) => (fs.unlinkSync(file), execFileSync('mkfifo', [file])), 'file is a FIFO, not a regular file'],
  ['a directory', (file) => (fs.unlinkSync(file), fs.mkdirSync(file)), 'file is a directory, not a regular file'],
  ['nothing at all', (file) => fs.unlinkSync(file), 'file No such file or directory'],
])
  test(`${what} is told of the file`, (t) => {
    const h = homeOf(t);
    put(h, deadRecord());
    make(h.record('alice'));
    const [first, ...others] = problems(h);
    expected instanceof RegExp ? assert.match(first, expected) : assert.equal(first, expected);
    assert.deepEqual(others, []);
  });

test('a file of another user is told', (t) => {
  if (process.getuid() !== 0) return t.skip('needs root to give a file away');
  const h = homeOf(t);
  put(h, deadRecord());
  fs.chownSync(h.record('alice'), 65534, 65534);
  assert.deepEqual(problems(h), ['file belongs to uid 65534']);
});

const kDeadToReaders = 'lock nothing holds byte 2^30: to every reader its owner is dead';
for (const [what, take, expected] of [
  ['flock()', 'fcntl.flock(f, fcntl.LOCK_EX)', [/^lock a lock of flock\(2\), which is none to readers/, kDeadToReaders]],
  ['F_SETLK on the whole file', 'fcntl.lockf(f, fcntl.LOCK_EX)', [/^lock an exclusive lock of F_SETLK .* on bytes 0 to EOF, which goes when the process closes any/]],
  ['F_SETLK on another byte', 'fcntl.lockf(f, fcntl.LOCK_EX, 1, 0)', [/^lock an exclusive lock of F_SETLK .* on byte 0,/, kDeadToReaders]],
  ['another byte', 'ofd(0)', ['lock an exclusive lock of F_OFD_SETLK on byte 0, where no reader looks, or more than belongs to an owner', kDeadToReaders]],
  ['the whole file', 'ofd(0, 0)', ['lock an exclusive lock of F_OFD_SETLK on bytes 0 to EOF, where no reader looks, or more than belongs to an owner']],
  ['a shared lock', `ofd(${kOwnerByte}, 1, fcntl.F_RDLCK)`, [`lock a shared lock of F_OFD_SETLK on byte ${kOwnerByte}, which others can hold too`]],
  ['a lock beside the right one', `${kOwner}; ofd(7)`, ['lock an exclusive lock of F_OFD_SETLK on byte 7, where no reader looks, or more than belongs to an owner']],
])
  test(`a lock of another kind is told: ${what}`, async (t) => {
    const h = homeOf(t);
    put(h, deadRecord({ pid_namespace: 1 }));
    await hold(t, h, take);
    const told = problems(h).filter((line) => line.startsWith('lock'));
    assert.equal(told.length, expected.length, told.join('\n'));
    for (const [i, line] of expected.entries())
      line instanceof RegExp ? assert.match(told[i], line) : assert.equal(told[i], line);
  });

test('a lock that a forked child holds too is told, with both pids', async (t) => {
  const h = homeOf(t);
  put(h, deadRecord({ pid_namespace: 1 }));
  // The child ends when the pipe of its parent's stdin does.
  const pid = await hold(t, h, `${kOwner}\nif os.fork() == 0: os.close(1); sys.stdin.read(); os._exit(0)`);
  const told = problems(h).find((line) => line.startsWith('lock'));
  assert.match(told, new RegExp(`held through more than one descriptor, by pid (\\d+, )?${pid}\\b`));
  assert.match(told, /by pid \d+, \d+:/);
});

for (const [what, changes, expected] of [
  ['a boot that is not this one', { boot_id: '0b6ad1a3-7c2e-4a39-9d0d-2f1f8f6f4c11' }, 'key boot_id is not that of this boot'],
  ['a user that is not this one', { uid: 12345 }, `key uid is 12345, not ${process.getuid()}`],
  ['a process that started at another time', { start_ticks: 1 }, /^process started at tick \d+, not 1$/],
])
  test(`of a living owner, ${what} is told`, async (t) => {
    const h = homeOf(t);
    const port = Number(h.ports.split('-')[0]);
    await takePort(t, port);
    put(h, recordOf({ endpoint: { host: '127.0.0.1', port }, ...changes }));
    await hold(t, h, kOwner);
    const [first, ...others] = problems(h);
    expected instanceof RegExp ? assert.match(first, expected) : assert.equal(first, expected);
    assert.deepEqual(others, []);
  });

test('where the owner is gone and its lock is held, who holds it is told', async (t) => {
  const h = homeOf(t);
  put(h, recordOf({ pid: 4194304 }));
  const pid = await hold(t, h, kOwner);
  assert.equal(problems(h)[0], `process does not exist, and the owner's lock is held by pid ${pid}`);
});

test('a process that runs and has no lock is told', (t) => {
  const h = homeOf(t);
  put(h, recordOf());
  assert.deepEqual(problems(h), ["process runs, and does not hold the owner's lock"]);
});

test('what a record had better say of its process is advised', async (t) => {
  const h = homeOf(t);
  put(h, recordOf({ boot_id: undefined, pid_namespace: undefined, start_ticks: undefined }));
  await hold(t, h, kOwner);
  assert.match(notes(h)[0], /^key boot_id is missing: /);
  assert.match(notes(h)[1], /^key start_ticks is missing, as is pid_namespace: berth stop signals nothing/);
});

test('a process of another pid namespace is not looked for here', async (t) => {
  const h = homeOf(t);
  put(h, recordOf({ pid_namespace: 1, pid: 4194304 }));
  await hold(t, h, kOwner);
  assert.match(notes(h)[0], /^process is of another pid namespace/);
  assert.deepEqual(problems(h), ['endpoint nothing listens']);
});

test('an endpoint where nobody listens is told, and one that browsers refuse', async (t) => {
  const h = homeOf(t);
  put(h, recordOf({ endpoint: { host: '127.0.0.1', port: 6000 } }));
  await hold(t, h, kOwner);
  assert.deepEqual(problems(h), ['endpoint nothing listens']);
  assert.deepEqual(notes(h), ['endpoint browsers refuse to connect to this port']);
  put(h, recordOf({ endpoint: { host: '::1', port: 8766 } }));
  assert.deepEqual(problems(h), []);
  assert.deepEqual(notes(h), ["endpoint Berth's own clients connect to 127.0.0.1 only"]);
});

test('a hello that is not answered as the level says is told', async (t) => {
  const talk = (status) => `#!/bin/sh\necho '{"alice":{"status":"${status}","reason":"it did not prove itself"}}'\n`;
  const h = homeOf(t, { 'berth-talk': talk('unresponsive') });
  const port = Number(h.ports.split('-')[0]);
  await takePort(t, port);
  put(h, recordOf({ endpoint: { host: '127.0.0.1', port }, level: 1, token: 'A'.repeat(43) }));
  await hold(t, h, kOwner);
  assert.deepEqual(problems(h), ['hello it did not prove itself']);
  h.install('berth-talk', talk('degraded'));
  assert.deepEqual(problems(h), []);
  fs.unlinkSync(path.join(h.bin, 'berth-talk'));
  assert.match(notes(h)[0], /^hello cannot be asked: /);
});

test('a data directory that nobody claimed is told where there is a profile', async (t) => {
  const h = homeOf(t);
  const port = Number(h.ports.split('-')[0]);
  await takePort(t, port);
  put(h, recordOf({ endpoint: { host: '127.0.0.1', port } }));
  await hold(t, h, kOwner);
  h.create('alice');
  assert.deepEqual(problems(h), ['claim nobody holds it: another process could open the same keys']);
});

test('temporaries that were left behind are told, and those of others are not', async (t) => {
  const h = homeOf(t);
  put(h, deadRecord());
  for (const name of ['alice', 'alice2']) fs.writeFileSync(path.join(h.registry, `.${name}.abc.tmp`), '', { mode: 0o600 });
  assert.deepEqual(notes(h).filter((line) => line.startsWith('temporary')), [
    'temporary was left behind: by a kill, or by a failure that did not unlink it',
  ]);
});

test('a registry that others can read is told, and a name that is none is wrong usage', (t) => {
  const h = homeOf(t);
  fs.chmodSync(h.registry, 0o755);
  assert.match(problems(h)[0], /^registry directory .*open to others/);
  assert.equal(h.berth('doctor', '--record', '../alice').code, 2);
});

test('what it advises names the section of the format, and there is such a section', (t) => {
  const h = homeOf(t);
  put(h, recordOf({ pid: 0, level: 3 }));
  fs.chmodSync(h.record('alice'), 0o644);
  const { out } = h.berth('doctor', '--record', 'alice');
  const page = fs.readFileSync(new URL('../../../registry/README.md', import.meta.url), 'utf8');
  const sections = [...out.matchAll(/\(registry\/README\.md, "(.*)"\)/g)].map(([, section]) => section);
  assert.ok(sections.length >= 3);
  for (const section of sections) assert.match(page, new RegExp(`^##+ ${section}$`, 'm'));
});

test('what a record holds reaches the terminal made visible', (t) => {
  const h = homeOf(t);
  put(h, deadRecord({ name: '\u001b[31m', '\u202ekey': [[[[[[[[]]]]]]]] }));
  const { out } = h.berth('doctor', '--record', 'alice');
  assert.doesNotMatch(out, /\u001b|\u202e/);
  assert.match(out, /\\x1b\[31m/);
});
