import assert from 'node:assert/strict';
import test from 'node:test';
import { countRunning, groupGrants, inOrder, instanceRow, newQuestions, titleFor }
  from '../../../launcher/gateway/assets/dashboard_model.js';

const kNow = Date.parse('2026-01-01T01:00:00Z');

function row(change) {
  const running = {
    name: 'alice', status: 'running', state: 'ready', pid: 4325, port: 8766,
    started_at: '2026-01-01T00:00:00Z', chain_id: '0x7a69', title: null,
    wallet: 'dev', color: null, icon: null, restart: 'no', problem: null,
    reason: null,
  };
  return instanceRow({ ...running, ...change }, kNow);
}

const stopped = { status: 'stopped', state: null, pid: null, port: null,
  started_at: null };

test('one that runs shows where, for how long and on which chain', () => {
  const { title, port, pid, uptime, chain, note } = row({});
  assert.deepEqual({ title, port, pid, uptime, chain, note }, {
    title: 'alice', port: '8766', pid: '4325', uptime: '1 h', chain: 'Local test chain (31337)', note: null,
  });
});

test('one that does not run has neither pid nor uptime', () => {
  const { port, pid, uptime } = row(stopped);
  assert.deepEqual({ port, pid, uptime }, { port: '-', pid: '-', uptime: '-' });
  // What crashed still has the record of its last life.
  const crashed = row({ status: 'crashed', pid: null });
  assert.deepEqual([crashed.port, crashed.uptime], ['8766', '-']);
  assert.equal(row({ chain_id: null }).chain, '-');
});

test('each status offers the verbs that apply, and has a tone', () => {
  const table = {
    running: [['stop', 'restart'], 'good'],
    degraded: [['stop', 'restart'], 'warn'],
    unresponsive: [['stop', 'restart'], 'warn'],
    starting: [['stop'], 'busy'],
    stopping: [[], 'busy'],
    crashed: [['start'], 'bad'],
    failed: [['start'], 'bad'],
    stopped: [['start'], 'quiet'],
    unknown: [[], 'bad'],
  };
  for (const [status, expected] of Object.entries(table)) {
    const { verbs, tone } = row({ status });
    assert.deepEqual([verbs, tone], expected, status);
  }
});

test('a locked wallet is told from one that is ready', () => {
  assert.equal(row({ state: 'locked' }).locked, true);
  assert.equal(row({ state: 'ready' }).locked, false);
  assert.equal(row(stopped).locked, false);
});

test('the note says what is wrong: a problem before a reason', () => {
  assert.equal(row({ reason: 'upstream down' }).note, 'upstream down');
  assert.equal(row({ problem: 'damaged', reason: 'x' }).note, 'damaged');
  assert.match(row({ status: 'crashed' }).note, /log/);
});

test('the details name the profile where the title does not', () => {
  assert.deepEqual(row({ title: 'Alice', restart: 'on-failure' }).details,
    ['alice', 'dev', 'restarts on failure']);
  assert.deepEqual(row({ restart: 'always' }).details,
    ['dev', 'restarts always']);
  assert.deepEqual(row({ wallet: null }).details, []);
});

test('how many run', () => {
  const of = (...statuses) => statuses.map((status) => ({ status }));
  assert.equal(countRunning(of('running', 'degraded', 'crashed')),
    '2 of 3 running');
  assert.equal(countRunning([]), 'none');
});

test('new is what was not there, of whichever profile', () => {
  const first = { profile: 'alice', id: '1' };
  const other = { profile: 'bob', id: '1' };
  assert.deepEqual(newQuestions([], [first]), [first]);
  assert.deepEqual(newQuestions([first], [first, other]), [other]);
  assert.deepEqual(newQuestions([first, other], [other]), []);
});

test('the question whose time is up first comes first', () => {
  const at = (id, asked) => ({ id, asked_at: `2026-01-01T00:00:${asked}Z` });
  const ids = inOrder([at('b', '09'), at('a', '10'), at('c', '01')])
    .map(({ id }) => id);
  assert.deepEqual(ids, ['c', 'b', 'a']);
});

test('grants come by profile, in it by origin', () => {
  const grant = (profile, origin) => ({ profile, origin });
  const groups = groupGrants([grant('bob', 'https://b'),
    grant('alice', 'https://z'), grant('bob', 'https://a')]);
  assert.deepEqual(groups, [
    { profile: 'alice', grants: [grant('alice', 'https://z')] },
    { profile: 'bob',
      grants: [grant('bob', 'https://a'), grant('bob', 'https://b')] },
  ]);
  assert.deepEqual(groupGrants([]), []);
});

test('the title counts what waits', () => {
  assert.equal(titleFor(0), 'Berth');
  assert.equal(titleFor(2), '(2) Berth');
});
