import assert from 'node:assert/strict';
import test from 'node:test';
import { Actions } from '../../../provider/ui/actions.js';

function createActions() {
  const changes = { count: 0 };
  const actions = new Actions(() => changes.count++);
  return { actions, changes };
}

test('a subject is busy until its action is done', async () => {
  const { actions, changes } = createActions();
  const { promise, resolve } = deferred();
  const done = actions.run({ key: 'alice', verb: 'start' }, () => promise);
  assert.equal(actions.busy('alice'), 'start');
  assert.equal(actions.busy('bob'), null);
  assert.equal(changes.count, 1);
  resolve();
  await done;
  assert.equal(actions.busy('alice'), null);
  assert.equal(changes.count, 2);
});

test('a busy subject takes no second action', async () => {
  const { actions } = createActions();
  const { promise, resolve } = deferred();
  const first = actions.run({ key: 'alice', verb: 'start' }, () => promise);
  await actions.run({ key: 'alice', verb: 'stop' }, () => assert.fail());
  assert.equal(actions.busy('alice'), 'start');
  resolve();
  await first;
});

test('a failure stays until the next action or until it is dismissed', async () => {
  const { actions } = createActions();
  const error = new Error('no free port');
  const fail = () => actions.run({ key: 'alice', verb: 'start' },
    () => Promise.reject(error));
  await fail();
  assert.deepEqual(actions.failure('alice'),
    { key: 'alice', verb: 'start', error });
  await actions.run({ key: 'alice', verb: 'start' }, async () => {});
  assert.equal(actions.failure('alice'), null);
  await fail();
  assert.equal(actions.failures().length, 1);
  actions.dismiss('alice');
  assert.deepEqual(actions.failures(), []);
});

test('what was decided stays busy until it has gone', async () => {
  const { actions } = createActions();
  const approve = () => actions.run(
    { key: 'q', verb: 'approve', final: true }, async () => {});
  actions.keep(['q']);
  await approve();
  assert.equal(actions.busy('q'), 'approve');
  actions.keep(['q']);
  assert.equal(actions.busy('q'), 'approve');
  actions.keep([]);
  assert.equal(actions.busy('q'), null);
  // It went before its answer came: nothing is left for one of the same name.
  await approve();
  assert.equal(actions.busy('q'), null);
});

test('what could not be decided can be tried again', async () => {
  const { actions } = createActions();
  actions.keep(['q']);
  await actions.run({ key: 'q', verb: 'approve', final: true },
    () => Promise.reject(new Error('away')));
  assert.equal(actions.busy('q'), null);
});

function deferred() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
