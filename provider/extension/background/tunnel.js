// The way to an instance of browsers that gate loopback sockets: through the
// native host, which has proven the instance.
import { Channel } from '../../js/lib/channel.js';
import { disconnected } from '../../js/lib/errors.js';
import { encodeAnswer, encodeEvent } from './page_frames.js';

const kOpen = 1;
const kClosed = 3;

let lastChannel = 0;

/** A WebSocket's face over one channel of the host. */
class TunnelSocket {
  readyState = kOpen;
  onmessage = null;
  onclose = null;
  #native;
  #target;

  constructor(native, profile, origin) {
    lastChannel += 1;
    this.#native = native;
    this.#target = { channel: lastChannel, profile, origin };
    native.on('event', this.#hearEvent);
    native.on('closed', this.#hearClosed);
    native.on('down', this.#end);
  }

  async send(text) {
    const { id, method, params } = JSON.parse(text);
    const message =
      { type: 'rpc', ...this.#target, request: { method, params } };
    try {
      this.#answer(id, await this.#native.request(message, Infinity));
    } catch {
      // What the host says is the user's, not the page's.
      const { code, message: why } = disconnected('the wallet does not answer');
      this.#answer(id, { error: { code, message: why } });
    }
  }

  close() {
    if (this.readyState === kClosed) return;
    this.#native.send({ type: 'close', channel: this.#target.channel });
    this.#end();
  }

  #answer(id, answer) {
    this.onmessage?.({ data: encodeAnswer(id, answer) });
  }

  #hearEvent = ({ channel, event, params }) => {
    if (channel !== this.#target.channel) return;
    this.onmessage?.({ data: encodeEvent(event, params) });
  };

  #hearClosed = ({ channel }) => {
    if (channel === this.#target.channel) this.#end();
  };

  #end = () => {
    this.readyState = kClosed;
    this.#native.removeListener('event', this.#hearEvent);
    this.#native.removeListener('closed', this.#hearClosed);
    this.#native.removeListener('down', this.#end);
    this.onclose?.();
  };
}

/** A Channel to an instance, which the host proves with the first request. */
export async function openTunnel(native, name, origin, onEvent) {
  return new Channel(new TunnelSocket(native, name, origin), onEvent);
}
