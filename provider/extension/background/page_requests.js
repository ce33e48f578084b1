// What a page may ask of an instance: nothing over which the instance or the
// native host would end the connection, which others share.
import { ProviderRpcError } from '../../js/lib/errors.js';
import { encodeRequest } from '../../js/lib/framing.js';

export const kLimitExceeded = -32005;
const kInvalidRequest = -32600;
// As the instance's own limit.
const kMaxBytes = 1 << 20;
// An instance reads requests of 32 levels, and so does the host.
const kMaxDepth = 31;

const kLongestId = Number.MAX_SAFE_INTEGER;
const byteLength = (text) => new TextEncoder().encode(text).length;

// JSON of a string with a lone surrogate is none (RFC 8259 section 8.2).
function isSound(value, depth = kMaxDepth) {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.entries(value).every(([key, item]) =>
    key.isWellFormed() && isSound(item, depth - 1));
}

/** Throws a ProviderRpcError for what cannot be sent on. */
export function checkPageRequest({ method, params }) {
  if (!method.isWellFormed() || !isSound(params)) {
    throw new ProviderRpcError(kInvalidRequest,
      `a request is valid Unicode and nested at most ${kMaxDepth} deep`);
  }
  // As it goes on, not as it came: numbers may have grown.
  if (byteLength(encodeRequest(kLongestId, { method, params })) > kMaxBytes) {
    throw new ProviderRpcError(
      kLimitExceeded, 'a request has at most 1 MiB');
  }
}
