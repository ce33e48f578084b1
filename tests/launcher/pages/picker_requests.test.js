import assert from 'node:assert/strict';
import test from 'node:test';
import { PickerRequests } from '../../../launcher/gateway/assets/picker_requests.js';

const kOrigin = 'https://app.example';

// A gateway that wants the session "good", and a dashboard that has `session`.
function setUp(t, session) {
  const asked = [];
  t.mock.method(globalThis, 'fetch', async (path, { headers, body }) => {
    asked.push([path, JSON.parse(body), headers.Authorization]);
    const isGood = headers.Authorization === 'Bearer good';
    return new Response(isGood ? 'event: state\ndata: 1\n\n' : '{"error":"sign in"}', { status: isGood ? 200 : 401 });
  });
  if (session) {
    const dashboard = new BroadcastChannel('berth');
    dashboard.onmessage = () => dashboard.postMessage({ type: 'session', session });
    t.after(() => dashboard.close());
  }
  return asked;
}

test('where a session is wanted, that of an open dashboard is used', async (t) => {
  const asked = setUp(t, 'good');
  const heard = [];
  const stop = new AbortController();
  await new PickerRequests(kOrigin).follow({
    onState: (state) => {
      heard.push(state);
      stop.abort();
    },
    onTrouble: (trouble) => heard.push(trouble),
    signal: stop.signal,
  });
  assert.deepEqual(heard, [1]);
  assert.deepEqual(asked, [
    ['/v1/picker/events', { origin: kOrigin }, undefined],
    ['/v1/picker/events', { origin: kOrigin }, 'Bearer good'],
  ]);
});

for (const [who, session] of [['no dashboard', null], ['a dashboard that was signed out', 'old']])
  test(`with ${who} it is refused, and said once`, async (t) => {
    setUp(t, session);
    const heard = [];
    const requests = new PickerRequests(kOrigin);
    await requests.follow({
      onState: () => assert.fail('no state'),
      onTrouble: ({ kind, error }) => heard.push([kind, error.status]),
    });
    assert.deepEqual(heard, [['refused', 401]]);
    await assert.rejects(requests.choose('bob'), { status: 401 });
  });

test('each act names the origin, and its subject', async (t) => {
  const asked = [];
  t.mock.method(globalThis, 'fetch', async (path, { body }) => {
    asked.push([path.replace('/v1/picker/', ''), JSON.parse(body)]);
    return new Response('{}');
  });
  const requests = new PickerRequests(kOrigin);
  await requests.choose('bob');
  await requests.resume('app.berth.b1');
  await requests.start('bob');
  await requests.decide({ profile: 'bob', id: 'q' }, 'deny');
  await requests.revoke('bob');
  assert.deepEqual(asked, [
    ['choose', { origin: kOrigin, profile: 'bob' }],
    ['resume', { origin: kOrigin, rdns: 'app.berth.b1' }],
    ['start', { profile: 'bob' }],
    ['decide', { origin: kOrigin, profile: 'bob', id: 'q', decision: 'deny' }],
    ['revoke', { origin: kOrigin, profile: 'bob' }],
  ]);
});
