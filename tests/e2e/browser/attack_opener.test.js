// The picker hears the page that opened it, and nobody else: not a frame in
// that page, not a window beside it, not what the page's tab shows later.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from 'viem'
import { ok } from '../support/berth.js'
import { actsOf, bare, ByHand } from './support/attack.js'
import { approve, choose } from './support/person.js'
import { accountOf, stage } from './support/stage.js'

// Of the same site, and so in reach of the window's name; and of another.
const neighbour = (sites) => sites.publicOrigin('evil.dapp.example')
const evil = (sites) => sites.publicOrigin('evil.example')
const header = (popup) => popup.locator('header .origin')
const row = (popup, name) => popup.getByRole('button', { name: new RegExp(`\\b${name}\\b`, 'i') })
const grants = async (home) => JSON.parse(await ok(home.berth('grants', '--json'))).map(({ name, origin }) => [name, origin])
const called = 1500 // ms; the window calls its page every second
const waiting = async (home) => JSON.parse(await ok(home.berth('approvals', '--json')))
// Of what a page was sent, that which is the protocol's.
const ofBerth = (heard) => heard.filter(({ data }) => data?.berth === 1)

// A page of no library. {...stage, pickUrl, opener: ByHand, origin}
async function bareStage(t, { page = bare, ...options } = {}) {
  const it = await stage(t, { home: { running: ['bob'] }, site: { files: { '/bare.html': bare, '/page.html': page } }, ...options })
  const tab = await it.browser.context.newPage()
  await tab.goto(`${it.sites.publicOrigin()}/page.html`)
  return { ...it, opener: new ByHand(tab), origin: it.sites.publicOrigin(), pickUrl: `http://127.0.0.1:${it.home.gateway}/pick?x` }
}

test('frames of the page, and a window that it opened, are not heard; the page is', async (t) => {
  const it = await bareStage(t)
  const { opener, origin, home } = it
  await opener.frame.evaluate((urls) => {
    for (const src of urls) document.body.append(Object.assign(document.createElement('iframe'), { src }))
  }, [`${origin}/bare.html`, `${evil(it.sites)}/bare.html`])
  await opener.page.waitForLoadState('networkidle')
  const [own, foreign] = opener.frame.childFrames().map((frame) => new ByHand(opener.page, frame))
  const beside = opener.page.waitForEvent('popup')
  await opener.frame.evaluate(() => document.getElementById('go').addEventListener('click', () => window.open('/bare.html', 'beside'), { once: true }))
  await opener.page.click('#go')
  const helper = new ByHand(await beside)
  await helper.page.waitForLoadState()

  const popup = await opener.open(it.pickUrl)
  await popup.getByText('Waiting for the page').waitFor()
  await own.hello('1', 'parent.popup')
  await helper.hello('2', 'opener.popup')
  // No click: it gets the window that is there, or none.
  await foreign.frame.evaluate(() => {
    try {
      window.open('', 'berth')?.postMessage({ berth: 1, type: 'hello', id: '3', want: 'choose' }, '*')
    } catch {}
  })
  await popup.getByText('The page does not answer').waitFor()
  assert.equal(await header(popup).count(), 0)

  await opener.hello('4')
  await row(popup, 'bob').waitFor()
  assert.equal(await header(popup).textContent(), origin)
  const acts = actsOf(popup)
  await choose(popup, 'bob')
  const { info } = await opener.message('picked')
  const rpc = (id) => ({ berth: 1, type: 'rpc', rdns: info.rdns, text: JSON.stringify({ jsonrpc: '2.0', id, method: 'eth_chainId' }) })
  await own.say(rpc('own'), 'parent.popup')
  await own.say({ berth: 1, type: 'close', rdns: info.rdns }, 'parent.popup')
  await helper.say(rpc('helper'), 'opener.popup')
  await opener.say(rpc('mine'))
  const answers = () => opener.frame.evaluate(() => window.heard.filter(({ data }) => data?.type === 'rpc').map(({ data }) => JSON.parse(data.text).id).filter(Boolean))
  await opener.frame.waitForFunction(() => window.heard.some(({ data }) => data?.type === 'rpc' && data.text.includes('mine')))
  assert.deepEqual(await answers(), ['mine'])
  assert.deepEqual(acts, ['choose bob'])
  assert.deepEqual(await grants(home), [['bob', origin]])
})

test('row 5: a page without an origin is refused, and told so', async (t) => {
  const page = bare.replace('</html>', '<iframe sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" src="/bare.html"></iframe></html>')
  const it = await bareStage(t, { page })
  const inside = new ByHand(it.opener.page, it.opener.frame.childFrames()[0])
  const popup = await inside.open(it.pickUrl)
  await inside.hello('1')
  await popup.getByRole('heading', { name: 'This page has no origin' }).waitFor()
  assert.equal(await popup.locator('.granting').count(), 0)
  assert.deepEqual(await inside.heard(), [])
})

test('a window that shares the sandbox of its page says why it is empty', async (t) => {
  const page = bare.replace('</html>', '<iframe sandbox="allow-scripts allow-popups" src="/bare.html"></iframe></html>')
  const it = await bareStage(t, { page, expected: [/403|blocked|sandbox|null|ERR_FAILED/i] })
  const inside = new ByHand(it.opener.page, it.opener.frame.childFrames()[0])
  const popup = await inside.open(it.pickUrl)
  await popup.getByText('in a sandboxed frame').waitFor()
})

