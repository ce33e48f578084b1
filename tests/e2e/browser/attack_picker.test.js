// Somebody wants a click that nobody meant: keys held down, scripts, double
// clicks, windows that change under the pointer. Each grants nothing, and the
// person's own click after it grants what it is on. (A program that moves
// windows of its own over the picker is out of a page's reach, and of ours.)
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from 'viem'
import { ok } from '../support/berth.js'
import { actsOf, disturbed, heldKey, holdClock } from './support/attack.js'
import { choose } from './support/person.js'
import { stage } from './support/stage.js'

const row = (popup, name) => popup.getByRole('button', { name: new RegExp(`\\b${name}\\b`, 'i') })
const tooQuick = (popup) => popup.getByText('That was too quick').waitFor()
const grants = async (home) => JSON.parse(await ok(home.berth('grants', '--json')))

// A public page whose picker is open. {...stage, page, popup, picked, acts}
async function asked(t, options) {
  const it = await stage(t, { home: { running: ['alice', 'bob'] }, ...options })
  const page = await it.dapp(it.sites.publicOrigin())
  const { popup, picked } = await page.pick({ timeoutMs: 60_000 })
  await row(popup, 'alice').waitFor()
  return { ...it, page, popup, picked, acts: actsOf(popup) }
}

// The person's own choice works, and was the only one.
async function onlyBob({ home, popup, picked, acts }) {
  await choose(popup, 'bob')
  assert.equal((await picked).value?.name, 'bob')
  assert.deepEqual(acts, ['choose bob'])
  assert.deepEqual((await grants(home)).map(({ name }) => name), ['bob'])
}

for (const key of ['Enter', 'Space'])
  test(`${key} held down since the page's click grants nothing, whatever has the focus`, async (t) => {
    const it = await asked(t)
    const { popup, browser } = it
    await heldKey(browser.context, popup, key)
    await row(popup, 'alice').focus()
    await heldKey(browser.context, popup, key)
    await popup.locator('body:not(.settling)').waitFor()
    await row(popup, 'alice').focus()
    await heldKey(browser.context, popup, key)
    await onlyBob(it)
  })

test('a key pressed by a person grants once, however long it is held', async (t) => {
  const { popup, picked, acts } = await asked(t)
  await popup.keyboard.press('ArrowDown')
  await popup.locator('body:not(.settling)').waitFor()
  for (let i = 0; i < 10; i++) await popup.keyboard.down('Enter')
  await popup.keyboard.up('Enter')
  assert.equal((await picked).value?.name, 'alice')
  assert.deepEqual(acts, ['choose alice'])
})

test("clicks that a script makes in the picker's own window grant nothing", async (t) => {
  const it = await asked(t)
  await it.popup.locator('body:not(.settling)').waitFor()
  await it.popup.evaluate(() => {
    const press = (target, event) => target.dispatchEvent(event)
    const all = { bubbles: true, composed: true, cancelable: true }
    for (const button of document.querySelectorAll('button')) {
      button.focus()
      press(button, new PointerEvent('pointerdown', all))
      press(button, new MouseEvent('click', all))
      for (const key of ['Enter', ' '])
        for (const type of ['keydown', 'keypress', 'keyup']) press(button, new KeyboardEvent(type, { key, ...all }))
      button.click()
    }
    press(window, new KeyboardEvent('keydown', { key: 'Escape', ...all }))
  })
  await it.popup.locator('body:not(.settling)').waitFor()
  await onlyBob(it)
})

test('a double click grants once', async (t) => {
  const { popup, picked, acts } = await asked(t)
  await popup.locator('body:not(.settling)').waitFor()
  await row(popup, 'alice').dblclick()
  assert.equal((await picked).value?.name, 'alice')
  assert.deepEqual(acts, ['choose alice'])
})

