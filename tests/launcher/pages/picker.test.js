import assert from 'node:assert/strict';
import test from 'node:test';
import { Picker } from '../../../launcher/gateway/assets/picker.js';

const kBob = { name: 'bob', rdns: 'app.berth.bob', status: 'running', state: 'ready', granted: true };
const kAlice = { ...kBob, name: 'alice', rdns: 'app.berth.alice' };
const kQuestion = { id: 'q1', profile: 'bob' };
const info = ({ rdns, name }) => ({ rdns, name, color: null, icon: null });
const failed = (status) => Object.assign(new Error('no'), { status });
const turn = () => new Promise((resolve) => setImmediate(resolve));

// A picker with a gateway that grants what it is asked for. `mode`: how.
function setUp({ mode = 'relay', ...requests } = {}) {
  const sent = [];
  const done = [];
  const open = new Set();
  const admit = (profile) => ({ info: info(profile), mode, ticket: 't', url: 'ws://own/page' });
  const profileOf = (key) => (key.includes('alice') ? kAlice : kBob);
  const picker = new Picker({
    send: (message) => sent.push(message),
    relay: {
      open: async (rdns) => void open.add(rdns),
      send: (rdns, text) => open.has(rdns) && Boolean(done.push(['frame', rdns, text])),
      close: (rdns) => void open.delete(rdns),
      closeAll: () => open.clear(),
    },
    requests: {
      choose: async (name) => admit(profileOf(name)),
      resume: async (rdns) => admit(profileOf(rdns)),
      decide: async ({ id }, decision) => void done.push([decision, id]),
      revoke: async (name) => void done.push(['revoke', name]),
      start: async (name) => void done.push(['start', name]),
      ...requests,
    },
    close: () => done.push('close'),
    recover: () => done.push('recover'),
    changed: () => {},
  });
  picker.tell({ profiles: [kBob, kAlice], approvals: [] });
  const hello = async (id, want = 'choose', rdns) => {
    picker.hear({ berth: 1, type: 'hello', id, want, rdns });
    await turn();
  };
  return { picker, sent, done, open, hello, types: () => sent.map(({ type }) => type) };
}

async function connected(options) {
  const all = setUp(options);
  await all.hello('1');
  await all.picker.choose(kBob);
  all.sent.length = 0;
  return all;
}

test('a page is welcomed each time, and asked for once', async () => {
  const { picker, hello, types } = setUp();
  await hello('1');
  await hello('1');
  assert.deepEqual(types(), ['welcome', 'welcome']);
  assert.equal(picker.view, 'choosing');
});

test('a public page hears of a choice when its channel is open, and no ticket', async () => {
  const { picker, sent, open, hello } = setUp();
  await hello('1');
  await picker.choose(kBob);
  assert.deepEqual(sent[1], { type: 'picked', id: '1', info: info(kBob), mode: 'relay' });
  assert.ok(open.has(kBob.rdns));
  assert.equal(picker.view, 'wallet');
  assert.deepEqual(picker.connected, [kBob]);
});

test('a page of this computer gets a ticket, and the window closes', async () => {
  const { picker, sent, done, hello } = setUp({ mode: 'direct' });
  await hello('1');
  await picker.choose(kBob);
  assert.deepEqual(sent[1], {
    type: 'picked', id: '1', info: info(kBob), mode: 'direct', ticket: 't', url: 'ws://own/page',
  });
  assert.deepEqual([picker.view, done], ['handed', ['close']]);
});

test('two choices at once: the first counts', async () => {
  const { picker, hello, sent } = setUp();
  await hello('1');
  await Promise.all([picker.choose(kBob), picker.choose(kAlice)]);
  assert.deepEqual(sent.filter(({ type }) => type === 'picked').map((m) => m.info.name), ['bob']);
});

test('what was cancelled while it was being granted is not given to the page', async () => {
  let grant;
  const { picker, hello, types } = setUp({
    choose: () => new Promise((resolve) => (grant = resolve)),
  });
  await hello('1');
  const chosen = picker.choose(kBob);
  picker.cancel();
  grant({ info: info(kBob), mode: 'direct', ticket: 't', url: 'u' });
  await chosen;
  assert.deepEqual(types(), ['welcome', 'denied']);
});

