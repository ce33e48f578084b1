// How long a web page waits for its wallet: page -> instance -> page in a real
// Chromium, over the popup and direct, one request after the other. Of the long
// form only.
import { canBrowse, requestsOf, testOf } from '../support/browser.mjs'
import { Undo } from '../support/programs.mjs'

export async function measure({ quick }) {
  if (quick || !canBrowse('a page that waits for its wallet')) return []
  const { stage } = await import('../../e2e/browser/support/stage.js')
  const { choose } = await import('../../e2e/browser/support/person.js')

  async function row(what, { dapp }, url) {
    const page = await dapp(url)
    const { popup, picked } = await page.pick()
    await choose(popup, 'bob')
    await picked
    return requestsOf(what, page.page, () => window.wallet)
  }

  const undo = new Undo()
  try {
    const it = await stage(testOf(undo), { home: { running: ['bob'] } })
    return [
      await row('a page of another site: request over popup and instance', it, it.sites.publicOrigin()),
      await row('a page of this computer: request to the instance', it, it.sites.localOrigin),
    ]
  } finally {
    await undo.end()
  }
}
