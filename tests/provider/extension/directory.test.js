// Who waits for the directory.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Directory } from '../../../provider/extension/background/directory.js';
import { Emitter } from '../../../provider/js/lib/emitter.js';

function createDirectory() {
  const native = new Emitter();
  const directory = new Directory(native);
  const listeners = new Set();
  const { on, removeListener } = directory;
  directory.on = (event, listener) => {
    listeners.add(listener);
    on(event, listener);
  };
  directory.removeListener = (event, listener) => {
    listeners.delete(listener);
    removeListener(event, listener);
  };
  return { native, directory, listeners };
}

const kAlice = { instances: [{ name: 'alice', id: '1' }] };

test('it is complete when each that runs has told what it granted', async () => {
  const { native, directory, listeners } = createDirectory();
  let isComplete = false;
  const { signal } = new AbortController();
  const waiting = directory.whenComplete(signal).then(() => (isComplete = true));
  native.emit('instances', kAlice);
  await new Promise(setImmediate);
  assert.equal(isComplete, false);
  native.emit('access', { profile: 'alice', approvals: [], grants: [] });
  await waiting;
  assert.equal(listeners.size, 0);
  await directory.whenComplete(signal);
});

test('who waits in vain leaves no listener', async () => {
  const { directory, listeners } = createDirectory();
  const abort = new AbortController();
  const waiting = directory.whenComplete(abort.signal);
  abort.abort(new Error('enough'));
  await assert.rejects(waiting, { message: 'enough' });
  assert.equal(listeners.size, 0);
});
