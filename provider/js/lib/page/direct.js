// What a loopback page does by itself: the gateway's own channel, and the way
// back to what it was granted. A public page must not: the browser would ask
// its user for a permission.
import { toPicked } from './messages.js';

/** Where the ticket is refused it closes without a message. */
export const openDirect = (window, gateway, ticket) =>
  new window.WebSocket(
    gateway.channelUrl, ['berth.page.v1', `berth.ticket.${ticket}`]);

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
