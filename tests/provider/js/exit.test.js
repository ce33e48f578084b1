import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { startInstance } from './support/fake_instance.js';
import { temporaryDirectory } from './support/registry.js';

// Runs `body` in a Node of its own, which must end by itself: with a handle
// left it would not, and SIGKILL ends it with another code.
async function assertEnds(t, directory, body) {
  const program = `
    import { connect, instances, watch } from 'berth-provider/node';
    const directory = ${JSON.stringify(directory)};
    ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: new URL('.', import.meta.url).pathname,
    stdio: ['ignore', 'pipe', 'inherit'], timeout: 15_000, killSignal: 'SIGKILL',
  });
  const [code, signal] = await once(child, 'exit');
  assert.deepEqual([code, signal], [0, null]);
}

for (const [what, body] of [
  ['a listing', 'await instances({ directory });'],
  ['a watch that was undone', `
    const stop = watch({ directory }, () => stop());`],
  ['a watch that was aborted', `
    const end = new AbortController();
    watch({ directory, signal: end.signal }, () => end.abort());`],
  ['a provider that was closed', `
    (await connect('alice', { directory })).close();`],
  ['a provider closed with a request under way', `
    const provider = await connect('alice', { directory });
    provider.request({ method: 'never' }).catch(() => {});
    provider.close();`],
  ['a connecting that failed', `
    await connect('nobody', { directory }).catch(() => {});`],
]) {
  test(`${what} leaves nothing that keeps a process alive`, async (t) => {
    const directory = temporaryDirectory(t);
    await startInstance(t, directory, 'alice', {
      methods: { never: () => new Promise(() => {}) },
    });
    await assertEnds(t, directory, body);
  });
}

test('a provider closed while its instance is gone leaves nothing', async (t) => {
  const directory = temporaryDirectory(t);
  const instance = await startInstance(t, directory, 'alice');
  const ended = assertEnds(t, directory, `
    const provider = await connect('alice', { directory });
    provider.on('disconnect', () => setTimeout(provider.close, 200));
    await provider.request({ method: 'net_version' });`);
  while (!instance.received.includes('net_version')) {
    await new Promise(setImmediate);
  }
  await instance.crash();
  await ended;
});
