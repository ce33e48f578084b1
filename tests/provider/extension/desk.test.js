import assert from 'node:assert/strict';
import test from 'node:test';
import { Desk } from '../../../provider/extension/lib/desk.js';

const kOrigin = 'https://app.example';
const kAlice = { name: 'alice', status: 'running', state: 'ready' };
const kBob = { name: 'bob', status: 'stopped', state: null };
const kAsk = { id: 'a1', origin: kOrigin };
const kQuestion = { id: 'q1', profile: 'alice', origin: kOrigin };
const turn = () => new Promise((resolve) => setImmediate(resolve));

const state = (more = {}) => ({
  trouble: null, ask: null, profiles: [kAlice, kBob], questions: [], site: null, ...more,
});

// A desk and its background, which answers when the test says so.
function setUp(first) {
  const calls = [];
  const desk = new Desk({
    call: (message) => new Promise((resolve, reject) => calls.push({ message, resolve, reject })),
    changed: () => {},
  });
  desk.tell(state(first));
  const answer = async (error) => {
    const { resolve, reject } = calls.at(-1);
    if (error) reject(error);
    else resolve();
    await turn();
  };
  return { desk, calls, answer, asked: () => calls.map(({ message }) => message) };
}

test('each act names its subjects as the background wants them', () => {
  const { desk, asked } = setUp({ ask: kAsk, questions: [kQuestion], site: kOrigin });
  desk.choose(kAlice);
  desk.cancel();
  desk.decide(kQuestion, 'approve');
  desk.start(kBob);
  desk.disconnect(kAlice);
  assert.deepEqual(asked(), [
    { type: 'choose', ask: 'a1', profile: 'alice' },
    { type: 'cancel', ask: 'a1' },
    { type: 'decide', profile: 'alice', question: 'q1', decision: 'approve' },
    { type: 'start', profile: 'bob' },
    { type: 'revoke', profile: 'alice', origin: kOrigin },
  ]);
});

test('the oldest ask comes before the oldest question', () => {
  const { desk } = setUp({ ask: kAsk, questions: [kQuestion] });
  assert.equal(desk.subject, 'a1');
  desk.tell(state({ questions: [kQuestion, { ...kQuestion, id: 'q2' }] }));
  assert.equal(desk.subject, 'q1');
  desk.tell(state());
  assert.equal(desk.subject, null);
});

test('an ask is chosen for once, and is busy at that profile until the background is done with it', async () => {
  const { desk, calls, answer } = setUp({ ask: kAsk });
  desk.choose(kAlice);
  desk.choose(kBob);
  assert.equal(calls.length, 1);
  await answer();
  assert.deepEqual([desk.isBusy('alice'), desk.isBusy('bob')], [true, false]);
  desk.tell(state({ ask: { ...kAsk, id: 'a2' } }));
  assert.equal(desk.isBusy('alice'), false);
});

test('a question is decided once, and busy until it has gone', async () => {
  const { desk, calls, answer } = setUp({ questions: [kQuestion] });
  desk.decide(kQuestion, 'approve');
  await answer();
  desk.decide(kQuestion, 'deny');
  assert.equal(calls.length, 1);
  assert.equal(desk.busy('q1'), 'approve');
  desk.tell(state());
  assert.equal(desk.busy('q1'), null);
});

test('what fails is said at its subject, until something else is done', async () => {
  const { desk, answer } = setUp({ ask: kAsk });
  desk.choose(kAlice);
  await answer(new Error('alice is locked'));
  assert.equal(desk.failureOf('alice').message, 'alice is locked');
  assert.equal(desk.failureOf('bob'), null);
  assert.equal(desk.isBusy('alice'), false);
  desk.start(kBob);
  assert.equal(desk.failureOf('alice'), null);
  await answer(new Error('no port is free'));
  assert.equal(desk.failureOf('bob').message, 'no port is free');
});

test('a choice that hangs can be cancelled, and a failed cancel is said', async () => {
  const { desk, asked, answer } = setUp({ ask: kAsk });
  desk.choose(kAlice);
  desk.cancel();
  assert.equal(asked().at(-1).type, 'cancel');
  await answer(new Error('lost'));
  assert.equal(desk.failureOf('cancel').message, 'lost');
});

for (const [verb, first, act] of [
  ['choose', { ask: kAsk }, (desk) => desk.choose(kAlice)],
  ['cancel', { ask: kAsk }, (desk) => desk.cancel()],
  ['deny', { questions: [kQuestion] }, (desk) => desk.decide(kQuestion, 'deny')],
])
  test(`what ends by ${verb} has that as its outcome, whichever word of the background comes first`, async () => {
    for (const stateFirst of [true, false]) {
      const { desk, answer } = setUp(first);
      act(desk);
      if (stateFirst) desk.tell(state());
      await answer();
      if (!stateFirst) desk.tell(state());
      assert.equal(desk.outcome, verb);
      desk.tell(state({ profiles: [] }));
      assert.equal(desk.outcome, verb);
    }
  });

test('what ends by itself has no outcome, nor has what was chosen too late', async () => {
  const { desk, answer } = setUp({ ask: kAsk });
  desk.tell(state());
  assert.equal(desk.outcome, null);
  desk.tell(state({ ask: { ...kAsk, id: 'a2' } }));
  desk.choose(kAlice);
  desk.tell(state());
  await answer(new Error('the page has gone'));
  assert.equal(desk.outcome, null);
});

test('an earlier act is no outcome of what comes after it', async () => {
  const { desk, answer } = setUp({ questions: [kQuestion, { ...kQuestion, id: 'q2' }] });
  desk.decide(kQuestion, 'approve');
  await answer();
  desk.tell(state({ questions: [{ ...kQuestion, id: 'q2' }] }));
  desk.tell(state());
  assert.equal(desk.outcome, null);
});

test('the scene is another one where something moves under the pointer, else not', async () => {
  const { desk, answer } = setUp({ ask: kAsk });
  const scenes = [desk.scene];
  const look = () => scenes.push(desk.scene);
  desk.tell(state({ ask: { ...kAsk } }));
  assert.equal(desk.scene, scenes[0]);
  desk.tell(state({ ask: kAsk, profiles: [kBob, kAlice] }));
  look();
  desk.tell(state({ ask: kAsk, profiles: [kBob, { ...kAlice, state: 'locked' }] }));
  look();
  desk.tell(state({ ask: kAsk, trouble: { message: 'away' } }));
  look();
  desk.start(kBob);
  await answer(new Error('no'));
  look();
  desk.tell(state({ questions: [kQuestion] }));
  look();
  desk.tell(state({ questions: [{ ...kQuestion, id: 'q2' }] }));
  look();
  assert.equal(new Set(scenes).size, scenes.length);
});

test('a background that does not answer is a trouble, until it does', () => {
  const { desk } = setUp();
  desk.late({ code: 'late', message: 'the extension does not answer' });
  assert.equal(desk.trouble.code, 'late');
  desk.tell(state());
  assert.equal(desk.trouble, null);
});
