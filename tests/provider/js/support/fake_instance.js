// An instance by the wire protocol: it answers the hello and JSON-RPC, and
// keeps what it was asked.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Wallet } from 'ethers';
import { WebSocketServer } from 'ws';
import { makeRecord, publish } from './registry.js';

export const wallet = new Wallet(`0x${'11'.repeat(32)}`);

const kMethods = {
  eth_chainId: () => '0x7a69',
  net_version: () => '31337',
  eth_accounts: () => [wallet.address],
  eth_requestAccounts: () => [wallet.address],
  personal_sign: ([data]) =>
    wallet.signMessage(Buffer.from(data.slice(2), 'hex')),
};

/** Written anew from the protocol's page, so as not to share its mistakes. */
export function proofOf(side, record, nonce) {
  const { host, port } = record.endpoint;
  return createHmac('sha256', Buffer.from(record.token, 'base64url'))
    .update(`berth-${side}-v1\0${record.id}\0${host}\0${port}\0`)
    .update(nonce)
    .digest('base64url');
}

function offeredNonce(request, record) {
  const offers = request.headers['sec-websocket-protocol'].split(/, */);
  const [, nonce, proof] =
    /^berth\.hello\.([\w-]+)\.([\w-]+)$/.exec(offers[1] ?? '') ?? [];
  if (offers.length !== 2 || offers[0] !== 'berth.v1' || !nonce) return null;
  const decoded = Buffer.from(nonce, 'base64url');
  return proof === proofOf('client', record, decoded) ? decoded : null;
}

async function answer(socket, { id, method, params }, methods) {
  const send = (frame) =>
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, ...frame }));
  if (!methods[method]) {
    send({ error: { code: -32601, message: `no ${method}`, data: [method] } });
  } else {
    send({ result: await methods[method](params) });
  }
}

export class FakeInstance {
  /** The methods of all requests, in their order. */
  received = [];
  clients = new Set();
  server = createServer();

  constructor(methods) {
    this.methods = { ...kMethods, ...methods };
    const accepting = new WebSocketServer({ noServer: true });
    this.server.on('upgrade', (request, socket, head) => {
      const nonce = offeredNonce(request, this.record);
      if (nonce === null) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      accepting.handleUpgrade(request, socket, head,
        (client) => this.#serve(client, nonce));
    });
  }

  #serve(client, nonce) {
    this.clients.add(client);
    client.on('close', () => this.clients.delete(client));
    const proof = proofOf('server', this.record, nonce);
    this.notify('berth_hello', { proof }, client);
    client.on('message', (data) => {
      const request = JSON.parse(data);
      this.received.push(request.method);
      answer(client, request, this.methods);
    });
  }

  notify(method, params, ...clients) {
    const text = JSON.stringify({ jsonrpc: '2.0', method, params });
    for (const client of clients.length ? clients : this.clients) {
      client.send(text);
    }
  }

  /** Ends the connections and the process that holds the lock. */
  async crash() {
    for (const client of this.clients) client.terminate();
    this.server.close();
    await this.owner?.crash();
  }
}

/** Starts one at a free port and publishes its record. */
export async function startInstance(context, directory, name, options = {}) {
  const instance = new FakeInstance(options.methods);
  instance.server.listen(0, '127.0.0.1');
  await once(instance.server, 'listening');
  context.after(() => instance.crash());
  const endpoint = { host: '127.0.0.1', port: instance.server.address().port };
  instance.record = makeRecord(name, { endpoint, ...options.record });
  instance.owner = await publish(context, directory, name, instance.record);
  return instance;
}
