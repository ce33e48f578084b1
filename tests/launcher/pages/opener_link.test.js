import assert from 'node:assert/strict';
import test from 'node:test';
import { OpenerLink } from '../../../launcher/gateway/assets/opener_link.js';
import { readOrigin } from '../../../provider/ui/origin_parts.js';

const kOrigin = 'https://app.example';
const hello = (more = {}) => ({ berth: 1, type: 'hello', id: 'x', want: 'choose', ...more });

function setUp() {
  const sent = [];
  const opener = { closed: false, postMessage: (data, origin) => sent.push({ data, origin }) };
  const window = Object.assign(new EventTarget(), { opener });
  const heard = [];
  const link = new OpenerLink(window, {
    pinned: (origin) => heard.push(['pinned', origin]),
    message: (message) => heard.push(message),
    foreign: () => heard.push('foreign'),
    nameless: () => heard.push('nameless'),
  });
  const say = (data, { source = opener, origin = kOrigin } = {}) =>
    window.dispatchEvent(Object.assign(new Event('message'), { source, origin, data }));
  return { heard, link, opener, say, sent };
}

test('the first hello pins who opened the window', () => {
  const { heard, link, say } = setUp();
  assert.equal(link.origin, null);
  say(hello());
  assert.equal(link.origin, kOrigin);
  assert.deepEqual(heard, [['pinned', kOrigin], hello()]);
});

test('who is not the opener is not heard, before the first hello and after', () => {
  const { heard, say } = setUp();
  say(hello(), { source: {} });
  say(hello(), { source: null });
  assert.deepEqual(heard, []);
  say(hello());
  say({ berth: 1, type: 'leaving' }, { source: {} });
  assert.equal(heard.length, 2);
});

test('a page that leaves is heard, though its window has no document any more', () => {
  const { heard, say } = setUp();
  const leaving = { berth: 1, type: 'leaving' };
  say(leaving, { source: null });
  say(hello());
  say(leaving, { source: null, origin: 'https://evil.example' });
  say(hello({ id: 'y' }), { source: null });
  assert.equal(heard.length, 2);
  say(leaving, { source: null });
  assert.deepEqual(heard.slice(2), [leaving]);
});

test('what is no web origin is never pinned, and told of', () => {
  const { heard, link, say } = setUp();
  const none = ['null', '', 'file://', 'chrome-extension://abc', 'https://app.example/', 'HTTPS://app.example'];
  for (const origin of none) say(hello(), { origin });
  say({ berth: 1, type: 'leaving' }, { origin: 'null' });
  assert.deepEqual(heard, none.map(() => 'nameless'));
  assert.equal(link.origin, null);
});

test('only a hello pins', () => {
  const { heard, say } = setUp();
  say({ berth: 1, type: 'rpc', rdns: 'a', text: '{}' });
  say({ berth: 1, type: 'leaving' });
  assert.deepEqual(heard, []);
});

test('the opener at another origin is refused, and told of', () => {
  const { heard, link, say } = setUp();
  say(hello());
  say(hello({ id: 'y' }), { origin: 'https://evil.example' });
  assert.deepEqual(heard.slice(2), ['foreign']);
  assert.equal(link.origin, kOrigin);
});

test('messages of a wrong shape are dropped', () => {
  const { heard, say } = setUp();
  say(hello());
  const wrong = [
    null, 'hello', 1, { type: 'leaving' }, { berth: 2, type: 'leaving' },
    { berth: 1, type: 'toString' }, { berth: 1, type: ['leaving'] }, { berth: 1, type: 'picked', id: 'x' },
    hello({ id: 7 }), hello({ id: 'x'.repeat(300) }), hello({ want: 'all' }),
    hello({ want: 'resume' }), { berth: 1, type: 'rpc', rdns: 'a', text: {} },
    { berth: 1, type: 'rpc', text: '' }, { berth: 1, type: 'close' },
  ];
  for (const data of wrong) say(data);
  assert.equal(heard.length, 2);
});

test('what is sent goes to the pinned origin, and nowhere before it is known', () => {
  const { link, say, sent } = setUp();
  link.send({ type: 'here' });
  assert.deepEqual(sent, []);
  say(hello());
  link.send({ type: 'here' });
  assert.deepEqual(sent, [{ data: { berth: 1, type: 'here' }, origin: kOrigin }]);
});

test('a window without an opener hears nobody', () => {
  const window = Object.assign(new EventTarget(), { opener: null });
  const link = new OpenerLink(window, {
    pinned: () => assert.fail('nobody'), message: () => {}, foreign: () => {},
  });
  assert.equal(link.exists, false);
  assert.equal(link.closed, true);
  window.dispatchEvent(Object.assign(new Event('message'),
    { source: null, origin: kOrigin, data: hello() }));
  assert.equal(link.origin, null);
});

test('the parts of an origin, and whether it is this computer', () => {
  assert.deepEqual(readOrigin('https://app.example:8443'),
    { scheme: 'https', host: 'app.example', port: '8443', loopback: false });
  for (const origin of ['http://localhost:3000', 'http://a.localhost', 'http://127.0.0.1:1', 'http://127.9.9.9', 'http://[::1]:81'])
    assert.equal(readOrigin(origin).loopback, true, origin);
  for (const origin of ['https://localhost.example', 'https://127.0.0.1.example', 'https://notlocalhost'])
    assert.equal(readOrigin(origin).loopback, false, origin);
  for (const origin of ['null', 'https://a.example/', 'https://a.example:443', 'https://u@a.example', null])
    assert.equal(readOrigin(origin), null, origin);
});
