// Requests and events over one proven connection.
import { disconnected } from './errors.js';
import { decodeFrame, encodeRequest } from './framing.js';

const kOpen = 1;
const kNormalClosure = 1000;

export class Channel {
  #socket;
  #onEvent;
  #pending = new Map();
  #nextId = 1;
  #resolveClosed;

  /** Resolves when the connection has ended, whoever ended it. */
  closed = new Promise((resolve) => (this.#resolveClosed = resolve));

  /**
   * Over a `socket` that has proven itself; `onEvent(name, params)` for every
   * notification.
   */
  constructor(socket, onEvent) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    socket.onmessage = ({ data }) => this.#receive(decodeFrame(data));
    socket.onclose = () =>
      this.#end('the connection ended before the answer came');
  }

  /**
   * The result; rejects with what the instance answered, or with 4900 as soon
   * as the connection is gone.
   */
  request(wanted) {
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== kOpen) {
        throw disconnected('the connection has just ended');
      }
      const id = this.#nextId++;
      this.#socket.send(encodeRequest(id, wanted));
      this.#pending.set(id, { resolve, reject });
    });
  }

  /** Without waiting for the other side's part: it may be stopped. */
  close(cause) {
    this.#end('the provider was closed before the answer came', cause);
    this.#socket.close(kNormalClosure);
    this.#socket.terminate?.();
  }

  #receive(frame) {
    if (frame?.event !== undefined) this.#onEvent(frame.event, frame.params);
    else if (frame !== undefined) this.#answer(frame);
  }

  #answer({ id, result, error }) {
    const waiting = this.#pending.get(id);
    this.#pending.delete(id);
    if (error) waiting?.reject(error);
    else waiting?.resolve(result);
  }

  #end(message, cause) {
    this.#socket.onmessage = this.#socket.onclose = null;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(disconnected(message, cause));
    this.#resolveClosed();
  }
}
