import assert from 'node:assert/strict';
import test from 'node:test';
import { recordOf } from '../../e2e/support/wire.js';
import { until } from '../js/support/wait.js';
import { Host, isType } from './support/host.js';
import { bigWallet, homeWith, kApp, publishRecord } from './support/home.js';

const kMany = 80; // answers, of which the room is for less than 60
const kCall = [{ to: `0x${'22'.repeat(20)}`, data: '0x' }, 'latest'];

test('an extension that does not read ends it', async (t) => {
  const home = await homeWith(t, []);
  const icon = `data:image/png;base64,${'A'.repeat(32_000)}`;
  for (let i = 0; i < 10; ++i) await publishRecord(t, home, `wallet${i}`, { icon });
  const host = new Host(home);
  host.child.stdout.pause();
  const ended = new Promise((resolve) => host.child.once('exit', resolve));
  for (let i = 0; i < 100; ++i) host.send({ type: 'list' });
  assert.equal(await ended, 1);
  assert.match(host.stderr, /^berth-native-host: the extension does not read[^\n]*\n$/);
  host.child.stdout.resume();
});

test('answers that find no room are refused, and it goes on', async (t) => {
  const home = await homeWith(t, []);
  const node = await bigWallet(t, home, 300_000);
  const host = new Host(home);
  await host.ask({ type: 'grant', profile: 'big', origin: kApp });
  host.child.stdout.pause();
  const answers = [];
  while (node.answered < kMany) { // one by one, for the instance's sake
    answers.push(host.rpc({ profile: 'big', origin: kApp }, 'eth_call', kCall));
    await until(() => node.answered === answers.length);
  }
  host.child.stdout.resume();
  const codes = (await Promise.all(answers)).map(({ error }) => error?.code);
  assert.ok(codes.includes(undefined) && codes.includes(-32005), codes.join());
  host.send({ type: 'list' });
  await host.next(isType('instances'));
});

test('requests of 16 MiB at once, and no more', async (t) => {
  const home = await homeWith(t, ['bob']);
  process.kill(recordOf(home, 'bob').pid, 'SIGSTOP'); // answers nobody
  const host = new Host(home);
  const params = ['x'.repeat(1_900_000)];
  const ask = () => host.rpc({ profile: 'bob', origin: kApp }, 'eth_call', params);
  const first = Array.from({ length: 8 }, ask);
  const { code, message } = await ask();
  assert.deepEqual([code, message], ['unavailable', 'too many requests at once']);
  for (const { error } of await Promise.all(first)) assert.equal(error.message, 'the wallet does not answer');
});

test('so many channels and requests at once, and no more', async (t) => {
  const home = await homeWith(t, ['bob']);
  process.kill(recordOf(home, 'bob').pid, 'SIGSTOP'); // answers nobody
  const host = new Host(home);
  const ask = (channel) => host.rpc({ profile: 'bob', origin: kApp, channel }, 'eth_chainId');
  const first = Array.from({ length: 512 }, (_, channel) => ask(channel));
  assert.deepEqual((await ask(512)).error, { code: -32005, message: 'too many channels are open' });
  const second = Array.from({ length: 512 }, (_, channel) => ask(channel));
  const { code, message } = await ask(0);
  assert.deepEqual([code, message], ['unavailable', 'too many requests at once']);
  for (const { error } of await Promise.all([...first, ...second])) assert.equal(error.message, 'the wallet does not answer');
});
