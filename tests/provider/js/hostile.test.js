import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'node:test';
import { instances } from 'berth-provider/node';
import { makeRecord, publish, temporaryDirectory } from './support/registry.js';

const write = (path, text, mode = 0o600) => {
  fs.writeFileSync(path, text);
  fs.chmodSync(path, mode);
};

const text = (name, changes) => JSON.stringify(makeRecord(name, changes));

// Each makes one hostile entry, and says what must be told of it.
const kHostile = {
  fifo: [(path) => execFileSync('mkfifo', ['-m', '600', path]), /not a regular/],
  symlink: [(path) => fs.symlinkSync(join(path, '../good.json'), path),
    /symbolic link/],
  dangling: [(path) => fs.symlinkSync('/nowhere', path), /symbolic link/],
  directory: [(path) => fs.mkdirSync(path, 0o600), /not a regular/],
  empty: [(path) => write(path, ''), /damaged/],
  half: [(path) => write(path, text('half').slice(0, 99)), /damaged/],
  huge: [(path) => {
    write(path, text('huge'));
    fs.truncateSync(path, 2 ** 30);
  }, /larger than 64 KiB/],
  open: [(path) => write(path, text('open'), 0o644), /mode 644/],
  setuid: [(path) => write(path, text('setuid'), 0o4600), /mode 4600/],
  linked: [(path) => {
    write(path, text('linked'));
    fs.linkSync(path, `${path}.other`);
  }, /2 links/],
  twice: [(path) => write(path, text('twice').replace('{', '{"pid":1,')),
    /duplicate key "pid"/],
  renamed: [(path) => write(path, text('other')), /not the file name/],
};

for (const [name, [make, reason]] of Object.entries(kHostile)) {
  test(`rows 30 and 31: a hostile entry (${name}) is unknown and hides no other`, async (t) => {
    const directory = temporaryDirectory(t);
    await publish(t, directory, 'good', makeRecord('good'));
    make(join(directory, `${name}.json`));
    const found = await instances({ directory });
    const bad = found.find((one) => one.name === name);
    assert.equal(found.find((one) => one.name === 'good').status, 'running');
    assert.equal(bad.status, 'unknown');
    assert.equal(bad.port, null);
    assert.match(bad.reason, reason);
    assert.ok(fs.lstatSync(join(directory, `${name}.json`)));
  });
}

test('row 30: a socket in the registry is unknown', async (t) => {
  const directory = temporaryDirectory(t);
  const server = createServer().listen(join(directory, 'sock.json'));
  await once(server, 'listening');
  t.after(() => server.close());
  assert.match((await instances({ directory }))[0].reason, /is a socket/);
});

test('row 30: a file of another user is unknown',
  { skip: process.geteuid() !== 0 && 'only root can make one' }, async (t) => {
    const directory = temporaryDirectory(t);
    write(join(directory, 'alice.json'), text('alice'));
    fs.chownSync(join(directory, 'alice.json'), 65534, 65534);
    const [alice] = await instances({ directory });
    assert.match(alice.reason, /belongs to uid 65534/);
  });

test('listing leaves no file open', async (t) => {
  const directory = temporaryDirectory(t);
  const count = () => fs.readdirSync('/proc/self/fd').length;
  await publish(t, directory, 'alice', makeRecord('alice'));
  for (const [name, [make]] of Object.entries(kHostile)) {
    make(join(directory, `${name}.json`));
  }
  const before = count();
  await instances({ directory });
  assert.equal(count(), before);
});
