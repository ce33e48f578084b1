import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import test from 'node:test';
import { ok } from '../../e2e/support/berth.js';
import { recordOf } from '../../e2e/support/wire.js';
import { listen } from '../js/support/wait.js';
import { Host, isType } from './support/host.js';
import { homeWith, kApp, publishRecord, secretsIn } from './support/home.js';

const instances = isType('instances');
const accessOf = (profile) => (message) => message.type === 'access' && message.profile === profile;
const names = (message) => message.instances.map(({ name }) => name);

test('list tells what runs, in name order and without a secret', async (t) => {
  const home = await homeWith(t, ['bob', 'alice'], '--title', 'A "title"', '--color', '#112233');
  await ok(home.berth('profile', 'create', 'stopped'));
  const host = new Host(home);
  host.send({ type: 'list' });
  const told = await host.next(instances);
  assert.deepEqual(told.instances, ['alice', 'bob'].map((name) => ({
    name,
    id: recordOf(home, name).id,
    title: 'A "title"',
    color: '#112233',
    icon: null,
    chain_id: '0x7a69',
    state: 'ready',
  })));
  assert.deepEqual(secretsIn(host.bytes, home, 'alice', 'bob'), []);
});

test('watch tells each start, stop and crash', async (t) => {
  const home = await homeWith(t, ['bob']);
  const host = new Host(home);
  host.send({ type: 'watch' });
  assert.deepEqual(names(await host.next(instances)), ['bob']);
  await host.next(accessOf('bob'));
  await ok(home.berth('start', 'alice', '--create'));
  assert.deepEqual(names(await host.next(instances)), ['alice', 'bob']);
  await host.next(accessOf('alice'));
  await ok(home.berth('stop', 'alice'));
  assert.deepEqual(names(await host.next(instances)), ['bob']);

  const { pid, id } = recordOf(home, 'bob');
  const before = performance.now();
  process.kill(pid, 'SIGKILL');
  assert.deepEqual(names(await host.next(instances)), []);
  assert.ok(performance.now() - before < 1000);

  await ok(home.berth('start', 'bob'));
  const again = await host.next(instances);
  assert.notEqual(again.instances[0].id, id);
  // Told anew, though it says the same: it is another run's.
  await host.next(accessOf('bob'));
  assert.deepEqual(host.untaken, []);
  assert.deepEqual(secretsIn(host.bytes, home, 'bob'), []);
});

test('watch tells questions and grants as they change', async (t) => {
  const home = await homeWith(t, ['bob'], '--title', 'Bob');
  const host = new Host(home);
  host.send({ type: 'watch' });
  assert.deepEqual(await host.next(accessOf('bob')), { type: 'access', profile: 'bob', approvals: [], grants: [] });

  const page = { profile: 'bob', origin: kApp, channel: 1 };
  const asking = host.rpc(page, 'eth_requestAccounts');
  const asked = await host.next(accessOf('bob'));
  assert.equal(asked.approvals.length, 1);
  const [question] = asked.approvals;
  assert.equal(question.profile, 'bob');
  assert.equal(question.origin, kApp);
  assert.deepEqual(await host.ask({ type: 'decide', profile: 'bob', question: question.id, decision: 'approve' }), { type: 'done', id: 2 });
  const [account] = (await asking).result;

  const granted = await host.next((message) => accessOf('bob')(message) && message.grants.length > 0);
  const [{ accounts, granted_at: since, info, ...rest }] = granted.grants;
  assert.deepEqual(rest, { origin: kApp, remembered: true });
  assert.equal(accounts[0], account);
  assert.ok(Date.parse(since) > 0);
  assert.match(info.rdns, /^app\.berth\.b[a-z2-7]{15}$/);
  assert.deepEqual({ ...info, rdns: '' }, { rdns: '', name: 'Bob', color: null, icon: null });
  assert.deepEqual(secretsIn(host.bytes, home, 'bob'), []);
});

test('an instance that was restarted while nobody looked is another', async (t) => {
  const home = await homeWith(t, ['bob']);
  const host = new Host(home);
  host.send({ type: 'watch' });
  const { id } = (await host.next(instances)).instances[0];
  await host.next(accessOf('bob'));
  host.child.kill('SIGSTOP');
  await ok(home.berth('restart', 'bob'));
  host.child.kill('SIGCONT');
  await host.next((message) => instances(message) && message.instances.some((told) => told.id !== id));
  await host.next(accessOf('bob'));
});

test('watch again tells all of it again', async (t) => {
  const host = new Host(await homeWith(t, ['bob']));
  for (let i = 0; i < 2; ++i) {
    host.send({ type: 'watch' });
    await host.next(instances);
    await host.next(accessOf('bob'));
  }
});

test('another program\'s record is told, and what it cannot do is said', async (t) => {
  const home = await homeWith(t, []);
  const endpoint = { host: '127.0.0.1', port: await listen(t, createServer()) };
  const { record } = await publishRecord(t, home, 'other', { level: 0, token: undefined, title: undefined, endpoint });
  const host = new Host(home);
  host.send({ type: 'watch' });
  const { instances: [told] } = await host.next(instances);
  assert.equal(told.id, record.id);
  assert.equal(told.title, null);
  for (const type of ['hello', 'grant']) {
    const { code, message } = await host.ask({ type, profile: 'other', origin: kApp });
    assert.equal(code, 'untrusted');
    assert.match(message, /other/);
  }
  assert.equal((await host.rpc({ profile: 'other', origin: kApp }, 'eth_accounts')).error.code, 4900);
});

test('row 43: a list of more than 1 MB comes in pieces', async (t) => {
  const home = await homeWith(t, []);
  // Each quote and backslash takes two bytes in JSON, and four in a piece.
  const title = '"\\é\u{1f6a2}'.repeat(12);
  const icon = `data:image/png;base64,${'A'.repeat(32_000)}`;
  for (let i = 10; i < 50; ++i) await publishRecord(t, home, `wallet${i}`, { title, icon });
  const host = new Host(home);
  host.send({ type: 'list' });
  const told = await host.next(instances);
  assert.equal(told.instances.length, 40);
  for (const item of told.instances) {
    assert.equal(item.title, title);
    assert.equal(item.icon, icon);
  }
  assert.ok(host.frames.length > 1);
  assert.ok(host.frames.every((length) => length < 1_000_000), host.frames.join());
});

test('a registry that cannot be read is told', async (t) => {
  const home = await homeWith(t, []);
  const host = new Host(home, { env: { BERTH_REGISTRY: '/proc/self/environ' } });
  for (const type of ['list', 'watch']) {
    host.send({ type });
    const { id, code, message } = await host.next(isType('error'));
    assert.equal(id, undefined);
    assert.ok(code.length > 0 && message.length > 0);
  }
});
