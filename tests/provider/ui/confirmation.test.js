import assert from 'node:assert/strict';
import test from 'node:test';
import { Confirmation } from '../../../provider/ui/confirmation.js';
import { createFakeTimers } from '../../provider/support/fake_timers.js';

async function createPage() {
  const timers = createFakeTimers();
  await timers.advance(10_000);
  const page = { timers, acts: [], changes: 0 };
  page.confirmation = new Confirmation(() => page.changes++, timers);
  page.press = (key) => page.confirmation.press(key, () => page.acts.push(key));
  return page;
}

test('the second press does it, once', async () => {
  const { confirmation, press, timers, acts } = await createPage();
  press('alice');
  assert.equal(confirmation.isArmed('alice'), true);
  assert.deepEqual(acts, []);
  await timers.advance(1000);
  press('alice');
  assert.deepEqual(acts, ['alice']);
  assert.equal(confirmation.isArmed('alice'), false);
  assert.equal(timers.pending, 0);
});

test('a double click or a key held down is one press', async () => {
  const { press, timers, acts } = await createPage();
  press('alice');
  await timers.advance(660);
  for (let i = 0; i < 50; i++) {
    press('alice');
    await timers.advance(40);
  }
  assert.deepEqual(acts, []);
});

test('another button takes the confirmation over', async () => {
  const { confirmation, press, timers, acts } = await createPage();
  press('alice');
  await timers.advance(1000);
  press('bob');
  assert.equal(confirmation.isArmed('alice'), false);
  assert.equal(confirmation.isArmed('bob'), true);
  assert.deepEqual(acts, []);
});

test('it is forgotten when the user leaves it or takes long', async () => {
  const { confirmation, press, timers } = await createPage();
  press('alice');
  confirmation.disarm('bob');
  assert.equal(confirmation.isArmed('alice'), true);
  confirmation.disarm('alice');
  assert.equal(confirmation.isArmed('alice'), false);
  await timers.advance(1000);
  press('alice');
  await timers.advance(5999);
  assert.equal(confirmation.isArmed('alice'), true);
  await timers.advance(1);
  assert.equal(confirmation.isArmed('alice'), false);
});
