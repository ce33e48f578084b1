// What a dApp holds: an EIP-1193 provider of one profile, over restarts of the
// instance behind it.
import { Emitter } from './emitter.js';
import { withLimit } from './limit.js';
import { dialOnce } from './seek.js';
import { Session } from './session.js';
import { SessionEvents } from './session_events.js';

export const kConnectLimitMs = 10_000;

/**
 * Connects to the instance called `name`. `registry`: `find(name)` and
 * `watch(onEvent)`, which gives its undo; `env`: see lib/dial.js, plus
 * `random()`. `signal` and `timeoutMs` limit this first connection only.
 */
export async function connectProvider(
  name, { registry, env, signal, timeoutMs = kConnectLimitMs }) {
  const emitter = new Emitter();
  const events = new SessionEvents(emitter);
  const onEvent = (event, params) => events.pass(event, params);
  const target = { name, registry, env, onEvent };
  const what = `connecting to ${name}`;
  const first = await withLimit(
    { what, signal, timeoutMs, timers: env.timers },
    (limited) => dialOnce(target, limited));
  return createProvider(new Session(target, emitter, events, first), emitter);
}

// Its functions may be taken off it.
function createProvider(session, { on, once, removeListener }) {
  return Object.freeze({
    on, once, removeListener,
    request: (wanted) => session.request(wanted),
    close: () => session.close(),
    get info() {
      return session.info;
    },
    get state() {
      return session.state;
    },
  });
}
