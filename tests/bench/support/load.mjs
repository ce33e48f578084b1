// Requests over WebSocket, by programs/load.cpp.
import { program, said, startReady, Undo } from './programs.mjs'
import { cpu } from './process.mjs'

// `count` proven connections to `server` of servers.mjs, until `undo` ends them.
export const connect = (undo, server, count, { milliseconds = 0, method = 'eth_chainId' } = {}) =>
  startReady(undo, program('bench-load'), [server.port, count, milliseconds, method, ...(server.record ? [server.record] : [])])

// Asks for `milliseconds` over `count` connections, each one request at a time:
// {microseconds: [], perSecond, cpu}, `cpu` in microseconds a request.
export async function load(server, count, { milliseconds, method }) {
  const undo = new Undo()
  try {
    const child = await connect(undo, server, count, { milliseconds, method })
    const before = cpu(server.pid)
    child.stdin.write('\n')
    await said(child, 'answered\n')
    const spent = cpu(server.pid) - before
    await said(child, 'end\n')
    const microseconds = child.said.trim().split('\n').slice(2, -1).map(Number)
    return { microseconds, perSecond: microseconds.length / milliseconds * 1000, cpu: spent / microseconds.length }
  } finally {
    await undo.end()
  }
}

// [who, [result of load(), ...]] of each of {who: server}, in turn, after one
// that warms.
export async function loadInTurn(servers, connections, { rounds, ...options }) {
  const results = Object.fromEntries(Object.keys(servers).map((who) => [who, []]))
  for (let round = 0; round <= rounds; ++round)
    for (const [who, server] of Object.entries(servers)) {
      const result = await load(server, connections, options)
      if (round > 0) results[who].push(result)
    }
  return Object.entries(results)
}
