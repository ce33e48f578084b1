import assert from 'node:assert/strict';
import test from 'node:test';
import { Hello } from '../../../provider/js/lib/hello.js';
import { nodeCrypto } from '../../../provider/js/lib/node/crypto.js';
import { connectProvider } from '../../../provider/js/lib/provider.js';
import { proofOf } from './support/fake_instance.js';
import { createFakeTimers } from '../support/fake_timers.js';
import { makeRecord } from './support/registry.js';

// A world of fake time: one record, sockets that answer while `world.answers`,
// and the moment of every dial.
function createWorld() {
  const timers = createFakeTimers();
  const world = {
    timers, record: makeRecord('alice'), answers: true, dials: [], sockets: [],
    watchers: new Set(),
  };
  class FakeSocket {
    protocol = 'berth.v1';
    readyState = 1;

    constructor(url, [, offer]) {
      world.dials.push(timers.now());
      world.sockets.push(this);
      const nonce = Buffer.from(offer.split('.')[2], 'base64url');
      const proof = proofOf('server', world.record, nonce);
      const refused = Object.assign(new Error('refused'),
        { code: 'ECONNREFUSED' });
      queueMicrotask(() => (world.answers
        ? this.onmessage(frame({ method: 'berth_hello', params: { proof } }))
        : this.onerror?.({ error: refused })));
    }

    send(text) {
      queueMicrotask(() =>
        this.onmessage?.(frame({ id: JSON.parse(text).id, result: '0x1' })));
    }

    close() {
      this.readyState = 3;
    }
  }
  const registry = {
    find: () => ({ name: 'alice', status: 'running', record: world.record }),
    watch(onEvent) {
      world.watchers.add(onEvent);
      return () => world.watchers.delete(onEvent);
    },
  };
  const env = {
    WebSocket: FakeSocket, timers, random: () => 1,
    createHello: (record) => new Hello(record, nodeCrypto),
  };
  world.connect = () => connectProvider('alice', { registry, env });
  return world;
}

const frame = (value) => ({ data: JSON.stringify(value) });

// The connection ends, and nobody answers from now on.
async function lose(world) {
  world.answers = false;
  world.dials.length = 0;
  world.sockets.at(-1).onclose();
  await world.timers.advance(0);
}

const show = (world, changes) => world.watchers.forEach((onEvent) => onEvent({
  type: 'changed', instance: { name: 'alice', status: 'running', ...changes },
}));

test('tries are 100 ms apart, doubling to 5 s, for as long as it takes',
  async () => {
    const world = createWorld();
    const provider = await world.connect();
    await lose(world);
    await world.timers.advance(30_000);
    assert.deepEqual(world.dials,
      [100, 300, 700, 1500, 3100, 6300, 11300, 16300, 21300, 26300]);
    world.answers = true;
    await world.timers.advance(5000);
    assert.equal(provider.state, 'ready');
    assert.equal(world.watchers.size, 0);
    assert.equal(world.timers.pending, 0);
  });

test('a new instance in the registry is tried at once, a known one is not',
  async () => {
    const world = createWorld();
    await world.connect();
    await lose(world);
    await world.timers.advance(10_000);
    const tries = world.dials.length;
    show(world, { id: world.record.id });
    show(world, { id: 'new', name: 'bob' });
    show(world, { id: 'new', status: 'crashed' });
    await world.timers.advance(0);
    assert.equal(world.dials.length, tries);
    world.record = makeRecord('alice');
    show(world, { id: world.record.id });
    await world.timers.advance(0);
    assert.equal(world.dials.length, tries + 1);
    await world.timers.advance(100);
    assert.equal(world.dials.length, tries + 2);
  });

for (const [what, lasted, pause] of [
  ['a connection that is lost at once counts as one more failure', 0, 200],
  ['a connection that lasted begins the pauses anew', 5000, 100],
]) {
  test(what, async () => {
    const world = createWorld();
    await world.connect();
    world.sockets.at(-1).onclose();
    await world.timers.advance(100);
    await world.timers.advance(lasted);
    const now = world.timers.now();
    await lose(world);
    await world.timers.advance(pause);
    assert.deepEqual(world.dials, [now + pause]);
  });
}

test('close() in the midst of a pause leaves no timer and no watch', async () => {
  const world = createWorld();
  const provider = await world.connect();
  await lose(world);
  provider.close();
  await world.timers.advance(0);
  assert.equal(world.timers.pending, 0);
  assert.equal(world.watchers.size, 0);
});
