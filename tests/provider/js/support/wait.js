import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';

const kLimitMs = 20_000;

/** Resolves when `isTrue()`; rejects, saying what it waited for, after 20 s. */
export async function until(isTrue) {
  const end = performance.now() + kLimitMs;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`never: ${isTrue}`);
    await turn();
  }
}

/** The next `event` of an EIP-1193 provider. */
export async function next(provider, event) {
  const payloads = [];
  provider.once(event, (payload) => payloads.push(payload));
  await until(() => payloads.length > 0);
  return payloads[0];
}

/** Listens on a free port of 127.0.0.1, which it gives. */
export async function listen(context, server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return server.address().port;
}
