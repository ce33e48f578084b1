import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { watch } from 'berth-provider/node';
import { makeRecord, publish, temporaryDirectory } from './support/registry.js';
import { until } from './support/wait.js';

// What is seen of a registry: "type name status" of each event.
function record(t, directory, options = {}) {
  const events = [];
  const stop = watch({ directory, ...options }, ({ type, instance, error }) =>
    events.push(error ? `error ${error.code}`
      : `${type} ${instance.name} ${instance.status}`));
  t.after(stop);
  return { events, stop, sees: (event) => until(() => events.includes(event)) };
}

test('the present state comes first, as added', async (t) => {
  const directory = temporaryDirectory(t);
  await publish(t, directory, 'bob', makeRecord('bob'));
  const owner = await publish(t, directory, 'alice', makeRecord('alice'));
  await owner.crash();
  const { events, sees } = record(t, directory);
  assert.deepEqual(events, []);
  await sees('added bob running');
  assert.deepEqual(events, ['added alice crashed', 'added bob running']);
});

test('a start, a change, a crash, a takeover and a stop are each told once',
  async (t) => {
    const directory = temporaryDirectory(t);
    const { events, sees } = record(t, directory);
    const first = await publish(t, directory, 'alice', makeRecord('alice'));
    await sees('added alice running');
    await first.crash();
    await sees('crashed alice crashed');
    const second = await publish(t, directory, 'alice', makeRecord('alice'));
    await sees('changed alice running');
    await second.withdraw();
    await sees('removed alice stopped');
    assert.deepEqual(events, [
      'added alice running', 'crashed alice crashed', 'changed alice running',
      'removed alice stopped',
    ]);
  });

test('a record that is opened to others becomes unknown', async (t) => {
  const directory = temporaryDirectory(t);
  const { sees } = record(t, directory);
  await publish(t, directory, 'alice', makeRecord('alice'));
  await sees('added alice running');
  fs.chmodSync(join(directory, 'alice.json'), 0o644);
  await sees('changed alice unknown');
});

test('a registry is found when it is made, and again after it was removed',
  async (t) => {
    const directory = join(temporaryDirectory(t), 'registry');
    const { events, sees } = record(t, directory);
    for (const name of ['alice', 'bob']) {
      fs.mkdirSync(directory, 0o700);
      const owner = await publish(t, directory, name, makeRecord(name));
      await sees(`added ${name} running`);
      fs.rmSync(directory, { recursive: true });
      await sees(`removed ${name} stopped`);
      await owner.crash();
    }
    assert.equal(events.length, 4);
  });

test('a registry put in the place of the old one is watched instead',
  async (t) => {
    const parent = temporaryDirectory(t);
    const directory = join(parent, 'registry');
    fs.mkdirSync(directory, 0o700);
    fs.mkdirSync(join(parent, 'next'), 0o700);
    await publish(t, join(parent, 'next'), 'bob', makeRecord('bob'));
    await publish(t, directory, 'alice', makeRecord('alice'));
    const { sees } = record(t, directory);
    await sees('added alice running');
    fs.renameSync(directory, join(parent, 'old'));
    fs.renameSync(join(parent, 'next'), directory);
    await sees('removed alice stopped');
    await sees('added bob running');
  });

test('a registry that is not to be trusted is told once; the watch goes on',
  async (t) => {
    const directory = temporaryDirectory(t);
    const { events, sees } = record(t, directory);
    await publish(t, directory, 'alice', makeRecord('alice'));
    await sees('added alice running');
    fs.chmodSync(directory, 0o755);
    await sees('error registry');
    await publish(t, directory, 'bob', makeRecord('bob'));
    fs.chmodSync(directory, 0o700);
    await sees('added bob running');
    assert.deepEqual(events,
      ['added alice running', 'error registry', 'added bob running']);
  });

test('nothing is told after the undo, not even the rest of what was found',
  async (t) => {
    const directory = temporaryDirectory(t);
    await publish(t, directory, 'alice', makeRecord('alice'));
    await publish(t, directory, 'bob', makeRecord('bob'));
    const { sees } = record(t, directory);
    const heard = [];
    const stop = watch({ directory }, ({ instance }) => {
      heard.push(instance.name);
      stop();
    });
    await sees('added bob running');
    await until(() => heard.length > 0);
    await publish(t, directory, 'carol', makeRecord('carol'));
    await sees('added carol running');
    assert.deepEqual(heard, ['alice']);
  });

test('an abort ends the watch, and its listener is taken off', async (t) => {
  const directory = temporaryDirectory(t);
  const controller = new AbortController();
  const { signal } = controller;
  const { events } = record(t, directory, { signal });
  controller.abort();
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
  const { sees } = record(t, directory);
  record(t, directory, { signal });
  await publish(t, directory, 'alice', makeRecord('alice'));
  await sees('added alice running');
  assert.deepEqual(events, []);
});

test('a listener must be a function', (t) => {
  const directory = temporaryDirectory(t);
  assert.throws(() => watch({ directory }), /onEvent to be a function/);
});
