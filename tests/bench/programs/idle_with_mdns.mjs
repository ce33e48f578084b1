// Prints, as JSON, what idle() says of a wallet that is published by mDNS, after
// so many milliseconds. Usage: tests/with_mdns node idle_with_mdns.mjs MILLISECONDS
import { idle } from '../support/idle.mjs'
import { Undo } from '../support/programs.mjs'
import { berth } from '../support/servers.mjs'

const undo = new Undo()
try {
  const { pid } = await berth(undo, { env: { BERTH_MDNS: 'local', DBUS_SYSTEM_BUS_ADDRESS: process.env.DBUS_SYSTEM_BUS_ADDRESS } })
  const { wallet } = await idle({ wallet: pid }, Number(process.argv[2]))
  console.log(JSON.stringify(wallet))
} finally {
  await undo.end()
}
