import assert from 'node:assert/strict';
import { test } from 'node:test';

import { stateOf } from '../../../provider/ui/profile_state.js';

const profile = (more) => ({ name: 'alice', status: 'running', state: 'ready', wallet: 'dev', ...more });

test('a wallet that runs can be chosen, one that is locked cannot', () => {
  assert.equal(stateOf(profile()).canChoose, true);
  assert.equal(stateOf(profile({ state: 'locked' })).canChoose, false);
});

test('one that is unwell or slow runs, and can be chosen', () => {
  for (const status of ['degraded', 'unresponsive']) {
    const { canChoose, canStart } = stateOf(profile({ status }));
    assert.deepEqual({ canChoose, canStart }, { canChoose: true, canStart: false });
  }
});

test('a program that knows nothing of Berth is no wallet for pages while it serves', () => {
  for (const status of ['running', 'degraded', 'unresponsive']) {
    const { canChoose, canStart, word } = stateOf(profile({ wallet: 'command', status }));
    assert.deepEqual({ canChoose, canStart, word }, { canChoose: false, canStart: false, word: 'Not for pages' });
  }
});

test('a program that does not run can be started: it may publish a record of its own', () => {
  for (const status of ['stopped', 'crashed'])
    assert.equal(stateOf(profile({ wallet: 'command', status, state: null })).canStart, true);
});
