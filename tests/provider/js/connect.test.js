import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import test from 'node:test';
import { connect } from 'berth-provider/node';
import { startInstance } from './support/fake_instance.js';
import { makeRecord, publish, temporaryDirectory } from './support/registry.js';
import { listen, next, until } from './support/wait.js';

test('a provider answers requests of the profile it was asked for', async (t) => {
  const directory = temporaryDirectory(t);
  await startInstance(t, directory, 'alice');
  const bob = await startInstance(t, directory, 'bob', {
    methods: { eth_accounts: () => ['0xb'] },
  });
  const provider = await connect('bob', { directory });
  t.after(provider.close);
  assert.equal(provider.state, 'ready');
  assert.deepEqual(provider.info, {
    name: 'bob', id: bob.record.id, title: 'A wallet', color: '#336699',
    icon: null, software: { name: 'fake', version: '1' },
  });
  const { request } = provider;
  assert.deepEqual(await request({ method: 'eth_accounts' }), ['0xb']);
});

test('answers find their requests in whatever order they come', async (t) => {
  const directory = temporaryDirectory(t);
  let release;
  const slow = new Promise((resolve) => (release = resolve));
  await startInstance(t, directory, 'alice', {
    methods: { slow: () => slow, echo: ([value]) => value },
  });
  const provider = await connect('alice', { directory });
  t.after(provider.close);
  const first = provider.request({ method: 'slow' });
  assert.equal(await provider.request({ method: 'echo', params: [7] }), 7);
  release('late');
  assert.equal(await first, 'late');
});

test('an error of the instance comes with its code, message and data',
  async (t) => {
    const directory = temporaryDirectory(t);
    await startInstance(t, directory, 'alice');
    const provider = await connect('alice', { directory });
    t.after(provider.close);
    await assert.rejects(provider.request({ method: 'nothing' }),
      { name: 'ProviderRpcError', code: -32601, message: 'no nothing',
        data: ['nothing'] });
  });

for (const wanted of [undefined, null, {}, { method: '' }, { method: 7 },
  { method: 'x', params: 'y' }]) {
  test(`the request ${JSON.stringify(wanted)} is refused unsent`, async (t) => {
    const directory = temporaryDirectory(t);
    const instance = await startInstance(t, directory, 'alice');
    const provider = await connect('alice', { directory });
    t.after(provider.close);
    await assert.rejects(provider.request(wanted), { code: -32600 });
    await provider.request({ method: 'net_version' });
    assert.deepEqual(instance.received, ['eth_chainId', 'net_version']);
  });
}

test('the events of the instance are passed on', async (t) => {
  const directory = temporaryDirectory(t);
  const instance = await startInstance(t, directory, 'alice');
  const provider = await connect('alice', { directory });
  t.after(provider.close);
  assert.deepEqual(await next(provider, 'connect'), { chainId: '0x7a69' });
  const accounts = next(provider, 'accountsChanged');
  const chain = next(provider, 'chainChanged');
  const gone = next(provider, 'disconnect');
  instance.notify('accountsChanged', ['0xa']);
  instance.notify('chainChanged', ['0x1']);
  instance.notify('disconnect', { code: 4901, message: 'no chain' });
  assert.deepEqual(await accounts, ['0xa']);
  assert.equal(await chain, '0x1');
  const { name, code, message } = await gone;
  assert.deepEqual([name, code, message],
    ['ProviderRpcError', 4901, 'no chain']);
});

// A listener that never says a word, as a stopped process.
async function startSilent(t, directory) {
  const sockets = new Set();
  const server = createTcpServer((socket) => sockets.add(socket));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  const endpoint = { host: '127.0.0.1', port: await listen(t, server) };
  await publish(t, directory, 'alice', makeRecord('alice', { endpoint }));
  return sockets;
}

test('an instance that is silent: timeout', async (t) => {
  const directory = temporaryDirectory(t);
  await startSilent(t, directory);
  await assert.rejects(connect('alice', { directory, timeoutMs: 100 }),
    ({ code, hint }) => code === 'timeout' && hint.length > 0);
});

test('an abort ends the connecting with its reason, and the connection',
  async (t) => {
    const directory = temporaryDirectory(t);
    const sockets = await startSilent(t, directory);
    const controller = new AbortController();
    const { signal } = controller;
    const connecting = connect('alice', { directory, signal });
    await until(() => sockets.size === 1);
    const [socket] = sockets;
    socket.resume();
    controller.abort(new Error('enough'));
    await assert.rejects(connecting, { message: 'enough' });
    await until(() => socket.closed);
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });

test('a signal that is aborted already reaches nobody', async (t) => {
  const directory = temporaryDirectory(t);
  const sockets = await startSilent(t, directory);
  const signal = AbortSignal.abort();
  await assert.rejects(connect('alice', { directory, signal }),
    { name: 'AbortError' });
  assert.equal(sockets.size, 0);
});

test('an abort after the connecting leaves the provider alone', async (t) => {
  const directory = temporaryDirectory(t);
  await startInstance(t, directory, 'alice');
  const controller = new AbortController();
  const { signal } = controller;
  const provider = await connect('alice', { directory, signal });
  t.after(provider.close);
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
  controller.abort();
  assert.equal(await provider.request({ method: 'net_version' }), '31337');
});
