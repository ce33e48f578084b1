import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';

/** Resolves when `isTrue()`; the test's own time limit ends the waiting. */
export async function until(isTrue) {
  while (!isTrue()) await turn();
}

/** The next `event` of an EIP-1193 provider. */
export const next = (provider, event) =>
  new Promise((resolve) => provider.once(event, resolve));

/** Listens on a free port of 127.0.0.1, which it gives. */
export async function listen(context, server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return server.address().port;
}
