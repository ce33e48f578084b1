// WebSockets to an instance, or to the gateway for a page, from data that can be
// sent to another process.
import WebSocket from 'ws'
import { hello } from '../../e2e/support/wire.js'

/**
 * `{record, origin?}`: proven at an instance, as a program or for a page.
 * `{gateway, ticket, origin}`: a page's channel. Rejects with `status` where the
 * upgrade is refused.
 */
export function open({ record, gateway, ticket, origin }) {
  const socket = record
    ? new WebSocket(`ws://127.0.0.1:${record.endpoint.port}/`, hello(record, origin).protocols)
    : new WebSocket(`ws://127.0.0.1:${gateway}/page`, ['berth.page.v1', `berth.ticket.${ticket}`], { origin })
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket))
    socket.once('unexpected-response', (_, { statusCode }) => reject(Object.assign(new Error(`refused: ${statusCode}`), { status: statusCode })))
    socket.on('error', reject)
  })
}
