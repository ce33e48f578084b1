// A process of its own that asks politely, one request after the other, and
// tells its parent how long they took: the first, with all that connecting
// takes, and the others. It gets {dial, seconds}.
import { setTimeout as sleep } from 'node:timers/promises'
import { Page } from '../../e2e/support/wire.js'
import { open } from './dial.js'

// Below what a page may send.
const kPause = 12

function quantile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
}

async function run({ dial, seconds }) {
  const dialled = performance.now()
  const page = new Page(await open(dial))
  await page.request('eth_chainId')
  const first = performance.now() - dialled
  const took = []
  let wrong = 0
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(kPause)) {
    const began = performance.now()
    const answer = await page.request('eth_chainId').catch((error) => error.message)
    took.push(performance.now() - began)
    if (answer !== '0x7a69') wrong += 1
  }
  page.leave()
  took.sort((a, b) => a - b)
  return { first, count: took.length, wrong, p50: quantile(took, 0.5), p99: quantile(took, 0.99), worst: took.at(-1) }
}

process.once('message', async (order) => {
  process.send(await run(order))
  process.disconnect()
})
