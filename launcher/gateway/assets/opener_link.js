// The page that opened this popup: who it is, and what it and we say.
import { readOrigin } from './ui/origin_parts.js';

const kMaxName = 256;

const isShort = (value) => typeof value === 'string' && value.length <= kMaxName;
const kShapes = {
  hello: ({ id, want, rdns }) =>
    isShort(id) && ['choose', 'resume', 'link'].includes(want) &&
    (want === 'resume' ? isShort(rdns) : true),
  rpc: ({ rdns, text }) => isShort(rdns) && typeof text === 'string',
  close: ({ rdns }) => isShort(rdns),
  leaving: () => true,
};

function isMessage(data) {
  return data !== null && typeof data === 'object' && data.berth === 1 &&
    typeof data.type === 'string' && Object.hasOwn(kShapes, data.type) &&
    kShapes[data.type](data);
}

/**
 * Hears the opener alone, and pins its origin by its first hello. `on`:
 * `pinned(origin)` once; `message(data)` for each well-formed message of that
 * origin; `nameless()` when it says hello and has no origin that could be
 * pinned; `foreign()` when the opener, navigated elsewhere, speaks from
 * another. Nothing is sent before the origin is known, nor to any other.
 */
export class OpenerLink {
  #opener;
  #on;
  #origin = null;

  constructor(window, on) {
    this.#opener = window.opener;
    this.#on = on;
    if (this.#opener)
      window.addEventListener('message', (event) => this.#hear(event));
  }

  /** Whether a page opened this window; false too where its COOP cut the link. */
  get exists() {
    return Boolean(this.#opener);
  }

  get closed() {
    return !this.#opener || this.#opener.closed;
  }

  /** The pinned origin, or null. */
  get origin() {
    return this.#origin;
  }

  send(message) {
    if (this.#origin !== null)
      this.#opener.postMessage({ berth: 1, ...message }, this.#origin);
  }

  #hear({ source, origin, data }) {
    if (!isMessage(data) || !this.#isFrom(source, origin, data)) return;
    if (this.#origin === null) {
      if (data.type !== 'hello') return;
      if (!readOrigin(origin)) return this.#on.nameless();
      this.#origin = origin;
      this.#on.pinned(origin);
    }
    if (origin === this.#origin) this.#on.message(data);
    else this.#on.foreign();
  }

  // What a page says as it goes comes from a window without a document: null.
  #isFrom(source, origin, { type }) {
    if (source === this.#opener) return true;
    return source === null && origin === this.#origin && type === 'leaving';
  }
}
