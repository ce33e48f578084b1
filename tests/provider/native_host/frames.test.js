import assert from 'node:assert/strict';
import test from 'node:test';
import { frame, Host, isType, kChromiumOrigin, kFirefoxId, lengthOf, runHost } from './support/host.js';
import { homeWith } from './support/home.js';

const kLimit = 2 << 20;
const kManifest = '/home/user/.mozilla/native-messaging-hosts/app.berth.registry.json';

// It ends with code 1, one line for a person and nothing for the browser.
function assertRefused({ code, stdout, stderr }, reason) {
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, reason);
  assert.match(stderr, /^berth-native-host: [^\n]+\n$/);
}

test('row 44: callers that are not the extension get nothing', async (t) => {
  const { env } = await homeWith(t, []);
  const list = frame('{"type":"list"}');
  for (const args of [
    [],
    [''],
    ['chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/'],
    [kChromiumOrigin.slice(0, -1)],
    [`${kChromiumOrigin}x`],
    ['chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/', kFirefoxId],
    [kManifest],
    [kManifest, 'another@berth.app'],
    [kFirefoxId],
    [kManifest, 'another@berth.app', kFirefoxId],
  ]) {
    assertRefused(await runHost(env, args, list), /Berth's extension/);
  }
});

test('the extension is served in either browser\'s way of calling', async (t) => {
  const home = await homeWith(t, []);
  for (const args of [[kChromiumOrigin], [kManifest, kFirefoxId]]) {
    const host = new Host(home, { args });
    host.send({ type: 'list' });
    assert.deepEqual(await host.next(isType('instances')), { type: 'instances', instances: [] });
  }
});

test('row 43: what is no message ends it', async (t) => {
  const { env } = await homeWith(t, []);
  for (const [input, reason] of [
    [lengthOf(0), /length: 0/],
    [lengthOf(0xffffffff), /length: 4294967295/],
    [lengthOf(kLimit + 1), /length: 2097153/],
    [lengthOf(10), /ends before/],
    [Buffer.concat([lengthOf(10), Buffer.from('{"type":')]), /ends before/],
    [Buffer.from([1, 0]), /ends before/],
    [frame('hello'), /JSON/],
    [frame('{"type":"list"'), /JSON/],
    [frame('{"type":"list"} x'), /JSON/],
    [frame(Buffer.from([0x7b, 0xff, 0x7d])), /JSON/],
    [frame('[]'), /JSON/],
    [frame('null'), /JSON/],
    [frame('"list"'), /JSON/],
    [frame('['.repeat(kLimit)), /JSON/],
  ]) {
    assertRefused(await runHost(env, [kChromiumOrigin], input), reason);
  }
});

test('it ends with stdin also where it has only begun to watch', async (t) => {
  const home = await homeWith(t, ['alice', 'bob']);
  for (let i = 0; i < 5; i += 1) {
    const host = new Host(home);
    host.send({ type: 'watch' });
    await host.next(isType('instances'));
    assert.equal(await host.end(), 0);
  }
});

test('it ends with stdin, and leaves nobody', async (t) => {
  const home = await homeWith(t, []);
  assert.deepEqual(await runHost(home.env, [kChromiumOrigin]), { code: 0, stdout: '', stderr: '' });
  const host = new Host(home);
  host.send({ type: 'watch' });
  await host.next(isType('instances'));
  assert.equal(await host.end(), 0);
  assert.equal(host.stderr, '');
});

test('a message may come byte by byte, and many at once', async (t) => {
  const host = new Host(await homeWith(t, []));
  for (const byte of frame('{"type":"list"}')) host.write(Buffer.from([byte]));
  await host.next(isType('instances'));
  host.write(Buffer.concat(Array(100).fill(frame('{"type":"list"}'))));
  for (let i = 0; i < 100; ++i) await host.next(isType('instances'));
});

test('a message may be as large as the limit', async (t) => {
  const host = new Host(await homeWith(t, []));
  const text = '{"type":"list","with":""}';
  host.write(frame(text.replace('""', `"${'x'.repeat(kLimit - text.length)}"`)));
  await host.next(isType('instances'));
});

test('row 22: what a page can bring into a message does not end it', async (t) => {
  const host = new Host(await homeWith(t, []));
  const rpc = (params) =>
    `{"type":"rpc","id":7,"profile":"a","origin":"https://a.example","request":{"method":"m","params":${params}}}`;
  const deep = 500_000;
  for (const params of [
    '["\\ud800"]',
    '["\\\\\\udfff\\"\\u0041"]',
    `${'['.repeat(deep)}${']'.repeat(deep)}`,
    '[{"a":1,"a":2}]',
  ]) {
    host.write(frame(rpc(params)));
    const answer = await host.next((message) => message.id === 7);
    assert.equal(answer.type, 'error', params.slice(0, 40));
    assert.equal(answer.code, 'invalid');
    assert.match(answer.message, /cannot be read/);
  }
});

test('a message that says too little is answered', async (t) => {
  const host = new Host(await homeWith(t, []));
  const kApp = 'https://app.example';
  for (const message of [
    { type: 'nonsense' },
    { type: 'x'.repeat(1 << 20) },
    { type: 7 },
    {},
    { type: 'start' },
    { type: 'start', name: '--all' },
    { type: 'start', name: '../bob' },
    { type: 'stop', name: '@berthd' },
    { type: 'grant', profile: 'bob' },
    { type: 'grant', profile: 'bob', origin: 'null' },
    { type: 'grant', profile: 'bob', origin: `${kApp}/` },
    { type: 'hello', profile: 'bob', origin: 'file://' },
    { type: 'profiles', origin: 7 },
    { type: 'decide', profile: 'bob', question: 'a' },
    { type: 'rpc', profile: 'bob', origin: kApp },
    { type: 'rpc', profile: 'bob', origin: kApp, request: { params: [] } },
    { type: 'rpc', profile: 'bob', origin: kApp, request: { method: 'm', params: 7 } },
    { type: 'rpc', profile: 'bob', origin: kApp, channel: 'one', request: { method: 'm' } },
    { type: 'rpc', profile: 'bob', origin: 'null', request: { method: 'm' } },
  ]) {
    const answer = await host.ask(message);
    assert.equal(answer.type, 'error', JSON.stringify(message).slice(0, 200));
    assert.equal(answer.code, 'invalid');
    assert.ok(answer.message.length < 400);
  }
  for (const message of [{ type: 'start', name: 'bob' }, { type: 'start', name: 'bob', id: 'x' }, { type: 'close' }]) {
    host.send(message);
    const answer = await host.next(isType('error'));
    assert.equal(answer.code, 'invalid');
    assert.ok(!('id' in answer));
  }
});
