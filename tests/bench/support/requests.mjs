const count = 500

// In the page: how long each of `count` requests took, in ms. One that came
// too soon for the instance's limit of a page is made again, and not counted.
async function measure([count, wallet]) {
  const provider = (0, eval)(wallet)()
  const taken = []
  while (taken.length < count) {
    const before = performance.now()
    const code = await provider.request({ method: 'eth_chainId' }).then(() => undefined, (error) => error.code)
    if (code === undefined) taken.push(performance.now() - before)
    else if (code === -32005) await new Promise((resolve) => setTimeout(resolve, 1000))
    else throw new Error(`the request failed with ${code}`)
  }
  return taken.sort((a, b) => a - b)
}

// Prints how long requests of a page take, one after the other. `wallet`: a
// function that gives its provider there.
export async function timeRequests(what, page, wallet) {
  await page.evaluate(measure, [50, String(wallet)]) // warm
  print(what, await page.evaluate(measure, [count, String(wallet)]))
}

// Of times in ms, in order.
export function print(what, taken) {
  const at = (share) => taken[Math.floor(share * (taken.length - 1))].toFixed(2)
  console.log(`${what.padEnd(52)} p50 ${at(0.5)}  p95 ${at(0.95)}  max ${at(1)} ms  (${taken.length})`)
}
