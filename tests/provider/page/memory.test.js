import assert from 'node:assert/strict';
import test from 'node:test';
import { Memory } from '../../../provider/js/lib/page/memory.js';
import { info } from './support/fake_popup.js';
import { announce, createPage, pickRelayed } from './support/page.js';
import { FakeWindow } from './support/fake_window.js';

const kNothing = { bound: null, profiles: [] };
const bob = { ...info('bob') };
const alice = { ...info('alice') };

function memoryOf(text) {
  const window = new FakeWindow();
  if (text !== undefined) window.localStorage.setItem('berth', text);
  return new Memory(window);
}

for (const text of [
  undefined, '', '{', 'null', '7', '[]', '{"profiles":7}',
  '{"profiles":[null,7,{"rdns":"x"}]}', '{"bound":"x"}',
]) {
  test(`${text} in the storage is nothing remembered`, () =>
    assert.deepEqual(memoryOf(text).read(), kNothing));
}

test('what is sound beside what is damaged is kept', () => {
  const memory = memoryOf(JSON.stringify(
    { bound: bob.rdns, profiles: [{}, bob, { ...alice, color: 'red' }] }));
  assert.deepEqual(memory.read(), { bound: bob.rdns, profiles: [bob] });
});

test('the last chosen is first, and none is there twice', () => {
  const memory = memoryOf();
  for (const one of [bob, alice, bob]) memory.choose(one);
  assert.deepEqual(memory.read().profiles, [bob, alice]);
});

test('forgetting what is bound unbinds it', () => {
  const memory = memoryOf();
  memory.choose(bob);
  memory.choose(alice);
  memory.bind(bob.rdns);
  memory.forget(alice.rdns);
  assert.deepEqual(memory.read(), { bound: bob.rdns, profiles: [bob] });
  memory.forget(bob.rdns);
  assert.deepEqual(memory.read(), kNothing);
});

test('news of a profile replace what was known, and add nothing', () => {
  const memory = memoryOf();
  memory.choose(bob);
  memory.refresh({ ...bob, name: 'Bob' });
  memory.refresh(alice);
  assert.deepEqual(memory.read().profiles, [{ ...bob, name: 'Bob' }]);
});

for (const [what, storage] of [
  ['is missing', null],
  ['throws', {
    getItem: () => { throw new Error('denied'); },
    setItem: () => { throw new Error('full'); },
  }],
]) {
  test(`picking and announcing work where the storage ${what}`, async () => {
    const page = createPage();
    page.window.localStorage = storage;
    const details = announce(page);
    const { provider } = await pickRelayed(page, 'bob');
    assert.equal(provider.state, 'ready');
    assert.deepEqual([...details.keys()], ['Berth', 'Berth: bob']);
  });
}

test('no ticket is remembered', async () => {
  const page = createPage();
  await pickRelayed(page, 'bob');
  assert.deepEqual(JSON.parse(page.window.localStorage.getItem('berth')),
    { bound: null, profiles: [bob] });
});
