import assert from 'node:assert/strict';
import test from 'node:test';
import { Relay } from '../../../launcher/gateway/assets/relay.js';

const kRdns = 'app.berth.bob';

function setUp() {
  const sockets = [];
  const heard = [];
  const relay = new Relay({
    frame: (rdns, text) => heard.push([rdns, text]),
    lost: (rdns) => heard.push(['lost', rdns]),
  }, (url, protocols) => {
    const socket = {
      url, protocols, sent: [], isClosed: false,
      send: (text) => socket.sent.push(text),
      close: () => (socket.isClosed = true),
    };
    sockets.push(socket);
    return socket;
  });
  return { relay, sockets, heard };
}

async function opened() {
  const all = setUp();
  const open = all.relay.open(kRdns, 'ws://own/page', 'T');
  all.sockets[0].onopen();
  await open;
  return { ...all, socket: all.sockets[0] };
}

test('a channel is opened with its ticket, and carries frames as they are', async () => {
  const { relay, socket, heard } = await opened();
  assert.deepEqual([socket.url, socket.protocols], ['ws://own/page', ['berth.page.v1', 'berth.ticket.T']]);
  assert.equal(relay.send(kRdns, ' {"a":1} '), true);
  socket.onmessage({ data: '[ ]' });
  assert.deepEqual([socket.sent, heard], [[' {"a":1} '], [[kRdns, '[ ]']]]);
});

test('a channel that does not open rejects, at the latest after 10 s', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { relay, sockets } = setUp();
  const refused = relay.open(kRdns, 'u', 'T');
  sockets[0].onerror();
  await assert.rejects(refused, /did not open/);
  const silent = relay.open(kRdns, 'u', 'T');
  t.mock.timers.tick(10_000);
  await assert.rejects(silent, /did not open/);
  assert.deepEqual([sockets[1].isClosed, relay.has(kRdns)], [true, false]);
});

test('nothing goes to a channel that is not open', async () => {
  const { relay, socket } = await opened();
  assert.equal(relay.send('app.berth.alice', '{}'), false);
  relay.close(kRdns);
  assert.equal(relay.send(kRdns, '{}'), false);
  assert.deepEqual([socket.sent, socket.isClosed], [[], true]);
});

test('one that ends by itself is lost, one that is closed here is not', async () => {
  const first = await opened();
  first.socket.onclose();
  assert.deepEqual(first.heard, [['lost', kRdns]]);
  const { relay, socket, heard } = await opened();
  relay.closeAll();
  socket.onclose();
  socket.onmessage({ data: 'late' });
  assert.deepEqual(heard, []);
});

test('a new channel takes the place of an earlier one', async () => {
  const { relay, sockets, heard } = await opened();
  const open = relay.open(kRdns, 'u', 'T2');
  sockets[1].onopen();
  await open;
  sockets[0].onclose();
  assert.deepEqual([sockets[0].isClosed, heard, relay.has(kRdns)], [true, [], true]);
});

test('1 MiB is the most in both directions, and only text', async () => {
  const most = 'x'.repeat(1 << 20);
  const { relay, socket, heard } = await opened();
  assert.equal(relay.send(kRdns, most), true);
  socket.onmessage({ data: most });
  assert.equal(heard.length, 1);
  assert.equal(relay.send(kRdns, `${most}x`), false);
  assert.equal(relay.has(kRdns), false);
  for (const data of [`${most}x`, new ArrayBuffer(1)]) {
    const other = await opened();
    other.socket.onmessage({ data });
    assert.deepEqual(other.heard, [['lost', kRdns]]);
  }
});
