import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import WebSocket from 'ws';
import { listed, ok } from '../../e2e/support/berth.js';
import { recordOf } from '../../e2e/support/wire.js';
import { Host } from './support/host.js';
import { homeWith, kApp, publishRecord, secretsIn } from './support/home.js';

test('profiles are listed, stopped ones too, as a person sees them', async (t) => {
  const home = await homeWith(t, ['bob']);
  await ok(home.berth('profile', 'create', 'alice', '--title', 'Alice', '--color', '#112233'));
  const host = new Host(home);
  const { profiles } = await host.ask({ type: 'profiles' });
  assert.deepEqual(profiles, [
    { name: 'alice', title: 'Alice', color: '#112233', icon: null, status: 'stopped', state: null, chain_id: '0x7a69', wallet: 'dev', granted: null, rdns: null },
    { name: 'bob', title: null, color: null, icon: null, status: 'running', state: 'ready', chain_id: '0x7a69', wallet: 'dev', granted: null, rdns: null },
  ]);
  assert.deepEqual(secretsIn(host.bytes, home, 'bob'), []);
});

test('profiles tell what an origin was granted, running or not', async (t) => {
  const home = await homeWith(t, ['alice', 'bob']);
  const host = new Host(home);
  host.send({ type: 'watch' });
  const { info } = await host.ask({ type: 'grant', profile: 'alice', origin: kApp });
  const granted = async (origin) => {
    const { profiles } = await host.ask({ type: 'profiles', origin });
    assert.equal(profiles[0].rdns === info.rdns, origin === kApp);
    return profiles.map((profile) => profile.granted);
  };
  assert.deepEqual(await granted(kApp), [true, false]);
  assert.deepEqual(await granted('https://other.example'), [false, false]);
  await ok(home.berth('stop', 'alice'));
  assert.deepEqual(await granted(kApp), [true, false]);
  assert.equal((await host.ask({ type: 'revoke', profile: 'alice', origin: kApp })).type, 'done');
  assert.deepEqual(await granted(kApp), [false, false]);
});

test('start and stop answer when it is done', async (t) => {
  const home = await homeWith(t, []);
  await ok(home.berth('profile', 'create', 'alice'));
  const host = new Host(home);
  for (const [type, status] of [['start', 'running'], ['start', 'running'], ['stop', 'stopped'], ['stop', 'stopped']]) {
    const { id, ...answer } = await host.ask({ type, name: 'alice' });
    assert.deepEqual(answer, { type: 'done' });
    assert.equal((await listed(home, 'alice')).status, status);
  }
});

test('what is not there cannot be started, stopped or spoken to', async (t) => {
  const home = await homeWith(t, []);
  await ok(home.berth('profile', 'create', 'stopped'));
  const host = new Host(home);
  for (const [message, hint] of [
    [{ type: 'start', name: 'nobody' }, /berth profile create nobody/],
    [{ type: 'stop', name: 'nobody' }, /berth profile create nobody/],
    [{ type: 'grant', profile: 'stopped', origin: kApp }, /berth start stopped/],
    [{ type: 'hello', profile: 'stopped', origin: kApp }, /berth start stopped/],
    [{ type: 'decide', profile: 'stopped', question: 'a', decision: 'deny' }, /berth start stopped/],
    [{ type: 'revoke', profile: 'stopped', origin: kApp }, /berth grants stopped/],
  ]) {
    const answer = await host.ask(message);
    assert.equal(answer.code, 'not_found', JSON.stringify(answer));
    assert.match(answer.hint, hint);
  }
  const { error } = await host.rpc({ profile: 'stopped', origin: kApp }, 'eth_accounts');
  assert.deepEqual(error, { code: 4900, message: 'the wallet does not run' });
});

test('what an instance refuses is said in its words', async (t) => {
  const host = new Host(await homeWith(t, ['bob']));
  const unknown = await host.ask({ type: 'decide', profile: 'bob', question: '../grants', decision: 'deny' });
  assert.equal(unknown.code, 'not_found');
  const neither = await host.ask({ type: 'decide', profile: 'bob', question: 'a', decision: 'perhaps' });
  assert.equal(neither.code, 'invalid');
  const revoked = await host.ask({ type: 'revoke', profile: 'bob', origin: kApp });
  assert.deepEqual([revoked.code, revoked.message], ['not_found', 'not granted anything']);
});

test('a locked profile cannot be granted', async (t) => {
  const home = await homeWith(t, []);
  await publishRecord(t, home, 'shut', { state: 'locked' });
  const { code, message, hint } = await new Host(home).ask({ type: 'grant', profile: 'shut', origin: kApp });
  assert.deepEqual([code, message], ['locked', 'is locked: shut']);
  assert.match(hint, /unlock/);
});

test('who does not answer is unavailable, and the port of nobody is not dialled for a hello', async (t) => {
  const home = await homeWith(t, []);
  await publishRecord(t, home, 'gone', { endpoint: { host: '127.0.0.1', port: 9 } });
  await publishRecord(t, home, 'away', { endpoint: { host: '127.0.0.2', port: 9 } });
  const host = new Host(home);
  assert.equal((await host.ask({ type: 'grant', profile: 'gone', origin: kApp })).code, 'unavailable');
  assert.equal((await host.ask({ type: 'hello', profile: 'away', origin: kApp })).code, 'untrusted');
  const { error } = await host.rpc({ profile: 'gone', origin: kApp }, 'eth_accounts');
  assert.deepEqual(error, { code: 4900, message: 'the wallet does not answer' });
});

const kNobody = 65534;
const kSkip = process.geteuid() !== 0 && 'only root can start another user\'s program';

test('row 26: no hello is given for a port that another user\'s program has', { skip: kSkip }, async (t) => {
  const home = await homeWith(t, []);
  const program = 'const s = require("net").createServer().listen(0, "127.0.0.1", () => console.log(s.address().port))';
  const child = spawn(process.execPath, ['-e', program], { uid: kNobody, gid: kNobody, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [port] = await once(child.stdout, 'data');
  await publishRecord(t, home, 'taken', { endpoint: { host: '127.0.0.1', port: Number(port) } });
  const { code, message } = await new Host(home).ask({ type: 'hello', profile: 'taken', origin: kApp });
  assert.equal(code, 'untrusted');
  assert.match(message, /another user's program/);
});

test('a hello opens one WebSocket for that origin, and holds no token', async (t) => {
  const home = await homeWith(t, ['bob']);
  const host = new Host(home);
  const { id, ...hello } = await host.ask({ type: 'hello', profile: 'bob', origin: kApp });
  assert.deepEqual(Object.keys(hello).sort(), ['info', 'proof', 'protocols', 'type', 'url']);
  const { token, endpoint } = recordOf(home, 'bob');
  assert.equal(hello.url, `ws://127.0.0.1:${endpoint.port}`);
  assert.ok(!host.bytes.includes(token));

  const socket = new WebSocket(hello.url, hello.protocols);
  t.after(() => socket.terminate());
  const [first] = await once(socket, 'message');
  assert.deepEqual(JSON.parse(first), { jsonrpc: '2.0', method: 'berth_hello', params: { proof: hello.proof } });
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_accounts', params: [] }));
  const [answer] = await once(socket, 'message');
  assert.deepEqual(JSON.parse(answer).result, []); // a page without a grant

  const other = await host.ask({ type: 'hello', profile: 'bob', origin: kApp });
  assert.notEqual(other.protocols[1], hello.protocols[1]);
});
