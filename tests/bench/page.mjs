// How long a web page waits for its wallet: page -> instance -> page in a real
// Chromium, over the popup and direct, one request after the other. Prints; it
// judges nothing. Usage: node tests/bench/page.mjs BIN_DIRECTORY
import path from 'node:path'

process.env.BERTH_BIN = path.resolve(process.argv[2] ?? 'build/release/bin')
const { stage } = await import('../e2e/browser/support/stage.js')
const { choose } = await import('../e2e/browser/support/person.js')

const count = 500

// In the page: how long each of `count` requests took, in ms. One that came
// too soon for the instance's limit of a page is made again, and not counted.
async function measure(count) {
  const taken = []
  while (taken.length < count) {
    const before = performance.now()
    const { error } = await window.settle(window.wallet.request({ method: 'eth_chainId' }))
    if (!error) taken.push(performance.now() - before)
    else if (error.code === -32005) await new Promise((resolve) => setTimeout(resolve, 1000))
    else throw new Error(error.message)
  }
  return taken.sort((a, b) => a - b)
}

async function row(what, { dapp }, url) {
  const page = await dapp(url)
  const { popup, picked } = await page.pick()
  await choose(popup, 'bob')
  await picked
  await page.page.evaluate(measure, 50) // warm
  const taken = await page.page.evaluate(measure, count)
  const at = (share) => taken[Math.floor(share * count)].toFixed(2)
  console.log(`${what.padEnd(52)} p50 ${at(0.5)}  p95 ${at(0.95)}  max ${at(0.999)} ms  (${count})`)
}

const ends = []
try {
  const it = await stage({ after: (end) => ends.push(end) }, { home: { running: ['bob'] } })
  await row('public page -> popup -> instance and back', it, it.sites.publicOrigin())
  await row('page of this computer -> instance and back', it, it.sites.localOrigin)
} finally {
  for (const end of ends) await end()?.catch(({ message }) => console.error(message))
}
