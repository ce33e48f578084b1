// What a program in any language must do to be found: one contract for all.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { freePort, listed, ok } from '../../e2e/support/berth.js';
import { takePort } from '../../launcher/cli/harness.js';
import { samples } from './support/samples.js';
import { ask, inodeOf, lockByte, recordPath, temporaries, until, Wallet, walletHome } from './support/wallet.js';

async function refused(wallet, reason) {
  await assert.rejects(wallet.port(), /^Error: ended/);
  const { code } = await wallet.exit;
  assert.equal(code, 1);
  assert.match(wallet.stderr, reason);
  assert.match(wallet.stderr, /^[^\n]+\n$/);
  assert.equal(wallet.stdout, '');
}

for (const sample of samples()) {
  const contract = (promise, check) => test(`${sample.name}: ${promise}`, async (t) => {
    const home = walletHome(t);
    mkdirSync(home.registry, { recursive: true, mode: 0o700 });
    const start = (name, env) => new Wallet(home, sample, name, env);
    await check({ t, home, start, path: recordPath(home, 'alice') });
  });

  contract('it is listed as it is, and answers at its port', async ({ home, start }) => {
    const port = await freePort();
    const wallet = start('alice', { BERTH_PORT: String(port), BERTH_LABEL: 'k3jv5x2mqw7rt4ya', BERTH_STARTED_BY: 'start' });
    assert.equal(await wallet.port(), port);
    const { status, pid, port: shown } = await listed(home, 'alice');
    assert.deepEqual({ status, pid, shown }, { status: 'running', pid: wallet.pid, shown: port });
    const { label, started_by } = JSON.parse(readFileSync(recordPath(home, 'alice')));
    assert.deepEqual([label, started_by], ['k3jv5x2mqw7rt4ya', 'start']);
    assert.deepEqual(await ask(port, 'eth_chainId', 7), { jsonrpc: '2.0', id: 7, result: '0x7a69' });
    assert.equal((await ask(port, 'eth_sign')).error.code, -32601);
  });

  contract('the doctor finds nothing to say about its record', async ({ home, start }) => {
    await start('alice').port();
    const { stdout } = await home.berth('doctor', '--record', 'alice', '--json');
    assert.deepEqual(JSON.parse(stdout).checks.filter(({ status }) => status !== 'ok'), []);
  });

  contract('the name in the environment wins, and one that is none is refused', async ({ home, start }) => {
    await start('bob', { BERTH_NAME: 'alice' }).port();
    assert.equal((await listed(home, 'alice')).status, 'running');
    for (const name of ['../alice', 'Alice', '', '-a', 'a'.repeat(64)]) await refused(start(name), /no name of a profile/);
    assert.deepEqual(readdirSync(home.registry), ['alice.json']);
  });

  contract('without BERTH_REGISTRY its record is where everybody looks first', async ({ home, start }) => {
    await start('alice', { BERTH_REGISTRY: '', BERTH_HOME: '' }).port();
    const directory = join(home.env.HOME, '.local/state/berth/run/instances');
    assert.ok(existsSync(join(directory, 'alice.json')));
    assert.equal(lstatSync(directory).mode & 0o777, 0o700);
    assert.equal(lstatSync(join(directory, '..')).mode & 0o777, 0o700);
  });

  for (const signal of ['SIGTERM', 'SIGINT'])
    contract(`${signal} takes it out of the registry`, async ({ start, path }) => {
      const wallet = start('alice');
      await wallet.port();
      assert.deepEqual(await wallet.kill(signal), { code: 0, signal: null });
      assert.equal(existsSync(path), false);
    });

  contract('it leaves alone what has its name at its end', async ({ start, path }) => {
    const wallet = start('alice');
    await wallet.port();
    // In one step, or it heals between two.
    writeFileSync(`${path}.other`, 'another', { mode: 0o644 });
    renameSync(`${path}.other`, path);
    await wallet.kill('SIGTERM');
    assert.equal(readFileSync(path, 'utf8'), 'another');
  });

  contract('berth stop ends it', async ({ home, start, path }) => {
    const wallet = start('alice');
    await wallet.port();
    await ok(home.berth('stop', 'alice'));
    assert.deepEqual(await wallet.exit, { code: 0, signal: null });
    assert.equal(existsSync(path), false);
  });

  contract('kill -9 shows at once as a crash', async ({ home, start }) => {
    const wallet = start('alice');
    await wallet.port();
    await wallet.kill();
    assert.equal((await listed(home, 'alice')).status, 'crashed');
    await ok(home.berth('prune'));
    assert.equal(await listed(home, 'alice'), undefined);
  });

  contract('a living one is never replaced', async ({ home, start, path }) => {
    const first = start('alice');
    await first.port();
    const inode = inodeOf(path);
    await refused(start('alice'), /alice runs already|already running: alice/);
    assert.equal(inodeOf(path), inode);
    assert.equal((await listed(home, 'alice')).pid, first.pid);
    assert.deepEqual(temporaries(home), []);
  });

  contract('of two that start at once one wins, over a dead one too', async ({ home, start }) => {
    for (let round = 0; round < 5; ++round) {
      const both = [start('alice'), start('alice')];
      const ends = await Promise.all(both.map((wallet) => wallet.port().catch(() => 'lost')));
      assert.equal(ends.filter((end) => end === 'lost').length, 1, both.map(({ stderr }) => stderr).join());
      const lost = both[ends.indexOf('lost')];
      await refused(lost, /alice runs already|already running: alice/);
      const won = both.find((wallet) => wallet !== lost);
      assert.equal((await listed(home, 'alice')).pid, won.pid);
      await won.kill();
    }
  });

  contract('its data directory is claimed, whatever registry another has', async ({ home, start }) => {
    const data = join(home.home, 'data/alice');
    await start('alice', { BERTH_DATA_DIR: data }).port();
    const other = join(home.home, 'elsewhere');
    await refused(start('alice', { BERTH_DATA_DIR: data, BERTH_REGISTRY: other }), /claimed|in use: .*\/lock/);
    assert.equal(lstatSync(join(data, 'lock')).mode & 0o777, 0o600);
    assert.equal(existsSync(join(other, 'alice.json')), false);
    await ok(home.berth('profile', 'create', 'alice'));
    const { checks } = JSON.parse(await ok(home.berth('doctor', '--record', 'alice', '--json')));
    assert.equal(checks.find(({ check }) => check === 'claim').status, 'ok');
  });

  contract('a taken port is an error, and nothing is published', async ({ t, home, start }) => {
    const port = await freePort();
    await takePort(t, port);
    await refused(start('alice', { BERTH_PORT: String(port) }), /in use/);
    assert.deepEqual(readdirSync(home.registry), []);
  });

  contract('it publishes nothing where others can read', async ({ home, start }) => {
    chmodSync(home.registry, 0o755);
    await refused(start('alice'), new RegExp(home.registry));
    assert.deepEqual(readdirSync(home.registry), []);
  });

  const foreign = {
    'a symbolic link': (path, aside) => (writeFileSync(aside, '{}', { mode: 0o600 }), symlinkSync(aside, path)),
    'a FIFO': (path) => execFileSync('mkfifo', ['-m', '600', path]),
    'a directory': (path) => mkdirSync(path),
    'a file that others can read': (path) => (writeFileSync(path, '{}'), chmodSync(path, 0o644)),
    'a file of two names': (path, aside) => (writeFileSync(aside, '{}', { mode: 0o600 }), linkSync(aside, path)),
  };
  for (const [what, make] of Object.entries(foreign))
    contract(`${what} under its name is left alone`, async ({ home, start, path }) => {
      make(path, join(home.home, 'aside'));
      const inode = inodeOf(path);
      await refused(start('alice'), new RegExp(path));
      assert.equal(inodeOf(path), inode);
      assert.deepEqual(temporaries(home), []);
    });

  contract('while somebody else takes a dead one over, it waits', async ({ t, start, path }) => {
    writeFileSync(path, '{}', { mode: 0o600 });
    const inode = inodeOf(path);
    const mortician = lockByte(t, path, 2 ** 30 + 1);
    await mortician.locked;
    const wallet = start('alice');
    await until(() => readdirSync(join(path, '..')).some((file) => file.endsWith('.tmp')));
    const looks = Array.from({ length: 20 }, () => inodeOf(path));
    assert.deepEqual(new Set(looks), new Set([inode]));
    assert.equal(wallet.stdout, '');
    mortician.release();
    await wallet.port();
  });

  contract('a dead file is taken over, whatever it holds', async ({ home, start, path }) => {
    for (const text of ['', '{"name":', '\0'.repeat(70_000)]) {
      writeFileSync(path, text, { mode: 0o600 });
      const wallet = start('alice');
      await wallet.port();
      assert.equal((await listed(home, 'alice')).pid, wallet.pid);
      await wallet.kill('SIGTERM');
    }
  });

  const spoil = {
    removed: (path) => unlinkSync(path),
    renamed: (path) => renameSync(path, `${path}.old`),
    'written to': (path) => writeFileSync(path, 'x', { flag: 'a' }),
    'replaced by a dead file': (path) => (writeFileSync(`${path}.new`, '{}', { mode: 0o600 }), renameSync(`${path}.new`, path)),
    'opened to others': (path) => chmodSync(path, 0o644),
    linked: (path) => linkSync(path, `${path}.link`),
  };
  contract('a record that is spoiled comes back', async ({ home, start, path }) => {
    const wallet = start('alice');
    await wallet.port();
    for (const [how, act] of Object.entries(spoil)) {
      const before = inodeOf(path);
      act(path);
      await until(() => ![undefined, before].includes(inodeOf(path)) && lstatSync(path).size > 100);
      const { stdout } = await home.berth('doctor', '--record', 'alice', '--json');
      assert.deepEqual(JSON.parse(stdout).checks.filter(({ status }) => status !== 'ok'), [], how);
      assert.equal((await listed(home, 'alice')).pid, wallet.pid, how);
    }
  });

  contract('it ends where another has its name meanwhile', async ({ home, start, path }) => {
    const first = start('alice');
    await first.port();
    await first.stop();
    unlinkSync(path);
    const second = start('alice');
    await second.port();
    process.kill(first.pid, 'SIGCONT');
    const { code } = await first.exit;
    assert.equal(code, 1);
    assert.match(first.stderr, /alice runs already|already running: alice/);
    assert.equal((await listed(home, 'alice')).pid, second.pid);
  });

  contract('killed at any moment it is never shown as alive', async ({ home, start }) => {
    const begin = performance.now();
    const whole = start('alice');
    await whole.port();
    const takes = performance.now() - begin;
    await whole.kill();
    for (let round = 0; round < 12; ++round) {
      const wallet = start('alice');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * takes * 1.2));
      await wallet.kill();
      assert.notEqual((await listed(home, 'alice'))?.status, 'running');
    }
    await ok(home.berth('prune'));
    assert.deepEqual(readdirSync(home.registry), []);
  });
}