test('the second half of a double click grants nothing, where the first came too early', async (t) => {
  const it = await asked(t)
  const { popup } = it
  const pass = await holdClock(popup)
  await popup.keyboard.press('Shift')
  await row(popup, 'alice').click()
  await tooQuick(popup)
  await pass(500)
  await popup.mouse.down({ clickCount: 2 })
  await popup.mouse.up({ clickCount: 2 })
  await onlyBob(it)
})

test('a second click that lands on the next question does not approve it', async (t) => {
  const { home, page, popup, picked, acts } = await asked(t)
  await choose(popup, 'bob')
  await picked
  const [account] = await page.result('eth_accounts')
  await holdClock(popup)
  const signed = page.result('personal_sign', [toHex('first'), account])
  await popup.getByText('first', { exact: true }).waitFor()
  const other = page.result('wallet_watchAsset', { type: 'ERC20', options: { address: account, symbol: 'TST', decimals: 18 } })
  await popup.getByText('The first of 2 questions').waitFor()
  const pass = await holdClock(popup)
  const granting = popup.locator('.granting')
  await granting.dblclick()
  await signed
  await popup.getByText('The first of 2 questions').waitFor({ state: 'detached' })
  await granting.click()
  await pass(499)
  await granting.click()
  await tooQuick(popup)
  assert.equal(JSON.parse(await ok(home.berth('approvals', '--json'))).length, 1)
  assert.deepEqual(acts, ['choose bob', 'decide bob approve'])
  await pass(500)
  await granting.click()
  assert.equal(await other, true)
  assert.deepEqual(acts, ['choose bob', 'decide bob approve', 'decide bob approve'])
})

test('nothing is granted for 500 ms after focus, key, size, visibility or the list have changed', async (t) => {
  const it = await asked(t)
  const { home, browser, popup, acts } = it
  const pass = await holdClock(popup)
  const session = await browser.context.newCDPSession(popup)
  const lifecycle = (state) => session.send('Page.setWebLifecycleState', { state })
  const fire = (target, type) => popup.evaluate(([target, type]) => window[target].dispatchEvent(new Event(type)), [target, type])
  const changes = {
    focus: () => disturbed(popup, 'focus', () => fire('window', 'focus')),
    key: () => popup.keyboard.press('Shift'),
    size: () => disturbed(popup, 'resize', () => popup.setViewportSize({ width: 440, height: 600 })),
    visibility: () => disturbed(popup, 'visibilitychange', () => fire('document', 'visibilitychange')),
    'a profile that came': async () => {
      await ok(home.berth('profile', 'create', 'aaron'))
      await ok(home.berth('start', 'aaron'))
      await popup.getByText('aaron').waitFor()
    },
    'a profile that stopped': async () => {
      await ok(home.berth('stop', 'aaron'))
      await row(popup, 'aaron').getByText('Start').waitFor()
    },
  }
  for (const [what, change] of Object.entries(changes)) {
    await pass(10_000)
    await change()
    await row(popup, 'alice').click()
    await pass(499)
    await row(popup, 'alice').click()
    await tooQuick(popup)
    assert.deepEqual(acts, [], what)
  }
  await pass(1)
  await row(popup, 'alice').click()
  assert.equal((await it.picked).value?.name, 'alice')
})

test('a window smaller than 320 x 400 grants nothing, and says so', async (t) => {
  const it = await asked(t)
  const { popup, acts } = it
  for (const size of [{ width: 319, height: 400 }, { width: 320, height: 399 }]) {
    await popup.setViewportSize(size)
    await popup.getByRole('alert').getByText('too small').waitFor()
    await popup.locator('body:not(.settling)').waitFor()
    await row(popup, 'alice').click()
    await popup.getByText('Make this window larger first').waitFor()
    assert.deepEqual(acts, [], JSON.stringify(size))
  }
  await disturbed(popup, 'resize', () => popup.setViewportSize({ width: 320, height: 400 }))
  await onlyBob(it)
})
