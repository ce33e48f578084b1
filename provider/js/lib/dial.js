// From a record to a proven connection.
import { Channel } from './channel.js';
import { BerthError, isBerthError } from './errors.js';
import { decodeFrame } from './framing.js';
import { kProtocol } from './hello.js';
import { wsUrl } from './instance.js';

/** The longest an instance may take from the dial to its proof. */
export const kHelloLimitMs = 5000;

// System errors have such codes: ECONNREFUSED.
const kSystemError = /^E[A-Z]+$/;

function untrusted({ name, endpoint: { host, port } }, why) {
  return new BerthError(
    'untrusted', `what answers at ${host}:${port} is not ${name}: ${why}`,
    { hint: 'something else has taken its port: see "berth doctor"' });
}

function unreachable({ name, endpoint: { host, port } }, why, cause) {
  return new BerthError(
    'not_running', `${name} does not answer at ${host}:${port}: ${why}`,
    { hint: `see "berth logs ${name}"`, cause });
}

// What is no system error was said by the other side.
function handshakeError(record, error) {
  if (isBerthError(error)) return error;
  const why = error?.message || 'the handshake failed';
  if (!kSystemError.test(error?.code ?? '')) return untrusted(record, why);
  return unreachable(record, why, error);
}

function checkHello(socket, hello, record, data) {
  const frame = decodeFrame(data);
  if (frame?.event !== 'berth_hello') {
    throw untrusted(record, 'its first frame is not berth_hello');
  }
  if (!hello.verify(frame.params?.proof)) {
    throw untrusted(record, 'its proof is wrong');
  }
  socket.checkPeer?.();
}

// Everything that ends a handshake without a proof. Gives `fail(error)`, and
// `settle()` which takes the guard off.
function guard(socket, { record, timers, signal }, reject) {
  const limit = timers.setTimeout(
    () => fail(unreachable(record, 'it is silent')), kHelloLimitMs);
  const onAbort = () => fail(signal.reason);
  signal.addEventListener('abort', onAbort);
  socket.onerror = ({ error }) => fail(handshakeError(record, error));
  socket.onclose = () => fail(untrusted(record, 'it gives no proof'));

  function settle() {
    timers.clearTimeout(limit);
    signal.removeEventListener('abort', onAbort);
    socket.onopen = socket.onmessage = socket.onclose = null;
    // To end a socket that is still connecting is one more error; one of an
    // open socket is followed by its close.
    socket.onerror = () => {};
  }
  function fail(error) {
    settle();
    if (socket.terminate) socket.terminate();
    else socket.close();
    reject(error);
  }
  return { settle, fail };
}

/**
 * Dials the record's endpoint. `env`: `WebSocket` (as the browser's;
 * `checkPeer()`, if it has one, throws when the other end must not be spoken
 * to), `timers`, `createHello(record)`: a Hello. Settles once: with the channel
 * (its notifications go to `onEvent`) when the instance has proven itself and
 * nothing has been sent to it; with a BerthError (`untrusted`, `denied`,
 * `not_running`); or with the signal's reason.
 */
export function dial(record, env, onEvent, signal) {
  const hello = env.createHello(record);
  return new Promise((resolve, reject) => {
    const socket = new env.WebSocket(wsUrl(record), hello.subprotocols);
    const context = { record, timers: env.timers, signal };
    const { settle, fail } = guard(socket, context, reject);
    socket.onopen = () => {
      if (socket.protocol === kProtocol) return;
      fail(untrusted(record, `it speaks "${socket.protocol}"`));
    };
    socket.onmessage = ({ data }) => {
      try {
        checkHello(socket, hello, record, data);
      } catch (error) {
        fail(error);
        return;
      }
      settle();
      // At once: the next frame may be in the same piece.
      resolve(new Channel(socket, onEvent));
    };
  });
}
