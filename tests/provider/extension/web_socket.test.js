// Chromium's way to an instance: a WebSocket that the host says how to open.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openWebSocket } from '../../../provider/extension/background/web_socket.js';
import { kSecret, rdnsOf } from './support/fake_host.js';
import { kSite, World } from './support/world.js';

const kHello = {
  type: 'hello', url: 'ws://127.0.0.1:8766/', proof: 'the-proof',
  protocols: ['berth.v1', 'berth.hello.n.p', 'berth.origin.x'],
};

/** The browser's, with an instance at its other end. */
class FakeWebSocket {
  static all = [];
  readyState = 0;
  protocol = '';
  sent = [];

  constructor(url, protocols) {
    Object.assign(this, { url, protocols });
    FakeWebSocket.all.push(this);
  }

  accept({ protocol = 'berth.v1', proof = kHello.proof } = {}) {
    this.readyState = 1;
    this.protocol = protocol;
    this.onopen?.({});
    this.say({ method: 'berth_hello', params: { proof } });
  }

  say(frame) {
    this.onmessage?.({ data: JSON.stringify({ jsonrpc: '2.0', ...frame }) });
  }

  send(text) {
    const { id, method } = JSON.parse(text);
    this.sent.push(method);
    const result = method === 'eth_accounts' ? ['0xa1'] : '0x1';
    queueMicrotask(() => this.say({ id, result }));
  }

  close() {
    this.readyState = 3;
  }

  end() {
    this.readyState = 3;
    this.onclose?.({});
  }
}

/** A page of what was granted alice, whose instance is being dialled. */
async function dialled(t) {
  FakeWebSocket.all = [];
  globalThis.WebSocket = FakeWebSocket;
  t.after(() => delete globalThis.WebSocket);
  const world = new World(openWebSocket);
  world.host.hello = () => kHello;
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const page = await world.linked();
  return { world, page };
}

test('nothing is said before the instance has given the host\'s proof',
  async (t) => {
    const { world, page } = await dialled(t);
    const [socket] = FakeWebSocket.all;
    assert.deepEqual(world.host.asked('hello').map(({ id, ...rest }) => rest),
      [{ type: 'hello', profile: 'alice', origin: kSite }]);
    assert.equal(socket.url, 'ws://127.0.0.1:8766');
    assert.deepEqual(socket.protocols, kHello.protocols);
    assert.deepEqual(socket.sent, []);
    socket.accept();
    await world.settle();
    assert.equal(page.states.at(-1).state, 'ready');
    assert.deepEqual(socket.sent, ['eth_accounts', 'eth_chainId']);
    socket.say({ method: 'chainChanged', params: ['0x5'] });
    await world.settle();
    assert.equal(page.frames.at(-1).method, 'chainChanged');
  });

const kImpostors = {
  'a wrong proof': { proof: 'another' },
  'a proof that is no text': { proof: 7 },
  'another protocol': { protocol: 'chat' },
};

for (const [what, answer] of Object.entries(kImpostors)) {
  test(`who answers with ${what} is told nothing, and the page not why`,
    async (t) => {
      const { world, page } = await dialled(t);
      const [socket] = FakeWebSocket.all;
      socket.accept(answer);
      await world.settle();
      assert.deepEqual(socket.sent, []);
      assert.equal(socket.readyState, 3);
      assert.equal(page.states.at(-1).state, 'gone');
      assert.doesNotMatch(JSON.stringify(page.heard), kSecret);
    });
}

test('a hello is asked for anew at each try', async (t) => {
  const { world, page } = await dialled(t);
  FakeWebSocket.all[0].end();
  await world.advance(300);
  assert.ok(FakeWebSocket.all.length > 1);
  assert.equal(world.host.asked('hello').length, FakeWebSocket.all.length);
  FakeWebSocket.all.at(-1).accept();
  await world.settle();
  assert.equal(page.states.at(-1).state, 'ready');
});

test('the host may go: what is connected stays so', async (t) => {
  const { world, page } = await dialled(t);
  const [socket] = FakeWebSocket.all;
  socket.accept();
  await world.settle();
  world.host.kill();
  await world.settle();
  page.call(rdnsOf('alice', kSite), 1, 'eth_chainId');
  await world.settle();
  assert.equal(page.answer(1).result, '0x1');
  page.leave();
  await world.settle();
  assert.equal(socket.readyState, 3);
});

test('a page that goes while it is dialled leaves no socket', async (t) => {
  const { world, page } = await dialled(t);
  page.leave();
  await world.settle();
  assert.equal(FakeWebSocket.all[0].readyState, 3);
  await world.advance(10_000);
  assert.equal(FakeWebSocket.all.length, 1);
});

test('a page that goes before the host has said how is dialled for no more',
  async (t) => {
    const { world, page } = await dialled(t);
    FakeWebSocket.all[0].end();
    let say;
    world.host.hello = () => new Promise((resolve) => (say = resolve));
    await world.advance(200);
    page.leave();
    await world.settle();
    say(kHello);
    await world.settle();
    assert.equal(FakeWebSocket.all.length, 1);
  });
