// What a page has in its hand when it opens the picker: the address, the size
// and place of the window, its own name. None of it chooses anything, hides who
// asks, or brings the picker into a frame.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '../support/berth.js'
import { Page, proven, recordOf } from '../support/wire.js'
import { question } from './support/approvals.js'
import { actsOf, bare, ByHand } from './support/attack.js'
import { Gateway } from './support/gateway.js'
import { choose } from './support/person.js'
import { gatewayHome, stage } from './support/stage.js'

const header = (popup) => popup.locator('header .origin')
const row = (popup, name) => popup.getByRole('button', { name: new RegExp(`\\b${name}\\b`, 'i') })
const files = { '/bare.html': bare }

async function openerAt(it, origin) {
  const page = await it.browser.context.newPage()
  await page.goto(`${origin}/bare.html`)
  return new ByHand(page)
}

test('query and fragment choose nothing and nobody; nor does a change of them later', async (t) => {
  const it = await stage(t, { home: { running: ['alice', 'bob'] }, site: { files } })
  const { home, sites } = it
  const opener = await openerAt(it, sites.publicOrigin())
  const base = `http://127.0.0.1:${home.gateway}/pick`
  const { origin: own } = await Gateway.at(home.gateway)
  const tricks = ['?origin=https://good.example&profile=alice&want=choose', '#origin=https://good.example', '?x#alice', '?x#:~:text=alice',
    '?profile=alice&approve=1&ticket=x&id=1#profile=alice', '?__proto__[origin]=https://good.example', '?%0d%0aX-Bad:%201']
  const popup = await opener.open(base + tricks[0])
  const acts = actsOf(popup)
  for (const trick of tricks) {
    await opener.frame.evaluate((url) => void (window.popup.location = url), base + trick)
    await popup.waitForURL((url) => url.href.startsWith(`${own}/pick`) && (trick.startsWith('#') || url.search !== ''))
    await opener.greet(trick)
    await row(popup, 'alice').waitFor()
    assert.equal(await header(popup).textContent(), sites.publicOrigin(), trick)
    assert.ok(!(await popup.content()).includes('good.example'), trick)
    assert.equal(await popup.evaluate(() => document.activeElement.tagName), 'BODY', trick)
    await opener.frame.evaluate((url) => void (window.popup.location = url), `${own}/pick${new URL(base + trick).search}#alice`)
  }
  await popup.locator('body:not(.settling)').waitFor()
  assert.equal(await popup.locator('.granting').evaluateAll((all) => all.filter(({ id, autofocus }) => id || autofocus).length), 0)
  assert.deepEqual(acts, [])
  assert.deepEqual(JSON.parse(await ok(home.berth('grants', '--json'))), [])
})

for (const [what, features] of [['tiny', 'popup,width=1,height=1'], ['off the screen', 'popup,width=420,height=640,left=-3000,top=-3000'], ['a tab', undefined]])
  test(`a window that its page made ${what} grants what a person can see, and stays as it is`, async (t) => {
    const it = await stage(t, { home: { running: ['bob'] }, site: { files } })
    const opener = await openerAt(it, it.sites.publicOrigin())
    const popup = await opener.open(`http://127.0.0.1:${it.home.gateway}/pick?x`, features)
    const acts = actsOf(popup)
    await opener.greet('1')
    await row(popup, 'bob').waitFor()
    for (const act of ['resizeTo(100, 100)', 'moveTo(0, 0)', 'scrollTo(0, 100)', 'document.title'])
      assert.equal(await opener.frame.evaluate(`(() => { try { popup.${act} } catch (error) { return error.name } })()`), 'SecurityError', act)
    const { width, height, left, top } = await popup.evaluate(() => ({ width: innerWidth, height: innerHeight, left: screenX, top: screenY }))
    assert.ok(left >= 0 && top >= 0, `${left}, ${top}`)
    if (width < 320 || height < 400) {
      await popup.getByRole('alert').getByText('too small').waitFor()
      await popup.locator('body:not(.settling)').waitFor()
      await row(popup, 'bob').focus()
      await popup.keyboard.press('Enter')
      await popup.getByText('Make this window larger first').waitFor()
      assert.deepEqual(acts, [])
      await popup.setViewportSize({ width: 420, height: 640 })
    }
    await choose(popup, 'bob')
    await opener.message('picked')
    assert.deepEqual(acts, ['choose bob'])
  })

