// The demo dApps, used as a person would.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { recoverMessageAddress } from 'viem'
import { ok } from '../support/berth.js'
import { demo } from './support/bundle.js'
import { approve, choose, deny } from './support/person.js'
import { accountOf, stage } from './support/stage.js'

const folder = new URL('../../../provider/demo/', import.meta.url)
const gatewayOf = (home) => `gateway=http://127.0.0.1:${home.gateway}`

async function opened(context, url) {
  const page = await context.newPage()
  await page.goto(url)
  return page
}
async function popupOf(page, button) {
  const [popup] = await Promise.all([page.waitForEvent('popup'), button.click()])
  return popup
}
const text = (page, id) => page.locator(`#${id}`).textContent()
const button = (page, name) => page.getByRole('button', { name })

async function verify(message, signature, account) {
  const signer = await recoverMessageAddress({ message, signature })
  assert.equal(signer.toLowerCase(), account.toLowerCase())
}

test('the plain page picks, signs, is refused, switches, loses its wallet and has it back', async (t) => {
  const { home, sites, browser } = await stage(t)
  const page = await opened(browser.context, `${sites.publicOrigin()}/demo/?${gatewayOf(home)}`)
  const popup = await popupOf(page, button(page, 'Pick a wallet'))
  await choose(popup, 'bob')
  const account = await accountOf(home, 'bob')
  await page.getByText(account).first().waitFor()
  assert.equal(await text(page, 'name'), 'bob')
  assert.equal(await text(page, 'chain'), '31337')

  await page.getByLabel('Message').fill('Hello')
  await button(page, 'Sign').click()
  await approve(popup)
  await page.locator('#signature').waitFor()
  await verify('Hello', await text(page, 'signature'), account)
  await button(page, 'Sign').click()
  await deny(popup)
  await page.getByRole('alert').waitFor()
  await page.getByText('error 4001').waitFor()

  await page.getByLabel('Chain').selectOption('0x1')
  await button(page, 'Switch').click()
  await approve(popup)
  await page.getByText('error 4902').waitFor()

  await ok(home.berth('stop', 'bob'))
  await page.getByText('disconnect:').waitFor()
  assert.equal(await text(page, 'state'), 'gone')
  await ok(home.berth('start', 'bob'))
  await page.getByText('connect: 31337').waitFor()
  assert.equal(await text(page, 'state'), 'ready')

  await page.reload()
  await page.getByText(account).first().waitFor()
  await button(page, 'Disconnect').click()
  await button(page, 'Pick a wallet').waitFor()
})

test('the wagmi app connects by its one line, signs, is loaded anew, and disconnects', async (t) => {
  const files = { '/wagmi/': readFileSync(new URL('wagmi/index.html', folder), 'utf8'), '/wagmi/dist/main.js': await demo('wagmi/main.jsx') }
  const { home, sites, browser } = await stage(t, { site: { files } })
  const page = await opened(browser.context, `${sites.publicOrigin()}/wagmi/?${gatewayOf(home)}`)
  const popup = await popupOf(page, button(page, 'Berth'))
  await choose(popup, 'bob')
  const account = await accountOf(home, 'bob')
  await page.locator('#account').waitFor()
  assert.equal((await text(page, 'account')).toLowerCase(), account)
  await button(page, 'Sign').click()
  await approve(popup)
  await page.locator('#signature').waitFor()
  await verify('Hello from wagmi', await text(page, 'signature'), account)

  await page.reload()
  await page.locator('#account').waitFor()
  assert.equal((await text(page, 'account')).toLowerCase(), account)
  await button(page, 'Disconnect').click()
  await button(page, 'Berth').waitFor()
  await page.reload()
  await button(page, 'Berth').waitFor()
})