test('cancelling says denied and closes the window, or goes back to the wallet', async () => {
  const first = setUp();
  await first.hello('1');
  first.picker.cancel();
  assert.deepEqual(first.sent.at(-1), { type: 'denied', id: '1' });
  assert.deepEqual(first.done, ['close']);

  const { picker, hello, sent, done } = await connected();
  await hello('2');
  picker.cancel();
  assert.deepEqual(sent.at(-1), { type: 'denied', id: '2' });
  assert.deepEqual([picker.view, done], ['wallet', []]);
});

test('resume asks nobody where it is granted, else as choose', async () => {
  const granted = setUp();
  await granted.hello('1', 'resume', kBob.rdns);
  assert.deepEqual(granted.types(), ['welcome', 'picked']);
  const revoked = setUp({ resume: async () => { throw failed(404); } });
  await revoked.hello('1', 'resume', kBob.rdns);
  assert.deepEqual([revoked.picker.view, revoked.picker.failure], ['choosing', null]);
  const stopped = setUp({ resume: async () => { throw failed(409); } });
  await stopped.hello('1', 'resume', kBob.rdns);
  assert.equal(stopped.picker.view, 'choosing');
  assert.equal(stopped.picker.failure.subject, 'bob');
});

test('a newer hello supersedes one that waits for a choice', async () => {
  const { picker, hello, sent } = setUp();
  await hello('1');
  await hello('2');
  assert.equal(sent[2].type, 'failed');
  assert.deepEqual([sent[2].id, sent[2].code], ['1', 'superseded']);
  await picker.choose(kBob);
  assert.equal(sent.at(-1).id, '2');
});

test('frames go both ways; for what is not open the page hears lost', async () => {
  const { picker, sent, done } = await connected();
  picker.hear({ type: 'rpc', rdns: kBob.rdns, text: '{}' });
  picker.hear({ type: 'rpc', rdns: kAlice.rdns, text: '{}' });
  picker.frame(kBob.rdns, '[]');
  assert.deepEqual(done, [['frame', kBob.rdns, '{}']]);
  assert.deepEqual(sent, [
    { type: 'lost', rdns: kAlice.rdns },
    { type: 'rpc', rdns: kBob.rdns, text: '[]' },
  ]);
});

test('a page that leaves loses its channels, and its next document gets new ones', async () => {
  const { picker, sent, open, hello } = await connected();
  picker.hear({ type: 'leaving' });
  assert.deepEqual([open.size, picker.isAway], [0, true]);
  await hello('2', 'link');
  assert.deepEqual(sent, [
    { type: 'welcome', id: '2' },
    { type: 'picked', id: '2', info: info(kBob), mode: 'relay' },
    { type: 'linked', id: '2' },
  ]);
  assert.deepEqual([picker.view, picker.isAway], ['wallet', false]);
});

test('a page that leaves while its user chooses is given nothing', async () => {
  const granted = [];
  const { picker, hello, types, done } = setUp({ choose: async (name) => granted.push(name) });
  await hello('1');
  picker.hear({ type: 'leaving' });
  assert.deepEqual([picker.view, done], ['cancelled', ['close']]);
  await picker.choose(kBob);
  assert.deepEqual([types(), granted], [['welcome'], []]);
});

test('what was revoked is not linked again', async () => {
  const { picker, hello, types } = await connected({ resume: async () => { throw failed(404); } });
  await hello('2', 'link');
  assert.deepEqual(types(), ['welcome', 'linked']);
  assert.deepEqual(picker.connected, []);
});

test('a new document that was not announced takes no channel of the old one over', async () => {
  const { open, hello } = await connected({ resume: async () => { throw failed(409); } });
  await hello('2', 'link');
  assert.equal(open.size, 0);
});

