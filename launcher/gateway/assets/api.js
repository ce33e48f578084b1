// The gateway's own requests, made by its pages.
import { parseExactly } from './exact_json.js';

const kLimitMs = 10_000;

/**
 * A request that did not succeed. `status` is HTTP's, or 0 where the gateway
 * does not answer; `code` as the gateway's README lists them, else null; `hint`
 * is what to do about it, or null.
 */
export class ApiError extends Error {
  name = 'ApiError';

  constructor({ status, code = null, message, hint = null, cause }) {
    super(message, { cause });
    Object.assign(this, { status, code, hint });
  }
}

/** The gateway did not answer; `cause` is what the browser says of it. */
export function unreachable(cause) {
  return new ApiError({
    status: 0,
    code: 'unreachable',
    message: 'Berth does not answer.',
    hint: 'Start it with: berth up',
    cause,
  });
}

function broken(status, cause) {
  return new ApiError({
    status,
    message: 'Berth gave an answer that is none.',
    hint: 'Its log may tell more: berth logs @berthd',
    cause,
  });
}

async function refusal(response) {
  let body;
  try {
    body = JSON.parse(await response.text());
  } catch (cause) {
    return broken(response.status, cause);
  }
  return new ApiError({
    status: response.status,
    code: body?.code ?? null,
    message: body?.error ?? `Berth refused this (${response.status}).`,
    hint: body?.hint ?? null,
  });
}

function init(method, body, session) {
  const headers = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (session) headers.Authorization = `Bearer ${session}`;
  return {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
  };
}

/**
 * Sends one request and gives what `read(response)` makes of the answer, both
 * within `limitMs`. Throws an ApiError, or `signal`'s reason when it aborts;
 * `signal` goes on to end a body that is read later.
 */
export async function exchange(
  method, path, body, { session, signal, limitMs = kLimitMs }, read) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  const signals = [limit.signal, signal].filter(Boolean);
  try {
    const response = await fetch(path, {
      ...init(method, body, session),
      signal: AbortSignal.any(signals),
    });
    if (!response.ok) throw await refusal(response);
    return await read(response);
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof ApiError ? error : unreachable(error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * One request with JSON in and out; numbers too large to be exact come as
 * strings. `session`: the dashboard's, where the request wants one. `limitMs`:
 * 10 s unless told; a start takes longer. Throws ApiError.
 */
export function request(method, path, body, options = {}) {
  return exchange(method, path, body, options, async (response) => {
    const text = await response.text();
    try {
      return parseExactly(text);
    } catch (cause) {
      throw broken(response.status, cause);
    }
  });
}
