// One registry for all languages: each takes over what another left behind.
import assert from 'node:assert/strict';
import test from 'node:test';
import { listed, ok, portRange } from '../../e2e/support/berth.js';
import { samples } from './support/samples.js';
import { Wallet, walletHome } from './support/wallet.js';

const all = samples();

test('each takes over the dead record of each, and refuses to while it lives', async (t) => {
  const home = walletHome(t);
  for (const first of all)
    for (const second of all) {
      const owner = new Wallet(home, first, 'alice');
      await owner.port();
      const early = new Wallet(home, second, 'alice');
      assert.equal((await early.exit).code, 1);
      assert.match(early.stderr, /alice runs already|already running: alice/);
      await owner.kill();
      const next = new Wallet(home, second, 'alice');
      await next.port();
      const { status, pid } = await listed(home, 'alice');
      assert.deepEqual({ status, pid }, { status: 'running', pid: next.pid }, `${first.name}, ${second.name}`);
      await next.kill();
    }
});

for (const sample of all)
  test(`berth start takes over from ${sample.name}, and ${sample.name} from berth start`, async (t) => {
    const home = walletHome(t, { portRange: portRange(4) });
    await ok(home.berth('profile', 'create', 'alice'));
    const data = { BERTH_DATA_DIR: `${home.home}/data/alice` };
    const wallet = new Wallet(home, sample, 'alice', data);
    const port = await wallet.port();
    // A profile that runs is no error: its endpoint is told.
    assert.match(await ok(home.berth('start', 'alice')), new RegExp(`alice +${port}`));
    await wallet.kill();
    await ok(home.berth('start', 'alice'));
    const { status, pid } = await listed(home, 'alice');
    assert.equal(status, 'running');
    assert.notEqual(pid, wallet.pid);
    const early = new Wallet(home, sample, 'alice', data);
    assert.equal((await early.exit).code, 1);
    assert.match(early.stderr, /runs already|already running|in use/);
    await ok(home.berth('stop', 'alice', '--force'));
    const next = new Wallet(home, sample, 'alice', data);
    await next.port();
    assert.equal((await listed(home, 'alice')).pid, next.pid);
  });

test('eight of all languages at once: one wins, over a record that is dead', async (t) => {
  const home = walletHome(t);
  for (let round = 0; round < 3; ++round) {
    const contenders = [...all, ...all, ...all].slice(0, 8).map((sample) => new Wallet(home, sample, 'alice'));
    const ports = await Promise.all(contenders.map((wallet) => wallet.port().catch(() => 0)));
    const winners = contenders.filter((_, i) => ports[i] !== 0);
    assert.equal(winners.length, 1);
    assert.equal((await listed(home, 'alice')).pid, winners[0].pid);
    await winners[0].kill();
  }
});
