// The hello of a WebSocket (the project's wire protocol, "Hello on a
// WebSocket"): both sides prove that they hold the record's token, and neither
// sends it.
import { decodeBase64url, encodeBase64url } from './base64url.js';

export const kProtocol = 'berth.v1';
const kNonceBytes = 32;

const encode = (text) => new TextEncoder().encode(text);

/** What is signed: role 0 id 0 host 0 port 0 nonce. */
function helloText(role, record, nonce) {
  const { host, port } = record.endpoint;
  const head = encode(
    `${role}\0${record.id.toLowerCase()}\0${host}\0${port}\0`);
  const text = new Uint8Array(head.length + nonce.length);
  text.set(head);
  text.set(nonce, head.length);
  return text;
}

/** One hello to the instance of a record. */
export class Hello {
  #record;
  #crypto;
  #key;
  #nonce;

  /**
   * `crypto`: `randomBytes(n)`, `hmacSha256(key, text)`, `equal(a, b)` in
   * constant time, all on Uint8Array.
   */
  constructor(record, crypto, nonce = crypto.randomBytes(kNonceBytes)) {
    this.#record = record;
    this.#crypto = crypto;
    this.#key = decodeBase64url(record.token);
    this.#nonce = nonce;
  }

  /** What to offer in the handshake. */
  get subprotocols() {
    const nonce = encodeBase64url(this.#nonce);
    return [kProtocol, `berth.hello.${nonce}.${this.#proof('client')}`];
  }

  /** Whether the other side's `proof` shows that it holds the token. */
  verify(proof) {
    if (typeof proof !== 'string') return false;
    const expected = encode(this.#proof('server'));
    const got = encode(proof);
    return got.length === expected.length && this.#crypto.equal(got, expected);
  }

  #proof(side) {
    const text = helloText(`berth-${side}-v1`, this.#record, this.#nonce);
    return encodeBase64url(this.#crypto.hmacSha256(this.#key, text));
  }
}
