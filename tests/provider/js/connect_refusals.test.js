import assert from 'node:assert/strict';
import { createServer as createTcpServer } from 'node:net';
import test from 'node:test';
import { connect } from 'berth-provider/node';
import { startInstance } from './support/fake_instance.js';
import { makeRecord, publish, temporaryDirectory } from './support/registry.js';
import { listen } from './support/wait.js';

const hasCode = (code) => (error) => {
  assert.equal(error.code, code, error.stack);
  assert.ok(error.hint.length > 0);
  return true;
};

test('no instance of that name: not_found', async (t) => {
  const directory = temporaryDirectory(t);
  await assert.rejects(connect('alice', { directory }), hasCode('not_found'));
  await assert.rejects(connect('../alice', { directory }), hasCode('not_found'));
});

test('a manager is no wallet: not_found', async (t) => {
  const directory = temporaryDirectory(t);
  await startInstance(t, directory, 'boss', { record: { kind: 'manager' } });
  await assert.rejects(connect('boss', { directory }), hasCode('not_found'));
});

test('a crashed instance: not_running', async (t) => {
  const directory = temporaryDirectory(t);
  const instance = await startInstance(t, directory, 'alice');
  await instance.crash();
  await assert.rejects(connect('alice', { directory }), hasCode('not_running'));
});

test('nobody at the port of a live record: not_running', async (t) => {
  const directory = temporaryDirectory(t);
  const server = createTcpServer();
  const port = await listen(t, server);
  await new Promise((resolve) => server.close(resolve));
  const endpoint = { host: '127.0.0.1', port };
  await publish(t, directory, 'alice', makeRecord('alice', { endpoint }));
  await assert.rejects(connect('alice', { directory }), (error) =>
    hasCode('not_running')(error) && error.cause.code === 'ECONNREFUSED');
});

test('a record of a newer format: newer', async (t) => {
  const directory = temporaryDirectory(t);
  await publish(t, directory, 'alice', '{"format":2}');
  await assert.rejects(connect('alice', { directory }), hasCode('newer'));
});

test('a record of level 0 has no proof: untrusted', async (t) => {
  const directory = temporaryDirectory(t);
  const record = makeRecord('alice', { level: 0, token: undefined });
  await publish(t, directory, 'alice', record);
  await assert.rejects(connect('alice', { directory }), hasCode('untrusted'));
});

test('an endpoint that is not loopback is never dialled', async (t) => {
  const directory = temporaryDirectory(t);
  const endpoint = { host: '192.0.2.1', port: 8766 };
  await publish(t, directory, 'alice', makeRecord('alice', { endpoint }));
  await assert.rejects(connect('alice', { directory }), (error) =>
    hasCode('not_running')(error) && /"endpoint"/.test(error.message));
});
