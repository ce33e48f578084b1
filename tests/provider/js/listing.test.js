import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { instances } from 'berth-provider/node';
import { makeRecord, publish, temporaryDirectory } from './support/registry.js';

const write = (path, text, mode = 0o600) => {
  fs.writeFileSync(path, text);
  fs.chmodSync(path, mode);
};

const text = (name, changes) => JSON.stringify(makeRecord(name, changes));

test('a registry that does not exist yet has no instances', async (t) => {
  const directory = join(temporaryDirectory(t), 'none');
  assert.deepEqual(await instances({ directory }), []);
});

test('instances come by name, with all that a dApp needs but the token',
  async (t) => {
    const directory = temporaryDirectory(t);
    const alice = makeRecord('alice');
    await publish(t, directory, 'bob', makeRecord('bob'));
    await publish(t, directory, 'alice', alice);
    const found = await instances({ directory });
    assert.deepEqual(found.map(({ name }) => name), ['alice', 'bob']);
    assert.deepEqual(found[0], {
      name: 'alice', status: 'running', id: alice.id, pid: process.pid,
      port: 8766, url: 'http://127.0.0.1:8766', wsUrl: 'ws://127.0.0.1:8766',
      chainId: '0x7a69', title: 'A wallet', color: '#336699', icon: null,
      software: { name: 'fake', version: '1' },
      startedAt: '2026-01-02T03:04:05.678Z', level: 2, state: 'ready',
      reason: null,
    });
    assert.ok(!JSON.stringify(found).includes(alice.token));
  });

test('an instance killed with -9 is crashed', async (t) => {
  const directory = temporaryDirectory(t);
  const owner = await publish(t, directory, 'alice', makeRecord('alice'));
  await owner.crash();
  const [alice] = await instances({ directory });
  assert.equal(alice.status, 'crashed');
  assert.equal(alice.port, 8766);
});

test('an instance that withdrew is not listed', async (t) => {
  const directory = temporaryDirectory(t);
  const owner = await publish(t, directory, 'alice', makeRecord('alice'));
  await owner.withdraw();
  assert.deepEqual(await instances({ directory }), []);
});

test('what died with the machine is stopped, and listed when asked for',
  async (t) => {
    const directory = temporaryDirectory(t);
    const boot = { boot_id: '00000000-0000-4000-8000-000000000000' };
    write(join(directory, 'alice.json'), text('alice', boot));
    assert.deepEqual(await instances({ directory }), []);
    const [alice] = await instances({ directory, all: true });
    assert.equal(alice.status, 'stopped');
  });

test('a live instance of another boot id is running: only the lock counts',
  async (t) => {
    const directory = temporaryDirectory(t);
    await publish(t, directory, 'alice', makeRecord('alice', { boot_id: 'x' }));
    assert.equal((await instances({ directory }))[0].status, 'running');
  });

test('any number of records is read with few descriptors', async (t) => {
  const directory = temporaryDirectory(t);
  for (let i = 0; i < 300; ++i) {
    write(join(directory, `dead${i}.json`), text(`dead${i}`));
  }
  const { status, stdout, stderr } = spawnSync('sh', ['-c',
    'ulimit -n 200; exec "$0" --input-type=module --eval "$1"', process.execPath,
    `import { instances } from 'berth-provider/node';
     const all = await instances({ directory: '${directory}', all: true });
     console.log(all.filter(({ status }) => status === 'crashed').length);`,
  ], { cwd: import.meta.dirname, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.equal(stdout, '300\n');
});

test('managers, temporaries and foreign names are no instances', async (t) => {
  const directory = temporaryDirectory(t);
  write(join(directory, '@berthd.json'), text('@berthd'));
  write(join(directory, 'boss.json'), text('boss', { kind: 'manager' }));
  write(join(directory, '.alice.1.tmp'), text('alice'));
  write(join(directory, 'Alice B.json'), text('Alice B'));
  write(join(directory, 'README'), 'x');
  assert.deepEqual(await instances({ directory }), []);
});

test('a newer format still reads as alive or dead', async (t) => {
  const directory = temporaryDirectory(t);
  await publish(t, directory, 'alive', text('alive', { format: 2 }));
  write(join(directory, 'dead.json'), text('dead', { format: 2 }));
  const [alive, dead] = await instances({ directory });
  assert.deepEqual([alive.status, dead.status], ['running', 'crashed']);
  assert.equal(alive.port, null);
  assert.match(alive.reason, /newer than this program/);
});
