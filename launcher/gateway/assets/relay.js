// The channels of a public page, which run through this window.

// As an instance's: what is larger would end the channel there.
const kMaxText = 1 << 20;
const kOpenLimitMs = 10_000;

/**
 * One WebSocket for each profile's rdns. `on.frame(rdns, text)` for what comes,
 * `on.lost(rdns)` when a channel ends that was not closed here.
 * `connect(url, protocols)` makes a WebSocket.
 */
export class Relay {
  #on;
  #connect;
  #channels = new Map();

  constructor(on, connect = (url, protocols) => new WebSocket(url, protocols)) {
    this.#on = on;
    this.#connect = connect;
  }

  get size() {
    return this.#channels.size;
  }

  has(rdns) {
    return this.#channels.has(rdns);
  }

  /** Resolves when the channel is open, in place of an earlier one; else rejects. */
  open(rdns, url, ticket) {
    return new Promise((resolve, reject) => {
      const socket = this.#connect(url, ['berth.page.v1', `berth.ticket.${ticket}`]);
      const fail = () => {
        clearTimeout(timer);
        socket.close();
        reject(new Error('Berth did not open the channel.'));
      };
      const timer = setTimeout(fail, kOpenLimitMs);
      socket.onerror = fail;
      socket.onclose = fail;
      socket.onopen = () => {
        clearTimeout(timer);
        this.#keep(rdns, socket);
        resolve();
      };
    });
  }

  /** False: there is no such channel, or `text` was too much for it. */
  send(rdns, text) {
    const socket = this.#channels.get(rdns);
    if (!socket) return false;
    if (text.length > kMaxText) {
      this.close(rdns);
      return false;
    }
    socket.send(text);
    return true;
  }

  close(rdns) {
    const socket = this.#channels.get(rdns);
    this.#channels.delete(rdns);
    socket?.close();
  }

  closeAll() {
    for (const rdns of [...this.#channels.keys()]) this.close(rdns);
  }

  #keep(rdns, socket) {
    this.close(rdns);
    this.#channels.set(rdns, socket);
    const isOurs = () => this.#channels.get(rdns) === socket;
    const end = () => {
      if (!isOurs()) return;
      this.close(rdns);
      this.#on.lost(rdns);
    };
    socket.onerror = null;  // a close follows
    socket.onclose = end;
    socket.onmessage = ({ data }) => {
      if (!isOurs()) return;
      if (typeof data !== 'string' || data.length > kMaxText) end();
      else this.#on.frame(rdns, data);
    };
  }
}
