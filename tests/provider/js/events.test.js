import assert from 'node:assert/strict';
import test from 'node:test';
import { Emitter } from '../../../provider/js/lib/emitter.js';
import { SessionEvents } from '../../../provider/js/lib/session_events.js';

test('a listener that throws stops no other one, and is heard of', async () => {
  const emitter = new Emitter();
  const heard = [];
  const handlers = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const thrown = new Promise((resolve) =>
    process.once('uncaughtException', resolve));
  emitter.on('x', () => {
    throw new Error('mine');
  });
  emitter.on('x', (value) => heard.push(value));
  emitter.emit('x', 1);
  assert.deepEqual(heard, [1]);
  assert.equal((await thrown).message, 'mine');
  for (const handler of handlers) process.on('uncaughtException', handler);
});

test('a listener is called as often as it was added, once() only once', () => {
  const emitter = new Emitter();
  const heard = [];
  const listener = (value) => heard.push(value);
  const { on, once, removeListener } = emitter;
  once('x', listener);
  on('x', listener);
  emitter.emit('x', 1);
  emitter.emit('x', 2);
  removeListener('x', listener);
  emitter.emit('x', 3);
  assert.deepEqual(heard, [1, 1, 2]);
});

test('a listener must be a function', () => {
  assert.throws(() => new Emitter().on('x', 'y'), /got string/);
});

test('connect and disconnect alternate, whichever side says them', () => {
  const emitter = new Emitter();
  const events = new SessionEvents(emitter);
  const heard = [];
  for (const event of ['connect', 'disconnect']) {
    emitter.on(event, () => heard.push(event));
  }
  events.pass('connect', { chainId: '0x1' });
  events.announce('connect', { chainId: '0x1' });
  events.pass('disconnect', { code: 4900, message: 'stopping' });
  events.announce('disconnect', new Error('gone'));
  events.announce('connect', { chainId: '0x1' });
  assert.deepEqual(heard, ['connect', 'disconnect', 'connect']);
});

for (const [event, params, payload] of [
  ['chainChanged', ['0x1'], '0x1'],
  ['chainChanged', '0x1', '0x1'],
  ['accountsChanged', ['0xa', '0xb'], ['0xa', '0xb']],
  ['accountsChanged', [['0xa']], ['0xa']],
  ['accountsChanged', [], []],
  ['message', { type: 't', data: 1 }, { type: 't', data: 1 }],
]) {
  test(`${event} of ${JSON.stringify(params)} is the payload alone`, () => {
    const emitter = new Emitter();
    const heard = [];
    emitter.on(event, (value) => heard.push(value));
    new SessionEvents(emitter).pass(event, params);
    assert.deepEqual(heard, [payload]);
  });
}

test('a notification that is none of EIP-1193 reaches nobody', () => {
  const emitter = new Emitter();
  emitter.on('toString', () => assert.fail());
  new SessionEvents(emitter).pass('toString', {});
});
