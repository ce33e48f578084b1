import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import test from 'node:test';
import { connect } from 'berth-provider/node';
import { proofOf } from './support/fake_instance.js';
import { makeRecord, publish, temporaryDirectory } from './support/registry.js';
import { listen, until } from './support/wait.js';

// RFC 6455 section 1.3.
function acceptKey(head) {
  const [, key] = /^sec-websocket-key: (\S+)/im.exec(head);
  const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  return createHash('sha1').update(key + guid).digest('base64');
}

const upgrade = (head, subprotocol) =>
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n' +
  `Connection: Upgrade\r\nSec-WebSocket-Accept: ${acceptKey(head)}\r\n` +
  `${subprotocol ? `Sec-WebSocket-Protocol: ${subprotocol}\r\n` : ''}\r\n`;

// An unmasked text frame of less than 64 KiB, RFC 6455 section 5.2.
function frame(value) {
  const payload = Buffer.from(JSON.stringify(value));
  const head = Buffer.from([0x81, 126, 0, 0]);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

const hello = (proof) =>
  frame({ jsonrpc: '2.0', method: 'berth_hello', params: { proof } });

const nonceOf = (head) =>
  Buffer.from(/berth\.hello\.([\w-]+)\./.exec(head)[1], 'base64url');
const offerOf = (head) => /(berth\.hello\.\S+)/.exec(head)[1];

// What sits at the port answers `reply(head, record)` to the handshake and
// keeps all it is sent after that.
async function squat(t, directory, reply) {
  const record = makeRecord('alice');
  const seen = { head: '', after: Buffer.alloc(0), closed: false };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('close', () => (seen.closed = true));
    socket.on('data', (data) => {
      if (seen.head) {
        seen.after = Buffer.concat([seen.after, data]);
        return;
      }
      seen.head = data.toString('latin1');
      for (const part of reply(seen.head, record)) socket.write(part);
    });
  });
  record.endpoint.port = await listen(t, server);
  await publish(t, directory, 'alice', record);
  return { seen, record };
}

const kSquatters = {
  'speaks HTTP only': () => ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
  'redirects': () => ['HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\n\r\n'],
  'speaks no HTTP': () => ['220 mail.example.com ESMTP\r\n'],
  'chooses no subprotocol': (head) => [upgrade(head), hello('x')],
  'chooses another subprotocol': (head) => [upgrade(head, 'other')],
  'sends the hello offer back as its choice': (head, record) => [
    upgrade(head, offerOf(head)), hello(proofOf('server', record, nonceOf(head))),
  ],
  'gives a wrong proof': (head) =>
    [upgrade(head, 'berth.v1'), hello('A'.repeat(43))],
  'gives no proof': (head) => [upgrade(head, 'berth.v1'), hello(undefined)],
  'sends the client proof back': (head) =>
    [upgrade(head, 'berth.v1'), hello(offerOf(head).split('.').at(-1))],
  'proves a nonce of its own': (head, record) => [
    upgrade(head, 'berth.v1'), hello(proofOf('server', record, Buffer.alloc(32))),
  ],
  'answers before the hello': (head, record) => [
    upgrade(head, 'berth.v1'), frame({ id: 1, result: '0x1' }),
    hello(proofOf('server', record, nonceOf(head))),
  ],
};

for (const [what, reply] of Object.entries(kSquatters)) {
  test(`a squatter that ${what} gets no request`, async (t) => {
    const directory = temporaryDirectory(t);
    const { seen, record } = await squat(t, directory, reply);
    await assert.rejects(connect('alice', { directory }), (error) => {
      assert.equal(error.code, 'untrusted', error.stack);
      assert.match(error.message, new RegExp(`127.0.0.1:${record.endpoint.port}`));
      return true;
    });
    await until(() => seen.closed);
    // At most a close frame (masked, opcode 8), which says nothing.
    assert.ok(seen.after.length === 0 || seen.after[0] === 0x88, `${seen.after}`);
    assert.ok(!seen.head.includes(record.token));
  });
}

test('one that closes after the handshake: untrusted', async (t) => {
  const directory = temporaryDirectory(t);
  const close = Buffer.from([0x88, 0]);
  await squat(t, directory, (head) => [upgrade(head, 'berth.v1'), close]);
  await assert.rejects(connect('alice', { directory }), { code: 'untrusted' });
});

test('an instance that refuses the client: denied', async (t) => {
  const directory = temporaryDirectory(t);
  await squat(t, directory, () =>
    ['HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n']);
  await assert.rejects(connect('alice', { directory }), { code: 'denied' });
});

test('exactly the two subprotocols are offered, to the literal address',
  async (t) => {
    const directory = temporaryDirectory(t);
    const { seen, record } = await squat(t, directory, () => ['no\r\n']);
    await assert.rejects(connect('alice', { directory }));
    const [, offer] = /^sec-websocket-protocol: (.*)\r$/im.exec(seen.head);
    assert.match(offer, /^berth\.v1, ?berth\.hello\.[\w-]{43}\.[\w-]{43}$/);
    assert.match(seen.head, new RegExp(`^host: 127.0.0.1:${record.endpoint.port}\r$`, 'im'));
    assert.doesNotMatch(seen.head, /^(origin|authorization|sec-websocket-extensions):/im);
  });
