// A channel through the native host, and what it leaves behind.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openTunnel } from '../../../provider/extension/background/tunnel.js';
import { Emitter } from '../../../provider/js/lib/emitter.js';

class FakeNative extends Emitter {
  listeners = 0;
  sent = [];

  constructor() {
    super();
    const { on, removeListener } = this;
    this.on = (...parameters) => {
      this.listeners += 1;
      on(...parameters);
    };
    this.removeListener = (...parameters) => {
      this.listeners -= 1;
      removeListener(...parameters);
    };
  }

  send(message) {
    this.sent.push(message);
  }

  request() {
    return new Promise(() => {});
  }
}

const kEnds = {
  'closed by the page': ({ channel }) => channel.close(),
  'closed by the host': ({ native, number }) =>
    native.emit('closed', { channel: number }),
  'lost with the host': ({ native }) => native.emit('down'),
};

for (const [how, end] of Object.entries(kEnds)) {
  test(`a channel that was ${how} leaves nothing at the host's`, async () => {
    const native = new FakeNative();
    const channel =
      await openTunnel(native, 'alice', 'https://dapp.example', () => {});
    assert.notEqual(native.listeners, 0);
    let number;
    native.request = async (message) => {
      number = message.channel;
      return { result: '0x1' };
    };
    assert.equal(await channel.request({ method: 'eth_chainId' }), '0x1');
    end({ native, channel, number });
    await channel.closed;
    assert.equal(native.listeners, 0);
    await assert.rejects(
      channel.request({ method: 'eth_chainId' }), { code: 4900 });
    channel.close();
    const kClose = { type: 'close', channel: number };
    assert.deepEqual(native.sent, how.endsWith('page') ? [kClose] : []);
  });
}
