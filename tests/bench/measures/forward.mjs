// What a forward wallet adds to its node's own answers.
import { loadInTurn } from '../support/load.mjs'
import { Undo } from '../support/programs.mjs'
import { kBerth, timed } from '../support/rows.mjs'
import { anvil, berth } from '../support/servers.mjs'

const kMethod = 'eth_blockNumber'

// A wallet is ready before its node is there.
async function reaches(wallet) {
  for (let tries = 100; ; --tries) {
    try {
      return await wallet.run('call', 'bench', kMethod)
    } catch (error) {
      if (tries === 0) throw error
    }
  }
}

export async function measure({ quick }) {
  const undo = new Undo()
  try {
    const node = await anvil(undo)
    const wallet = await berth(undo, { settings: ['--wallet', 'forward', '--upstream', `ws://127.0.0.1:${node.port}`] })
    await reaches(wallet)
    const results = await loadInTurn({ [kBerth]: wallet, 'anvil directly': node }, 1,
      { method: kMethod, ...(quick ? { rounds: 6, milliseconds: 150 } : { rounds: 20, milliseconds: 500 }) })
    return results.map(([who, rounds]) =>
      timed('forward wallet: latency', who, 'µs', rounds.flatMap(({ microseconds }) => microseconds)))
  } finally {
    await undo.end()
  }
}
