import { withLimit } from '../limit.js';

const kLimitMs = 2000;

/**
 * The Cross-Origin-Opener-Policy of this page, if it is one that cuts the page
 * off from every popup; undefined if not, or if it cannot be told.
 */
export async function cuttingPolicy(window) {
  const limit = { what: 'asking', timeoutMs: kLimitMs, timers: window };
  try {
    const answer = await withLimit(limit, (signal) =>
      window.fetch(window.location.href, { method: 'HEAD', signal }));
    const policy = answer.headers.get('cross-origin-opener-policy');
    return /^same-origin(-plus-coep)?\b(?!-)/.exec(policy?.trim())?.[0];
  } catch {
    return undefined;
  }
}
