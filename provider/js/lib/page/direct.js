// What a loopback page does by itself: the gateway's own channel, and the way
// back to what it was granted. A public page must not: the browser would ask
// its user for a permission.
import { ticketRefused } from './failures.js';
import { toPicked } from './messages.js';

/**
 * Where the ticket is refused it closes without a message; throws where the
 * browser lets no https: page have it.
 */
function openDirect(window, gateway, ticket) {
  const protocols = ['berth.page.v1', `berth.ticket.${ticket}`];
  try {
    return new window.WebSocket(gateway.channelUrl, protocols);
  } catch (cause) {
    throw ticketRefused(gateway.host, cause);
  }
}

/** The session of what was picked, on its channel; see `Session.opened`. */
export function openPicked(page, { info, mode, ticket }, openRelay) {
  const { window, gateway, sessions } = page;
  sessions.of(info).mode = mode;
  return sessions.connect(info, mode === 'relay'
    ? openRelay : () => openDirect(window, gateway, ticket));
}

/**
 * `[{info, mode, ticket}]` of what this origin is granted and runs, the latest
 * granted first. Rejects where no gateway answers.
 */
export async function fetchGranted(window, gateway, signal) {
  const answer = await window.fetch(gateway.restoreUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    credentials: 'omit',
    signal,
  });
  const { profiles } = await answer.json();
  return profiles
    .map(({ info, ticket }) => toPicked({ info, mode: 'direct', ticket }))
    .filter((picked) => picked !== undefined);
}
