// What most wallets would serve JSON-RPC with: `ws` on Node, bare. As a program
// it prints "ready PORT" and ends when its stdin does.
import { WebSocketServer } from 'ws'

function answer(text) {
  const { id = null, method } = JSON.parse(text)
  return method === 'eth_chainId'
    ? { jsonrpc: '2.0', id, result: '0x7a69' }
    : { jsonrpc: '2.0', id, error: { code: -32600 } }
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => console.log(`ready ${server.address().port}`))
server.on('connection', (socket) => socket.on('message', (text) => socket.send(JSON.stringify(answer(text)))))
process.stdin.resume().on('end', () => process.exit())
