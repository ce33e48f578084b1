import assert from 'node:assert/strict';
import test from 'node:test';
import { connect } from 'berth-provider/node';
import { startInstance } from './support/fake_instance.js';
import { temporaryDirectory } from './support/registry.js';
import { next, until } from './support/wait.js';

async function connected(t, methods) {
  const directory = temporaryDirectory(t);
  const instance = await startInstance(t, directory, 'alice', { methods });
  const provider = await connect('alice', { directory });
  t.after(provider.close);
  await next(provider, 'connect');
  return { directory, instance, provider };
}

const never = () => new Promise(() => {});

test('over a restart a provider finds its profile at a new port', async (t) => {
  const { directory, instance, provider } = await connected(t);
  const gone = next(provider, 'disconnect');
  await instance.crash();
  assert.equal((await gone).code, 4900);
  const back = next(provider, 'connect');
  const second = await startInstance(t, directory, 'alice', {
    methods: { eth_chainId: () => '0x1' },
  });
  assert.deepEqual(await back, { chainId: '0x1' });
  assert.equal(provider.state, 'ready');
  assert.equal(provider.info.id, second.record.id);
  assert.notEqual(second.record.endpoint.port, instance.record.endpoint.port);
  assert.equal(await provider.request({ method: 'net_version' }), '31337');
});

test('while it is gone requests answer 4900 at once, with the reason',
  async (t) => {
    const { instance, provider } = await connected(t);
    const gone = next(provider, 'disconnect');
    await instance.crash();
    await gone;
    assert.notEqual(provider.state, 'ready');
    await assert.rejects(provider.request({ method: 'net_version' }),
      { name: 'ProviderRpcError', code: 4900 });
    await until(() => provider.state === 'gone');
    await assert.rejects(provider.request({ method: 'net_version' }),
      ({ code, cause }) => code === 4900 && cause?.code === 'not_running');
  });

test('what waits for an answer fails with 4900 and is never sent again',
  async (t) => {
    const { directory, instance, provider } =
      await connected(t, { eth_sendTransaction: never });
    const pending = provider.request({ method: 'eth_sendTransaction' });
    const failed = assert.rejects(pending, { code: 4900 });
    await until(() => instance.received.includes('eth_sendTransaction'));
    await instance.crash();
    await failed;
    const back = next(provider, 'connect');
    const second = await startInstance(t, directory, 'alice');
    await back;
    await provider.request({ method: 'net_version' });
    assert.deepEqual(second.received, ['eth_chainId', 'net_version']);
  });

test('a request in the moment of the loss fails with 4900', async (t) => {
  const { instance, provider } = await connected(t, { slow: never });
  const codes = [];
  const note = ({ code }) => codes.push(code);
  provider.request({ method: 'slow' }).catch((error) => {
    note(error);
    provider.request({ method: 'slow' }).catch(note);
  });
  await until(() => instance.received.includes('slow'));
  await instance.crash();
  await until(() => codes.length === 2);
  assert.deepEqual(codes, [4900, 4900]);
});

test('an instance that says disconnect and stops is told once', async (t) => {
  const { instance, provider } = await connected(t);
  const told = [];
  provider.on('disconnect', ({ message }) => told.push(message));
  instance.notify('disconnect', { code: 4900, message: 'stopping' });
  await instance.crash();
  await until(() => provider.state === 'gone');
  assert.deepEqual(told, ['stopping']);
});

test('a connection that is lost while the instance lives is made again',
  async (t) => {
    const { instance, provider } = await connected(t);
    const back = next(provider, 'connect');
    for (const client of instance.clients) client.terminate();
    await back;
    assert.equal(await provider.request({ method: 'net_version' }), '31337');
  });

test('close() ends what waits, tells it, and is final', async (t) => {
  const { instance, provider } = await connected(t, { slow: never });
  const told = [];
  provider.on('disconnect', ({ code }) => told.push(code));
  const failed = assert.rejects(provider.request({ method: 'slow' }),
    ({ code, cause }) => code === 4900 && cause.code === 'closed');
  provider.close();
  provider.close();
  await failed;
  assert.deepEqual(told, [4900]);
  assert.equal(provider.state, 'gone');
  await assert.rejects(provider.request({ method: 'net_version' }),
    ({ code, cause }) => code === 4900 && cause.code === 'closed');
  await until(() => instance.clients.size === 0);
});

test('close() while it is gone ends the search', async (t) => {
  const { directory, instance, provider } = await connected(t);
  await instance.crash();
  await until(() => provider.state === 'gone');
  provider.close();
  const second = await startInstance(t, directory, 'alice');
  const other = await connect('alice', { directory });
  t.after(other.close);
  assert.equal(second.clients.size, 1);
});
