// What changes at the gateway, as it changes.
import { ApiError, exchange, unreachable } from './api.js';
import { EventStreamParser } from './event_stream_parser.js';
import { parseExactly } from './exact_json.js';

const kFirstPauseMs = 250;
const kLastPauseMs = 5000;
const kFinal = [401, 403, 404];

/**
 * Reads an event stream and gives each state to `onState(data)`. When it ends
 * or does not answer it is asked for again, after 250 ms doubled up to 5 s, and
 * `onTrouble({kind: 'gone', error})` told; the next `onState` ends that.
 * 401, 403 and 404 are final: `{kind: 'refused', error}`.
 *
 * `request`: `{method, path, body, session}`. Settles when it was refused or
 * `signal` aborted; rejects with what a callback threw.
 */
export async function follow(request, { onState, onTrouble, signal }) {
  let pause = kFirstPauseMs;
  while (!signal?.aborted) {
    try {
      for await (const data of states(request, signal)) {
        if (signal?.aborted) return;
        pause = kFirstPauseMs;
        onState(data);
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      const refused = kFinal.includes(error.status);
      onTrouble({ kind: refused ? 'refused' : 'gone', error });
      if (refused) return;
    }
    await sleep(pause, signal);
    pause = Math.min(pause * 2, kLastPauseMs);
  }
}

// Throws an ApiError where the stream ends, too.
async function* states({ method, path, body, session }, signal) {
  const response = await exchange(method, path, body, { session, signal }, (it) => it);
  const parser = new EventStreamParser();
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw unreachable(cause);
    });
    if (done) throw unreachable();
    for (const { type, data } of parser.push(decoder.decode(value, { stream: true })))
      if (type === 'state') yield parseExactly(data);
  }
}

function sleep(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}
