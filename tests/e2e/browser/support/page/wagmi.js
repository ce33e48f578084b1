// A dApp of @wagmi/core. Only JSON leaves the page.
import * as core from '@wagmi/core'
import { foundry, mainnet } from '@wagmi/core/chains'
import { announce } from 'berth-provider'
import './dapp.js'

const config = core.createConfig({
  chains: [foundry, mainnet],
  transports: { [foundry.id]: core.http(), [mainnet.id]: core.http() },
})
const connector = (name) => config.connectors.find((each) => each.name === name)
announce()

window.wagmi = {
  names: () => config.connectors.map(({ name }) => name),
  connect: async (name) => (await core.connect(config, { connector: connector(name) })).accounts,
  reconnect: async () => void (await core.reconnect(config)),
  disconnect: (name) => core.disconnect(config, { connector: connector(name) }),
  sign: (name, message) => core.signMessage(config, { connector: connector(name), message }),
  connections: () => Object.fromEntries(core.getConnections(config).map((each) => [each.connector.name, each.accounts])),
  ids: () => config.connectors.map(({ id }) => id),
}
