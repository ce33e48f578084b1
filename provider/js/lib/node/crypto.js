import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What lib/hello.js asks of its `crypto`. */
export const nodeCrypto = {
  randomBytes,
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest(),
  equal: timingSafeEqual,
};
