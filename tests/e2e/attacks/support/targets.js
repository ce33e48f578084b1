// What is attacked: a real instance and a real gateway. Each attack shows the
// credentials that would let it through, so that nothing but the guard it is
// meant for stands in its way.
import { gatewayHome } from '../../support/berth.js'
import { hello, recordOf } from '../../support/wire.js'
import { Gateway } from '../../browser/support/gateway.js'

// A name that no answer has by chance.
export const kName = 'zanzibar'
export const kPage = 'http://localhost:3000'

const kUpgrade = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==']

// {home, targets, secrets}, where kName runs. `test`: who ends it.
export async function startTargets(test) {
  const home = await gatewayHome(test, { running: [kName] })
  const instance = recordOf(home, kName)
  const gateway = await Gateway.at(home.gateway)
  const targets = [instanceTarget(instance), gatewayTarget(gateway, recordOf(home, '@berthd').token)]
  const tokens = [instance.token, recordOf(home, '@berthd').token]
  return { home, targets, secrets: [kName, instance.label, `${instance.endpoint.port}`, ...tokens] }
}

function instanceTarget(record) {
  const { port } = record.endpoint
  return {
    name: 'instance',
    port,
    authority: `127.0.0.1:${port}`,
    ownOrigin: `http://127.0.0.1:${port}`,
    read: '/v1/instance', // GET: tells much
    change: '/v1/shutdown', // POST: does much
    socket: '/',
    credentials: [`Authorization: Bearer ${record.token}`],
    handshake: async () => [...kUpgrade, `Sec-WebSocket-Protocol: ${hello(record).protocols.join(', ')}`],
  }
}

// Without `token`: as who has no credentials.
export function gatewayTarget(gateway, token) {
  const ticket = async () => (token ? (await gateway.picker('choose', { origin: kPage, profile: kName })).body.ticket : 'A'.repeat(43))
  return {
    name: 'gateway',
    port: gateway.port,
    authority: gateway.host,
    ownOrigin: gateway.origin,
    read: '/v1/state',
    change: `/v1/instances/${kName}/stop`,
    socket: '/page',
    credentials: token ? [`Authorization: Bearer ${token}`] : [],
    handshake: async () => [...kUpgrade, `Origin: ${kPage}`, `Sec-WebSocket-Protocol: berth.page.v1, berth.ticket.${await ticket()}`],
  }
}