test('the window closes with the last channel that the page closes', async () => {
  const { picker, done, open } = await connected();
  picker.chooseAnother();
  await picker.choose(kAlice);
  picker.hear({ type: 'close', rdns: kBob.rdns });
  assert.deepEqual([done, [...open]], [[], [kAlice.rdns]]);
  picker.hear({ type: 'close', rdns: kAlice.rdns });
  assert.deepEqual(done, ['close']);
});

test('when berthd ends each channel is lost, and the next berthd is looked for', async () => {
  const { picker, sent, done } = await connected();
  picker.lost();
  assert.deepEqual(sent, [{ type: 'lost', rdns: kBob.rdns }]);
  assert.deepEqual([picker.view, done], ['lost', ['recover']]);
});

test('a window that is lost leaves the page to its next document', async () => {
  const { picker, sent, hello, types } = await connected();
  await hello('2');
  sent.length = 0;
  picker.lost();
  assert.deepEqual([types(), sent[1].id, sent[1].code], [['lost', 'failed'], '2', 'restarted']);
  await hello('3', 'resume', kBob.rdns);
  assert.deepEqual([sent.length, picker.view], [2, 'lost']);
});

test('a page that waits for a choice of an earlier berthd is told', async () => {
  const { picker, hello, sent } = setUp();
  await hello('1');
  picker.troubled({ kind: 'refused', error: failed(403) });
  assert.deepEqual([sent.at(-1).type, sent.at(-1).id, sent.at(-1).code], ['failed', '1', 'restarted']);
});

test('a question is decided, and gone; one that fails stays, with the reason', async () => {
  const { picker, done } = await connected();
  picker.tell({ profiles: [kBob], approvals: [kQuestion] });
  await Promise.all([picker.decide(kQuestion, 'approve'), picker.decide(kQuestion, 'approve')]);
  assert.deepEqual([done, picker.questions], [[['approve', 'q1']], []]);

  const failing = await connected({ decide: async () => { throw failed(503); } });
  failing.picker.tell({ profiles: [kBob], approvals: [kQuestion] });
  await failing.picker.decide(kQuestion, 'approve');
  assert.deepEqual(failing.picker.questions, [kQuestion]);
  assert.equal(failing.picker.failure.subject, 'q1');
});

test('the scene changes with what a click would grant', async () => {
  const { picker } = await connected();
  const scenes = new Set([picker.scene]);
  picker.tell({ profiles: [kBob], approvals: [kQuestion] });
  scenes.add(picker.scene);
  picker.tell({ profiles: [kBob], approvals: [{ ...kQuestion, id: 'q2' }, kQuestion] });
  scenes.add(picker.scene);
  picker.chooseAnother();
  scenes.add(picker.scene);
  picker.tell({ profiles: [kAlice, kBob], approvals: [] });
  scenes.add(picker.scene);
  picker.tell({ profiles: [{ ...kAlice, status: 'stopped' }, kBob], approvals: [] });
  scenes.add(picker.scene);
  assert.equal(scenes.size, 6);
  const before = picker.scene;
  picker.tell({ profiles: [{ ...kAlice, status: 'stopped' }, kBob], approvals: [] });
  assert.equal(picker.scene, before);
});

test('the scene changes when a notice moves the rows', async () => {
  const { picker, hello } = setUp({ start: () => Promise.reject(failed(409)) });
  await hello('1');
  const scenes = new Set([picker.scene]);
  await picker.start(kAlice);
  scenes.add(picker.scene);
  picker.troubled({ kind: 'gone', error: failed(0) });
  scenes.add(picker.scene);
  picker.tell({ profiles: [kBob, kAlice], approvals: [] });
  await picker.start(kBob);
  scenes.add(picker.scene);
  assert.equal(scenes.size, 4);
});

test('another page in the tab is told of until the right one speaks', async () => {
  const { picker } = await connected();
  picker.foreign();
  assert.equal(picker.isForeign, true);
  picker.hear({ type: 'rpc', rdns: kBob.rdns, text: '{}' });
  assert.equal(picker.isForeign, false);
});
