import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { readLocks } from '../../../provider/js/lib/node/locks.js';
import { peerOwner } from '../../../provider/js/lib/node/peer.js';
import { temporaryDirectory } from './support/registry.js';

const stat = { dev: 0xfe00n, ino: 12345n };
const kByte = 2 ** 30;

function isHeld(t, table, file = stat) {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'locks');
  writeFileSync(path, table);
  return readLocks(directory, path).isHeld(file);
}

const line = (changes = {}) => {
  const { kind, type, at, first, last } = {
    kind: 'OFDLCK', type: 'WRITE', at: 'fe:00:12345', first: kByte, last: kByte,
    ...changes,
  };
  return `1: ${kind} ADVISORY  ${type} -1 ${at} ${first} ${last}\n`;
};

for (const [what, table] of [
  ['a write lock on the byte', line()],
  ['one that reaches over the byte', line({ first: 0, last: 'EOF' })],
  ['a read lock on the byte', line({ type: 'READ ' })],
  ['one among others', `${line({ at: 'fe:00:1' })}${line()}${line({ at: '1:2:3' })}`],
]) {
  test(`${what} means alive`, (t) => assert.equal(isHeld(t, table), true));
}

for (const [what, table] of [
  ['no lock', ''],
  ['the mortician\'s byte', line({ first: kByte + 1, last: kByte + 1 })],
  ['a lock before the byte', line({ first: 0, last: kByte - 1 })],
  ['another inode', line({ at: 'fe:00:1234' })],
  ['another device', line({ at: 'fe:01:12345' })],
  ['a whole-file lock of flock(2)',
    line({ kind: 'FLOCK', first: 0, last: 'EOF' })],
  ['one that only waits', line().replace('1:', '1: ->')],
]) {
  test(`${what} does not mean alive`, (t) => {
    assert.equal(isHeld(t, table), false);
  });
}

test('large device numbers are taken apart as the kernel does', (t) => {
  // Major 0x103, minor 0x12367.
  const file = { dev: 0x12310367n, ino: 9n };
  assert.equal(isHeld(t, line({ at: '103:12367:9' }), file), true);
});

test('without the kernel\'s table nobody is said to be dead or alive', (t) => {
  const directory = temporaryDirectory(t);
  assert.equal(readLocks(directory, join(directory, 'none')), undefined);
});

const from = { host: '127.0.0.1', port: 0xabcd };
const to = { host: '127.0.0.1', port: 0x223e };
const entry = ({ state = '01', uid = 1000, inode = 77, local = '0100007F:223E',
  remote = '0100007F:ABCD' } = {}) =>
  '  sl  local_address rem_address   st ...\n' +
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000` +
  `  ${uid}        0 ${inode} 1 0000000000000000 20 4 0 10 -1\n`;

const kMapped = '0000000000000000FFFF00000100007F';
const kSix = '00000000000000000000000001000000';

for (const [what, table, owner] of [
  ['our own process', entry(), 'ours'],
  ['another user\'s process', entry({ uid: 1001 }), 'foreign'],
  ['root\'s process', entry({ uid: 0 }), 'foreign'],
  ['nobody yet', entry({ uid: 0, inode: 0 }), 'unaccepted'],
  ['a connection that has ended', entry({ state: '06' }), 'unaccepted'],
  ['our own end only', entry({ local: '0100007F:ABCD', remote: '0100007F:223E' }),
    'unaccepted'],
  ['a listener for both families',
    entry({ local: `${kMapped}:223E`, remote: `${kMapped}:ABCD` }), 'ours'],
  ['a kernel that does not tell', '', 'unknown'],
]) {
  test(`the other end is ${what}: ${owner}`, () => {
    assert.equal(peerOwner(from, to, table, 1000), owner);
  });
}

test('IPv6 loopback is looked up too', () => {
  const table = entry({ local: `${kSix}:223E`, remote: `${kSix}:ABCD` });
  const at = ({ port }) => ({ host: '::1', port });
  assert.equal(peerOwner(at(from), at(to), table, 1000), 'ours');
});
