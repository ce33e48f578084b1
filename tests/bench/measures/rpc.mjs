// A wallet's answers over WebSocket, with all its policy on, beside servers
// that have none. The load shares the machine with the server: what a server
// costs is best seen in its CPU time.
import { loadInTurn } from '../support/load.mjs'
import { Undo } from '../support/programs.mjs'
import { kBerth, kFloor, timed } from '../support/rows.mjs'
import { bareBeast, berth, nodeWs } from '../support/servers.mjs'

const kWhat = 'JSON-RPC over WebSocket'

function rowsOf(connections, results) {
  const what = `${kWhat}, ${connections} connection${connections > 1 ? 's' : ''}`
  const each = (name, unit, values) => results.map(([who, rounds]) => timed(`${what}: ${name}`, who, unit, values(rounds)))
  return [
    ...each('latency', 'µs', (rounds) => rounds.flatMap(({ microseconds }) => microseconds)),
    ...each('requests a second', '1/s', (rounds) => rounds.map(({ perSecond }) => perSecond)),
    ...each('server CPU a request', 'µs', (rounds) => rounds.map(({ cpu }) => cpu)),
  ]
}

export async function measure({ quick }) {
  const undo = new Undo()
  try {
    const servers = { [kBerth]: await berth(undo), [kFloor]: await bareBeast(undo), 'Node ws': await nodeWs(undo) }
    const rows = []
    for (const connections of [1, 64])
      rows.push(...rowsOf(connections, await loadInTurn(servers, connections, quick ? { rounds: 6, milliseconds: 150 } : { rounds: 20, milliseconds: 500 })))
    return rows
  } finally {
    await undo.end()
  }
}