test('row 15: no frame of any kind shows the picker or the dashboard', async (t) => {
  const it = await stage(t, { home: { running: ['bob'] }, site: { files }, expected: [/./] })
  const { page, frame } = await openerAt(it, it.sites.localOrigin)
  const { origin: own } = await Gateway.at(it.home.gateway)
  const urls = [`http://127.0.0.1:${it.home.gateway}/pick?x`, `http://localhost:${it.home.gateway}/pick?x`, `${own}/pick?x`, `${own}/`]
  await frame.evaluate(async (urls) => {
    const loads = urls.flatMap((url) => Object.entries({ iframe: 'src', object: 'data', embed: 'src' }).map(([tag, attribute]) => new Promise((resolve) => {
      const element = Object.assign(document.createElement(tag), { onload: resolve, onerror: resolve, width: 400, height: 400 })
      element[attribute] = url
      document.body.append(element)
    })))
    await Promise.race([Promise.all(loads), new Promise((resolve) => setTimeout(resolve, 5000))])
  }, urls)
  const texts = await Promise.all(page.frames().filter((each) => each !== frame).map((each) => each.evaluate(() => document.documentElement.outerHTML)))
  assert.ok(texts.length >= urls.length, `${texts.length} frames were tried`)
  for (const text of texts) assert.doesNotMatch(text, /pick\.js|dashboard\.js|Choose a profile|Waiting for the page/)
})

test('the end of a long name, which says whose it is, is seen in the smallest window', async (t) => {
  const it = await stage(t, { home: { running: ['bob'] }, site: { files } })
  // 253 letters, which is as long as a name can be.
  const labels = ['xn--pple-43d', ...Array(6).fill('my-bank-account-'.repeat(4).slice(0, 36).concat('s'))]
  const long = labels.join('.').slice(0, 253 - '.evil.example'.length)
  const opener = await openerAt(it, it.sites.publicOrigin(`${long}.evil.example`))
  const popup = await opener.open(`http://127.0.0.1:${it.home.gateway}/pick?x`)
  await opener.greet('1')
  await row(popup, 'bob').waitFor()
  await popup.setViewportSize({ width: 320, height: 400 })
  await popup.locator('body:not(.settling)').waitFor()
  const text = await header(popup).textContent()
  assert.equal(text, `https://${long}.evil.example:${it.sites.tlsPort}`)
  await popup.getByText('letters of other alphabets').waitFor()
  // Where its last letters are drawn, and nothing over them.
  const seen = await header(popup).evaluate((element) => {
    const host = [...element.querySelector('strong').childNodes].find(({ nodeType }) => nodeType === Node.TEXT_NODE)
    const range = document.createRange()
    range.setStart(host, host.length - 'evil.example'.length)
    range.setEnd(host, host.length)
    return [...range.getClientRects()].map(({ left, top, width, height }) =>
      document.elementFromPoint(left + width / 2, top + height / 2)?.closest('.origin') === element)
  })
  assert.deepEqual([...new Set(seen)], [true])
  await choose(popup, 'bob')
  await opener.message('picked')
})

test("a name's look-alike is shown in letters that cannot deceive", async (t) => {
  const it = await stage(t, { home: { running: ['bob'] }, site: { files } })
  const opener = await openerAt(it, it.sites.publicOrigin('аррӏе.example'))
  const popup = await opener.open(`http://127.0.0.1:${it.home.gateway}/pick?x`)
  await opener.greet('1')
  await row(popup, 'bob').waitFor()
  assert.equal(await header(popup).textContent(), `https://xn--80ak6aa92e.example:${it.sites.tlsPort}`)
  await popup.getByText('letters of other alphabets').waitFor()
})

test('an origin with escapes or hidden letters in it reaches no list and no terminal', async (t) => {
  const home = await gatewayHome(t, { running: ['bob'] })
  const gateway = await Gateway.at(home.gateway)
  const record = recordOf(home, 'bob')
  const strange = ['https://a\u202egpj.example', 'https://a\u200b.example', 'https://\u001b[2Jevil.example', 'https://аррӏе.example', 'https://evil.example\n', 'https://evil.example\u0000']
  for (const origin of strange) {
    assert.equal((await gateway.picker('choose', { origin, profile: 'bob' })).status, 400, JSON.stringify(origin))
    await assert.rejects(proven(t, record, origin), { status: 403 }, JSON.stringify(origin))
  }
  const shown = `https://xn--a-0ug.${'sub-'.repeat(40)}x.evil.example:8443`
  assert.equal((await gateway.picker('choose', { origin: shown, profile: 'bob' })).status, 200)
  const page = await Page.open(t, record, shown)
  const [account] = await page.request('eth_accounts')
  page.request('personal_sign', ['0x1b5b324a', account]).catch(() => {})
  await question(home)
  for (const args of [['approvals'], ['grants']]) {
    const table = await ok(home.berth(...args))
    assert.ok(table.includes(shown), table)
    assert.doesNotMatch(table, /[^\x20-\x7e\n]/)
  }
})
