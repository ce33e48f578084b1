// Pictures of the dashboard and the picker for a person to look at, in
// BERTH_SCREENSHOTS (berth-screenshots in the directory for temporary files
// unless told). What a test can judge of them is judged here: that nothing is
// wider than a phone, and that no console has an error.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { toHex } from 'viem'
import { ok } from '../support/berth.js'
import { choose } from './support/person.js'
import { accountOf, stage } from './support/stage.js'

const folder = process.env.BERTH_SCREENSHOTS ?? join(tmpdir(), 'berth-screenshots')
mkdirSync(folder, { recursive: true })

const phone = { width: 360, height: 740 }
const kinds = [
  ['light', 'light', undefined],
  ['dark', 'dark', undefined],
  ['phone', 'light', phone],
  ['phone-dark', 'dark', phone],
]

// Pictures of a page as it is now. `size`: of its window, where no phone's is.
async function picture(page, name, size) {
  for (const [kind, colorScheme, viewport = size] of kinds) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize(viewport)
    await page.locator('body:not(.settling)').waitFor()
    await page.screenshot({ path: join(folder, `${name}-${kind}.png`), fullPage: true })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= viewport.width, `${name} is ${wide} wide in ${viewport.width}`)
  }
}

async function homeToShow(t) {
  const it = await stage(t, { home: { running: ['alice'] } })
  const { berth } = it.home
  await ok(berth('profile', 'create', 'bob', '--title', "Bob's savings"))
  await ok(berth('profile', 'create', 'carol', '--title', 'A wallet with a title that is long enough to be cut somewhere'))
  await ok(berth('start', 'bob'))
  return it
}

const popupSize = { width: 420, height: 640 }
const typed = {
  domain: { name: 'Harbour', chainId: 31337 },
  types: { EIP712Domain: [{ name: 'name', type: 'string' }, { name: 'chainId', type: 'uint256' }], Order: [{ name: 'to', type: 'address' }, { name: 'note', type: 'string' }] },
  primaryType: 'Order',
  message: { to: '0x' + '22'.repeat(20), note: 'for the harbour' },
}

test('the picker, its questions, and the dashboard', async (t) => {
  const { home, sites, browser, dapp } = await homeToShow(t)
  const page = await dapp(sites.publicOrigin())
  const { popup, picked } = await page.pick()
  await popup.getByRole('button', { name: /bob/i }).waitFor()
  await picture(popup, 'picker', popupSize)
  await choose(popup, 'bob')
  await picked
  await picture(popup, 'picker-wallet', popupSize)

  const account = await accountOf(home, 'bob')
  page.request('personal_sign', [toHex('Hello from the harbour'), account]).catch(() => {})
  page.request('eth_signTypedData_v4', [account, JSON.stringify(typed)]).catch(() => {})
  await popup.getByText('The first of 2 questions').waitFor()
  await picture(popup, 'picker-question', popupSize)

  const dashboard = await browser.context.newPage()
  await dashboard.goto(await ok(home.berth('ui', '--no-open')))
  await dashboard.getByRole('button', { name: /^deny\b/i }).nth(1).waitFor()
  await picture(dashboard, 'dashboard', { width: 1100, height: 800 })
})

test('who is not signed in sees nothing on the dashboard', async (t) => {
  const { home, browser } = await stage(t, { home: { running: ['alice'] } })
  const dashboard = await browser.context.newPage()
  await dashboard.goto(`http://127.0.0.1:${home.gateway}/`)
  await dashboard.getByText('berth ui').first().waitFor()
  assert.ok(!(await dashboard.content()).includes('alice'))
  await picture(dashboard, 'dashboard-signed-out', { width: 1100, height: 800 })
})
