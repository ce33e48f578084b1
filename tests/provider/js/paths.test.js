import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { instances } from 'berth-provider/node';
import { registryDirectory } from '../../../provider/js/lib/node/paths.js';
import { temporaryDirectory } from './support/registry.js';

const all = {
  BERTH_REGISTRY: '/tmp/a', BERTH_HOME: '/tmp/b', XDG_STATE_HOME: '/tmp/c',
  XDG_RUNTIME_DIR: '/tmp/d',
};
const without = (...keys) => ({
  ...all, ...Object.fromEntries(keys.map((key) => [key, ''])),
});

for (const [what, chosen, env, path] of [
  ['the one that is asked for', '/tmp/z', all, '/tmp/z'],
  ['BERTH_REGISTRY', undefined, all, '/tmp/a'],
  ['BERTH_HOME', undefined, without('BERTH_REGISTRY'), '/tmp/b/run/instances'],
  ['XDG_STATE_HOME', undefined, without('BERTH_REGISTRY', 'BERTH_HOME'),
    '/tmp/c/berth/run/instances'],
  ['the home directory', undefined, {},
    join(homedir(), '.local/state/berth/run/instances')],
]) {
  test(`the registry is found by ${what}`, () => {
    assert.equal(registryDirectory(chosen, env), path);
  });
}

for (const [filesystem, type] of [
  ['NFS', 0x6969], ['SMB', 0x517b], ['CIFS', 0xff534d42], ['SMB2', 0xfe534d42],
  ['9p', 0x01021997], ['FUSE', 0x65735546],
]) {
  test(`on ${filesystem} the registry is in XDG_RUNTIME_DIR instead`, () => {
    const env = without('BERTH_REGISTRY', 'BERTH_HOME');
    assert.equal(registryDirectory(undefined, env, () => type),
      '/tmp/d/berth/instances');
  });

  test(`a registry that was asked for on ${filesystem} is refused`, () => {
    assert.throws(() => registryDirectory('/tmp/z', all, () => type),
      ({ code, message }) => code === 'registry' &&
        message.includes(`/tmp/z is on ${filesystem}`));
  });
}

const refused = async (directory, why) => assert.rejects(
  instances({ directory }), ({ code, message, hint }) => {
    assert.equal(code, 'registry');
    assert.match(message, why);
    assert.match(message, new RegExp(directory));
    return hint.length > 0;
  });

test('row 29: a registry that others may enter is refused', async (t) => {
  const directory = temporaryDirectory(t);
  fs.chmodSync(directory, 0o710);
  await refused(directory, /mode 710, it must be 700/);
});

test('row 29: a registry that is a file is refused', async (t) => {
  const directory = join(temporaryDirectory(t), 'file');
  fs.writeFileSync(directory, '');
  await refused(directory, /not a directory/);
});

test('row 29: a registry below a directory that all may write to is refused',
  async (t) => {
    const parent = temporaryDirectory(t);
    const directory = join(parent, 'registry');
    fs.mkdirSync(directory, 0o700);
    fs.chmodSync(parent, 0o777);
    await refused(directory, /others may write to/);
    fs.chmodSync(parent, 0o1777);
    assert.deepEqual(await instances({ directory }), []);
  });

test('row 29: a registry that is a link is refused, and one behind a link that others may rename',
  async (t) => {
    const parent = temporaryDirectory(t);
    const real = join(parent, 'real');
    const link = join(parent, 'link');
    fs.mkdirSync(real, 0o700);
    fs.symlinkSync(real, link);
    await refused(link, /is a symbolic link/);
    fs.mkdirSync(join(real, 'registry'), 0o700);
    assert.deepEqual(await instances({ directory: join(link, 'registry') }), []);
    const open = join(parent, 'open');
    fs.mkdirSync(open);
    fs.chmodSync(open, 0o777);
    fs.symlinkSync(real, join(open, 'link'));
    await refused(join(open, 'link', 'registry'), /others may write to/);
  });

test('row 29: a registry below a directory of a group of several is refused',
  { skip: process.geteuid() !== 0 && 'only root can make one' }, async (t) => {
    const parent = temporaryDirectory(t);
    const directory = join(parent, 'registry');
    fs.mkdirSync(directory, 0o700);
    fs.chmodSync(parent, 0o770);
    assert.deepEqual(await instances({ directory }), []);
    fs.chownSync(parent, 0, 100);
    await refused(directory, /others may write to/);
  });

test('row 29: a registry of another user is refused',
  { skip: process.geteuid() !== 0 && 'only root can make one' }, async (t) => {
    const directory = temporaryDirectory(t);
    fs.chownSync(directory, 65534, 65534);
    await refused(directory, /belongs to uid 65534/);
  });

test('row 29: a registry below another user\'s directory is refused',
  { skip: process.geteuid() !== 0 && 'only root can make one' }, async (t) => {
    const parent = temporaryDirectory(t);
    const directory = join(parent, 'registry');
    fs.mkdirSync(directory, 0o700);
    fs.chownSync(parent, 65534, 65534);
    await refused(directory, /of uid 65534/);
  });
