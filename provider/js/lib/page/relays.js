// The relay channels: each a WebSocket's face over the messages of the popup.

const kOpen = 1;
const kClosed = 3;

class RelaySocket {
  readyState = kOpen;
  onmessage = null;
  onclose = null;
  #rdns;
  #post;

  constructor(rdns, post) {
    this.#rdns = rdns;
    this.#post = post;
  }

  send(text) {
    this.#post({ type: 'rpc', rdns: this.#rdns, text });
  }

  close() {
    if (this.readyState === kClosed) return;
    this.#post({ type: 'close', rdns: this.#rdns });
    this.end();
  }

  receive(text) {
    this.onmessage?.({ data: text });
  }

  end() {
    this.readyState = kClosed;
    this.onclose?.();
  }
}

export class Relays {
  #sockets = new Map();
  #post;

  /** `post(message)` reaches the popup, which holds the channels. */
  constructor(post) {
    this.#post = post;
  }

  get areOpen() {
    return this.#sockets.size > 0;
  }

  /** In place of an older one of that rdns, which ends. */
  open(rdns) {
    this.end(rdns);
    const socket = new RelaySocket(rdns, (message) => {
      if (message.type === 'close') this.#sockets.delete(rdns);
      this.#post(message);
    });
    this.#sockets.set(rdns, socket);
    return socket;
  }

  receive(rdns, text) {
    this.#sockets.get(rdns)?.receive(text);
  }

  /** The popup holds that channel no more. */
  end(rdns) {
    const socket = this.#sockets.get(rdns);
    this.#sockets.delete(rdns);
    socket?.end();
  }

  endAll() {
    for (const rdns of [...this.#sockets.keys()]) this.end(rdns);
  }
}
