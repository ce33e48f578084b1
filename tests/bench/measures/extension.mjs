// What the extension costs, in a real Chromium: page -> instance -> page, one
// request after the other; and from an instance's record to its provider in an
// open page. Of the long form only.
import { canBrowse, requestsOf, testOf } from '../support/browser.mjs'
import { Undo } from '../support/programs.mjs'
import { kBerth, timed } from '../support/rows.mjs'

async function requests(it, grant) {
  await grant(it.home, 'bob', it.sites.publicOrigin())
  const dapp = await it.open(it.sites.publicOrigin())
  await dapp.announced('Berth: bob')
  const wallet = () => window.wallets.provider('Berth: bob')
  return requestsOf('a page with the extension: request to the instance', dapp.page, wallet)
}

// In a page that knows no wallet of that name before it starts: ms from when
// `berth start` has returned.
async function appearance(it, ok) {
  await ok(it.home.berth('stop', 'alice'))
  const dapp = await it.open(it.sites.publicOrigin())
  await dapp.announced('Berth: bob')
  await dapp.page.evaluate(() => {
    window.appeared = new Promise((resolve) => {
      window.addEventListener('eip6963:announceProvider', ({ detail }) => {
        if (detail.info.name === 'Berth: alice') resolve(performance.timeOrigin + performance.now())
      })
    })
  })
  await ok(it.home.berth('start', 'alice'))
  const ready = Date.now()
  const taken = Math.max(0, await dapp.page.evaluate(() => window.appeared) - ready)
  await dapp.page.close()
  return taken
}

async function appearances(it, grant, ok) {
  await grant(it.home, 'alice', it.sites.publicOrigin())
  const taken = []
  for (let i = 0; i < 10; ++i) taken.push(await appearance(it, ok))
  return timed('berth start has returned, to a provider in an open page', kBerth, 'ms', taken)
}

export async function measure({ quick }) {
  if (quick || !canBrowse('the extension')) return []
  const { ok } = await import('../../e2e/support/berth.js')
  const { grant } = await import('../../e2e/extension/support/grants.js')
  const { stage } = await import('../../e2e/extension/support/stage.js')
  const { walletsPage } = await import('../../e2e/extension/support/wallets.js')
  const undo = new Undo()
  try {
    const it = await stage(testOf(undo), { site: { files: { '/': walletsPage() } } })
    return [await requests(it, grant), await appearances(it, grant, ok)]
  } finally {
    await undo.end()
  }
}
