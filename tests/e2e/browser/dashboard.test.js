// The dashboard of a real berthd, by keyboard.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listed, ok } from '../support/berth.js'
import { choose } from './support/person.js'
import { accountOf, stage } from './support/stage.js'

const button = (page, name) => page.getByRole('button', { name })
const status = async (home, name) => (await listed(home, name)).status
const heading = (page, name) => page.getByRole('heading', { name })

async function openDashboard({ home, browser }) {
  const page = await browser.context.newPage()
  await page.goto(await ok(home.berth('ui', '--no-open')))
  await heading(page, 'Instances').waitFor()
  return page
}

// A key on a button, when its clicks count: something has just moved at first.
async function press(page, name) {
  await button(page, name).focus()
  await page.locator('body:not(.settling)').waitFor()
  await page.keyboard.press('Enter')
}

// What asks first takes no second press that comes at once.
async function pressTwice(page, name, question) {
  await press(page, name)
  await button(page, question).waitFor()
  await page.waitForTimeout(800)
  await page.keyboard.press('Enter')
}

// Waits until that button has the focus.
const hasFocus = (page, label) => page.waitForFunction(
  (wanted) => document.activeElement.getAttribute('aria-label') === wanted, label)

test('the code leaves the address, a reload stays, signing out shows nothing', async (t) => {
  const it = await stage(t, { home: { running: ['alice'] } })
  const page = await openDashboard(it)
  assert.equal(new URL(page.url()).hash, '')
  await page.reload()
  await button(page, 'Logs alice').waitFor()
  await press(page, 'Sign out')
  await heading(page, 'Not signed in').waitFor()
  assert.ok(!(await page.content()).includes('alice'))
  await page.reload()
  await heading(page, 'Not signed in').waitFor()
})

test('a profile is stopped and started; its button keeps the focus', async (t) => {
  const it = await stage(t, { home: { running: ['alice'] } })
  const page = await openDashboard(it)
  await press(page, 'Stop alice')
  await page.keyboard.press('Escape')
  await hasFocus(page, 'Stop alice')
  assert.equal(await status(it.home, 'alice'), 'running')
  await page.waitForTimeout(800)
  await pressTwice(page, 'Stop alice', 'Really stop? alice')
  await hasFocus(page, 'Start alice')
  assert.equal(await status(it.home, 'alice'), 'stopped')
  await page.keyboard.press('Enter')
  await hasFocus(page, 'Stop alice')
  assert.equal(await status(it.home, 'alice'), 'running')
})

test('questions are decided, by a person only, and leave their heading the focus', async (t) => {
  const it = await stage(t, { home: { running: [] } })
  const { home } = it
  await ok(home.berth('profile', 'create', 'bob', '--approve', 'ask'))
  await ok(home.berth('start', 'bob'))
  const account = await accountOf(home, 'bob')
  const ask = () => home.berth('call', 'bob', 'personal_sign', JSON.stringify(['0x68656c6c6f', account]))
  const page = await openDashboard(it)
  const signed = ask()
  const sign = /^Sign: bob/
  await button(page, sign).waitFor()
  assert.equal(await page.title(), '(1) Berth')
  await page.locator('body:not(.settling)').waitFor()
  await button(page, sign).evaluate((element) => element.click())
  await page.waitForTimeout(600)
  assert.equal(JSON.parse(await ok(home.berth('approvals', '--json'))).length, 1)
  await press(page, sign)
  assert.match(await ok(signed), /^"0x[0-9a-f]{130}"$/)
  await page.getByText('none waiting').waitFor()
  assert.equal(await page.evaluate(() => document.activeElement.id), 'questions')

  const denied = ask()
  await press(page, /^Deny: bob/)
  assert.match((await denied).stderr, /reject|denied|4001/i)
})

test('a log follows its end, and gives the focus back', async (t) => {
  const it = await stage(t, { home: { running: ['alice'] } })
  const page = await openDashboard(it)
  await press(page, 'Logs alice')
  const log = page.getByRole('region', { name: 'Log of alice' })
  await log.getByText(/info/).waitFor()
  await page.keyboard.press('Escape')
  await hasFocus(page, 'Logs alice')
  assert.equal(await log.count(), 0)
})

test('a grant is revoked', async (t) => {
  const it = await stage(t, { home: { running: ['bob'] } })
  const { popup, picked } = await (await it.dapp(it.sites.publicOrigin())).pick()
  await choose(popup, 'bob')
  await picked
  const page = await openDashboard(it)
  await pressTwice(page, /^Revoke https:/, /^Really revoke/)
  await page.getByText('none granted').waitFor()
  assert.deepEqual(JSON.parse(await ok(it.home.berth('grants', '--json'))), [])
})

test('it says that berthd does not answer, then that another one is there', async (t) => {
  const it = await stage(t, { home: { running: ['alice'] }, expected: [/net::ERR_/, /403/] })
  const page = await openDashboard(it)
  await ok(it.home.berth('down'))
  await page.getByText('berthd does not answer, trying again').waitFor()
  await button(page, 'Logs alice').waitFor()
  await ok(it.home.berth('up'))
  await heading(page, 'berthd was restarted').waitFor()
  assert.ok(!(await page.content()).includes('alice'))
})
