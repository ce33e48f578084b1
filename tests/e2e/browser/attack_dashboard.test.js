// The dashboard to who is not signed in, to other sites and origins, and to a
// person who has only a keyboard and a narrow window.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listed, ok } from '../support/berth.js'
import { bare, ByHand } from './support/attack.js'
import { Gateway } from './support/gateway.js'
import { accountOf, stage } from './support/stage.js'

const heading = (page, name) => page.getByRole('heading', { name })

// A page, and all that its requests are answered with.
async function overheard(context, url) {
  const page = await context.newPage()
  const bodies = []
  page.on('response', (response) => bodies.push(response.text().catch(() => '')))
  await page.goto(url)
  return { page, texts: async () => [...(await Promise.all(bodies)), await page.content()].join('\n') }
}

async function signedIn({ home, browser }) {
  const page = await browser.context.newPage()
  const url = await ok(home.berth('ui', '--no-open'))
  await page.goto(url)
  await heading(page, 'Instances').waitFor()
  return { page, url }
}

test('without a sign-in it holds nothing of any instance, in no address, page or answer', async (t) => {
  const it = await stage(t, { home: { running: ['zebedee'] } })
  const { origin: own } = await Gateway.at(it.home.gateway)
  for (const base of [own, `http://127.0.0.1:${it.home.gateway}`, `http://localhost:${it.home.gateway}`]) {
    const { page, texts } = await overheard(it.browser.context, `${base}/`)
    await heading(page, 'Not signed in').waitFor()
    assert.ok((await texts()).includes('class Dashboard'), 'its scripts were overheard')
    assert.ok(!(await texts()).includes('zebedee'), base)
    assert.deepEqual(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie]), [0, 0, ''])
  }
})

test('a code signs in once', async (t) => {
  const it = await stage(t, { home: { running: ['zebedee'] }, expected: [/403/] })
  const { url } = await signedIn(it)
  const { page, texts } = await overheard(it.browser.context, url)
  await heading(page, 'Not signed in').waitFor()
  assert.ok(!(await texts()).includes('zebedee'))
})

test('the session is in no reach of the other addresses of the same port', async (t) => {
  const it = await stage(t, { home: { running: ['alice'] } })
  const { page } = await signedIn(it)
  const session = await page.evaluate(() => Object.values(sessionStorage).join())
  assert.match(session, /^[\w-]{40,}$/)
  for (const host of ['127.0.0.1', 'localhost']) {
    const { page: other, texts } = await overheard(it.browser.context, `http://${host}:${it.home.gateway}/`)
    const heard = await other.evaluate(() => new Promise((resolve) => {
      const channel = new BroadcastChannel('berth')
      channel.onmessage = ({ data }) => resolve(JSON.stringify(data))
      channel.postMessage({ type: 'session?' })
      setTimeout(resolve, 1000, JSON.stringify({ ...sessionStorage, ...localStorage }))
    }))
    assert.equal(heard, '{}')
    assert.ok(!(await texts()).includes(session))
    await other.close()
  }
})

test('another site that opens it gets no hold of it, and signs nobody in or out', async (t) => {
  const it = await stage(t, { home: { running: ['alice'] }, site: { files: { '/bare.html': bare } }, expected: [/403/] })
  const { page: dashboard } = await signedIn(it)
  const { origin: own } = await Gateway.at(it.home.gateway)
  const page = await it.browser.context.newPage()
  await page.goto(`${it.sites.publicOrigin('evil.example')}/bare.html`)
  const evil = new ByHand(page)
  for (const address of [`${own}/`, `${own}/#${'A'.repeat(43)}`, `http://127.0.0.1:${it.home.gateway}/`]) {
    const opened = await evil.open(address)
    await heading(opened, 'Not signed in').waitFor()
    assert.equal(await opened.evaluate(() => window.opener), null, address)
    assert.deepEqual(await evil.frame.evaluate(() => [window.popup.closed, window.popup.length]), [true, 0], address)
    await evil.frame.evaluate(() => window.popup.postMessage({ berth: 1, type: 'hello', id: '1', want: 'choose' }, '*'))
    await opened.close()
  }
  assert.deepEqual(await evil.heard(), [])
  await dashboard.reload()
  await dashboard.getByRole('button', { name: 'Logs alice' }).waitFor()
})

// Tab, until what has the focus is called so.
async function tabTo(page, name) {
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab')
    const label = await page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent)
    if (name.test(label)) return
  }
  throw new Error(`40 tabs led to no ${name}`)
}

async function press(page, name) {
  await page.getByRole('button', { name }).waitFor()
  await tabTo(page, name)
  await page.locator('body:not(.settling)').waitFor()
  await page.keyboard.press('Enter')
}

// What asks first does not take a second press that comes at once.
async function pressTwice(page, name, question) {
  await press(page, name)
  await page.getByRole('button', { name: question }).waitFor()
  await page.waitForTimeout(800)
  await page.keyboard.press('Space')
}

test('all of it by keyboard alone, at 360 pixels', async (t) => {
  const it = await stage(t, { home: { running: [] } })
  const { home } = it
  await ok(home.berth('profile', 'create', 'bob', '--approve', 'ask'))
  await ok(home.berth('start', 'bob'))
  const gateway = await Gateway.at(home.gateway)
  assert.equal((await gateway.picker('choose', { origin: 'https://a-rather-long-name-of-a-page.example', profile: 'bob' })).status, 200)
  const account = await accountOf(home, 'bob')
  const ask = () => home.berth('call', 'bob', 'personal_sign', JSON.stringify(['0x68656c6c6f', account]))
  const { page } = await signedIn(it)
  await page.setViewportSize({ width: 360, height: 740 })
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth)

  const signed = ask()
  await page.getByText('1 waiting').waitFor()
  assert.equal(await fits(), 360)
  await press(page, /^Sign: bob/)
  assert.match(await ok(signed), /^"0x[0-9a-f]{130}"$/)
  const denied = ask()
  await press(page, /^Deny: bob/)
  assert.notEqual((await denied).code, 0)

  await pressTwice(page, /^Revoke https:/, /^Really revoke/)
  await page.getByText('none granted').waitFor()
  assert.deepEqual(JSON.parse(await ok(home.berth('grants', '--json'))), [])

  await pressTwice(page, /^Stop bob/, /^Really stop/)
  await page.getByRole('button', { name: 'Start bob' }).waitFor()
  assert.equal((await listed(home, 'bob')).status, 'stopped')
  await press(page, /^Start bob/)
  await page.getByRole('button', { name: 'Stop bob' }).waitFor()
  assert.equal((await listed(home, 'bob')).status, 'running')
  assert.equal(await fits(), 360)
})
