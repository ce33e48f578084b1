import { dial } from '../../js/lib/dial.js';

/**
 * A proven Channel to an instance, by a WebSocket of the browser. The host says
 * what to offer and which proof to expect; the token stays with it.
 */
export async function openWebSocket(native, name, origin, onEvent, signal) {
  const { url, protocols, proof } =
    await native.request({ type: 'hello', profile: name, origin });
  signal.throwIfAborted();
  const { hostname: host, port } = new URL(url);
  const hello = { subprotocols: protocols, verify: (said) => said === proof };
  const env = {
    WebSocket: globalThis.WebSocket, timers: globalThis,
    createHello: () => hello,
  };
  return dial({ name, endpoint: { host, port } }, env, onEvent, signal);
}
