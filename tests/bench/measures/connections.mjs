// What each connection takes of a wallet's memory, once it is proven.
import { connect } from '../support/load.mjs'
import { resident } from '../support/process.mjs'
import { Undo } from '../support/programs.mjs'
import { counted, kBerth, kFloor } from '../support/rows.mjs'
import { bareBeast, berth, nodeWs } from '../support/servers.mjs'

const kConnections = 1000

// KiB. The first connection is not counted: it brings what all share.
async function eachOf(undo, server) {
  await connect(undo, server, 1)
  const before = resident(server.pid)
  await connect(undo, server, kConnections)
  return (resident(server.pid) - before) * 1024 / kConnections
}

export async function measure() {
  const undo = new Undo()
  try {
    const servers = { [kBerth]: await berth(undo), [kFloor]: await bareBeast(undo), 'Node ws': await nodeWs(undo) }
    const rows = []
    for (const [who, server] of Object.entries(servers))
      rows.push(counted(`${kConnections.toLocaleString('en')} proven connections, each`, who, 'KiB', await eachOf(undo, server)))
    return rows
  } finally {
    await undo.end()
  }
}
