// The events of EIP-1193, from what an instance says and from what becomes of
// the connection to it.
import { decodeError } from './framing.js';

// The params of a notification are an array or an object (JSON-RPC 2.0
// section 4.2), so a lone value may come in an array.
const lone = (params) => (Array.isArray(params) ? params[0] : params);

const kPayloads = {
  connect: lone,
  disconnect: (params) => decodeError(lone(params)),
  chainChanged: lone,
  accountsChanged: (params) =>
    (Array.isArray(params?.[0]) ? params[0] : params),
  message: lone,
};

/**
 * What a dApp hears of a notification; undefined for one that is none of
 * EIP-1193, which is not for it.
 */
export const decodeEvent = (event, params) =>
  (Object.hasOwn(kPayloads, event) ? kPayloads[event](params) : undefined);

/** `connect` and `disconnect` alternate, whichever side says them. */
export class SessionEvents {
  #emitter;
  #last;

  constructor(emitter) {
    this.#emitter = emitter;
  }

  /** `connect` or `disconnect`, unless it was the last of the two. */
  announce(event, payload) {
    if (event === this.#last) return;
    this.#last = event;
    this.#emitter.emit(event, payload);
  }

  pass(event, params) {
    const payload = decodeEvent(event, params);
    if (payload === undefined) return;
    const isTurn = event === 'connect' || event === 'disconnect';
    if (isTurn) this.announce(event, payload);
    else this.#emitter.emit(event, payload);
  }
}