test('who comes to the opener before the choice gets nothing of it', async (t) => {
  const it = await bareStage(t)
  const { opener, origin, home } = it
  const popup = await opener.open(it.pickUrl)
  await opener.hello('1')
  await row(popup, 'bob').waitFor()
  await opener.leaveFor(`${neighbour(it.sites)}/bare.html`)
  await opener.listen()
  await opener.hello('2', "open('', 'berth')")
  assert.equal(await header(popup).textContent(), origin)
  await choose(popup, 'bob')
  await popup.getByText('its tab shows another site now').waitFor()
  assert.deepEqual(await grants(home), [['bob', origin]])
  await opener.hello('3', "open('', 'berth')")
  await opener.page.waitForTimeout(called)
  assert.deepEqual(ofBerth(await opener.heard()), [])
})

test('who comes to the opener after the choice gets no byte, and asks nothing', async (t) => {
  const it = await bareStage(t)
  const { opener, home } = it
  const popup = await opener.open(it.pickUrl)
  await opener.hello('1')
  await choose(popup, 'bob')
  const { info } = await opener.message('picked')
  const account = await accountOf(home, 'bob')
  const sign = (id) => ({ berth: 1, type: 'rpc', rdns: info.rdns, text: JSON.stringify({ jsonrpc: '2.0', id, method: 'personal_sign', params: [toHex(`message ${id}`), account] }) })
  await opener.say(sign(1))
  await popup.getByText('message 1', { exact: true }).waitFor()
  await opener.leaveFor(`${neighbour(it.sites)}/bare.html`)
  await opener.listen()
  const through = "open('', 'berth')"
  await opener.say(sign(2), through)
  await opener.say({ berth: 1, type: 'close', rdns: info.rdns }, through)
  await opener.say({ berth: 1, type: 'leaving' }, through)
  await approve(popup)
  await popup.getByText('its tab shows another site now').waitFor()
  await opener.say(sign(3), through)
  await opener.page.waitForTimeout(called)
  assert.deepEqual(await waiting(home), [])
  assert.deepEqual(ofBerth(await opener.heard()), [])
})

test('a frame of another origin cannot take the window over; it gets one of its own', async (t) => {
  const page = bare.replace('</html>', '<iframe id="other"></iframe></html>')
  const it = await bareStage(t, { page, expected: [/Unsafe attempt to initiate navigation/] })
  const { opener, origin, home } = it
  await opener.frame.evaluate((src) => void (document.getElementById('other').src = src), `${neighbour(it.sites)}/bare.html`)
  await opener.page.waitForLoadState('networkidle')
  const other = new ByHand(opener.page, opener.frame.childFrames()[0])
  const popup = await opener.open(it.pickUrl)
  await opener.hello('1')
  await choose(popup, 'bob')
  await opener.message('picked')

  const theirs = await other.open(it.pickUrl)
  assert.notEqual(theirs, popup)
  await other.greet('2')
  await row(theirs, 'bob').waitFor()
  assert.equal(await header(theirs).textContent(), neighbour(it.sites))
  await opener.greet('3')
  await row(popup, 'bob').waitFor()
  assert.equal(await header(popup).textContent(), origin)
  assert.deepEqual(ofBerth(await other.heard()).filter(({ data }) => data.id !== '2'), [])
  assert.deepEqual(ofBerth(await opener.heard()).filter(({ data }) => data.id === '2'), [])
  assert.deepEqual(await grants(home), [['bob', origin]])
})

test('messages of wrong shapes, of any size, do nothing; the next hello works', async (t) => {
  const it = await bareStage(t)
  const { opener } = it
  const popup = await opener.open(it.pickUrl)
  const flood = () => opener.frame.evaluate(() => {
    const long = 'x'.repeat(2_000_000)
    const all = [null, undefined, 1, '', 'hello', [], new Map(), new Date(), new ArrayBuffer(8), JSON.parse('{"__proto__":{"berth":1,"type":"hello","id":"p","want":"choose"}}'), long]
    const types = ['hello', 'rpc', 'close', 'leaving', 'welcome', 'picked', 'denied', 'here', '__proto__', 'constructor', 'toString', ['hello'], ['close'], { toString: 'hello' }, long, null, 7]
    const values = [undefined, null, 1, {}, [], ['choose'], '__proto__', long, new Map([['id', 'x']])]
    for (const type of types) {
      if (type === 'leaving') continue
      for (const value of values) all.push({ berth: 1, type, id: value, want: value, rdns: value, text: value }, { berth: 1, type, id: 'x', want: '__proto__', rdns: value, text: 'x' })
    }
    for (const berth of ['1', true, 2, [1]]) all.push({ berth, type: 'hello', id: 'b', want: 'choose' })
    for (const each of all) window.popup.postMessage(each, '*')
  })
  await flood()
  assert.equal(await header(popup).count(), 0)
  await opener.hello('good')
  await row(popup, 'bob').waitFor()
  await flood()
  await opener.hello('better')
  await row(popup, 'bob').waitFor()
  assert.equal(await popup.evaluate(() => Object.keys(Object.prototype).length + ({}.berth ?? 0)), 0)
  await choose(popup, 'bob')
  assert.equal((await opener.message('picked')).id, 'better')
  assert.deepEqual(ofBerth(await opener.heard()).map(({ data }) => data.id).filter((id) => !['good', 'better', undefined].includes(id)), [])
})
