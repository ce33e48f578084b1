// Run as another user: knows the token (argv: id, token), so proves itself
// well, and says what it is sent after that: "asked".
const { createHash, createHmac } = require('node:crypto');
const { createServer } = require('node:net');

const [id, token] = process.argv.slice(1);
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const say = (line) => process.stdout.write(`${line}\n`);

function answer(head, port) {
  const [, key] = /^sec-websocket-key: (\S+)/im.exec(head);
  const [, nonce] = /berth\.hello\.([\w-]+)\./.exec(head);
  const proof = createHmac('sha256', Buffer.from(token, 'base64url'))
    .update(`berth-server-v1\0${id}\x00127.0.0.1\0${port}\0`)
    .update(Buffer.from(nonce, 'base64url')).digest('base64url');
  const hello = JSON.stringify(
    { jsonrpc: '2.0', method: 'berth_hello', params: { proof } });
  const accept = createHash('sha1').update(key + guid).digest('base64');
  return 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n' +
    `Connection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n` +
    'Sec-WebSocket-Protocol: berth.v1\r\n\r\n' +
    `\x81\x7e\0${String.fromCharCode(hello.length)}${hello}`;
}

const server = createServer((socket) => {
  socket.once('data', (head) => {
    socket.write(answer(`${head}`, socket.localPort), 'latin1');
    socket.on('data', ([first]) => first === 0x81 && say('asked'));
  });
  socket.on('error', () => {});
  socket.on('close', () => say('closed'));
});
server.listen(0, '127.0.0.1', () => say(server.address().port));
