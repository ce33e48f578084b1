// How long a web page waits for its wallet: page -> instance -> page in a real
// Chromium, over the popup and direct, one request after the other. Prints; it
// judges nothing. Usage: node tests/bench/page.mjs BIN_DIRECTORY
import path from 'node:path'

process.env.BERTH_BIN = path.resolve(process.argv[2] ?? 'build/release/bin')
const { stage } = await import('../e2e/browser/support/stage.js')
const { timeRequests } = await import('./support/requests.mjs')
const { choose } = await import('../e2e/browser/support/person.js')

async function row(what, { dapp }, url) {
  const page = await dapp(url)
  const { popup, picked } = await page.pick()
  await choose(popup, 'bob')
  await picked
  await timeRequests(what, page.page, () => window.wallet)
}

const ends = []
try {
  const it = await stage({ after: (end) => ends.push(end) }, { home: { running: ['bob'] } })
  await row('public page -> popup -> instance and back', it, it.sites.publicOrigin())
  await row('page of this computer -> instance and back', it, it.sites.localOrigin)
} finally {
  for (const end of ends) await end()?.catch(({ message }) => console.error(message))
}
