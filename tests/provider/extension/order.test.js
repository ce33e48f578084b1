import assert from 'node:assert/strict';
import test from 'node:test';
import { runningFirst } from '../../../provider/extension/popup/order.js';

test('profiles that run come first, else nothing moves', () => {
  const profiles = ['stopped a', 'running b', 'crashed c', 'unresponsive d', 'starting e']
    .map((text) => ({ status: text.split(' ')[0], name: text.split(' ')[1] }));
  assert.deepEqual(runningFirst(profiles).map(({ name }) => name), ['b', 'd', 'e', 'a', 'c']);
});
