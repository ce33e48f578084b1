// berth-provider as a dApp imports it, at the gateway of the test.
import { announce as announceAt } from '/berth-provider/index.js'

export * from '/berth-provider/index.js'
export const announce = () => announceAt({ gateway: new URLSearchParams(location.search).get('gateway') })
