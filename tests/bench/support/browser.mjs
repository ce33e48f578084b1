// What the measures of web pages take besides the built programs: the helpers
// of tests/e2e, which tests/run installs, and Chromium.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Undo } from './programs.mjs'
import { kBerth, timed } from './rows.mjs'

const kCount = 500
const kNeeds = ['/usr/bin/chromium', fileURLToPath(new URL('../../node_modules/playwright-core', import.meta.url))]

// Whether `what` can be measured; where not, that is told.
export function canBrowse(what) {
  const missing = kNeeds.find((path) => !existsSync(path))
  if (missing) console.error(`left out: ${what}, because there is no ${missing.split('/').at(-1)}`)
  return !missing
}

// Stands for the test that the helpers of tests/e2e expect: what they have to
// undo is undone in their order, the first first.
export function testOf(undo) {
  const ends = []
  undo.add(async () => {
    const inOrder = new Undo()
    for (const end of ends.reverse()) inOrder.add(end)
    await inOrder.end()
  })
  return { after: (end) => ends.push(end) }
}

// In the page: how long each of `count` requests took, in ms. One that came
// too soon for the instance's limit of a page is made again, and not counted.
async function request([count, wallet]) {
  const provider = (0, eval)(wallet)()
  const taken = []
  while (taken.length < count) {
    const before = performance.now()
    const code = await provider.request({ method: 'eth_chainId' }).then(() => undefined, (error) => error.code)
    if (code === undefined) taken.push(performance.now() - before)
    else if (code === -32005) await new Promise((resolve) => setTimeout(resolve, 1000))
    else throw new Error(`the request failed with ${code}`)
  }
  return taken
}

// The row of a page's requests, one after the other. `wallet`: a function that
// gives its provider there.
export async function requestsOf(what, page, wallet) {
  await page.evaluate(request, [50, String(wallet)]) // warm
  return timed(what, kBerth, 'ms', await page.evaluate(request, [kCount, String(wallet)]))
}
