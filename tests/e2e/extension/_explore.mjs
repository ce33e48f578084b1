import { mkdtempSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import puppeteer from 'puppeteer-core'
import { bin, ok, run, scratch, portRange } from '../support/berth.js'
import { serveSites } from '../browser/support/site.js'
import { walletsPage } from './support/wallets.js'
const hooks = []
const home = scratch({ after: (f) => hooks.push(f) }, { portRange: portRange(20) })
await ok(home.berth('start', '--create', 'alice', 'bob'))
await ok(run(join(bin, 'berth'), ['browser', 'install'], { env: home.env }))
const sites = await serveSites({ files: { '/': walletsPage('n0nce') }, headers: { 'content-security-policy': "default-src 'none'; script-src 'nonce-n0nce'; connect-src 'self'; img-src data:" } })
const ext = join(bin, '../share/berth/extension/firefox')
const profile = join(home.home, 'ff'); mkdirSync(profile)
const browser = await puppeteer.launch({
  browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, acceptInsecureCerts: true,
  userDataDir: profile, env: home.env,
  args: process.argv[2] === 'sys' ? ['--remote-allow-system-access'] : [],
  extraPrefsFirefox: { 'network.dns.localDomains': 'dapp.example,other.example', 'network.lna.address_space.public.override': `127.0.0.1:${sites.tlsPort}`, 'dom.disable_open_during_load': true },
})
browser.on('targetcreated', (t) => console.log('created', t.type(), t.url()))
browser.on('targetchanged', (t) => console.log('changed', t.type(), t.url()))
browser.on('targetdestroyed', (t) => console.log('destroyed', t.type(), t.url()))
try {
  console.log('id', await browser.installExtension(ext))
  const page = await browser.newPage()
  page.on('console', (m) => console.log('console', m.text()))
  await page.goto(sites.publicOrigin() + '/')
  await page.waitForFunction(() => window.wallets.names().includes('Berth'), { timeout: 5000 })
  console.log(await page.evaluate(() => window.wallets.names()))
  await page.evaluate(() => window.wallets.onClick(() => window.wallets.request('Berth', { method: 'eth_requestAccounts' })))
  await page.click('#go')
  await new Promise((r) => setTimeout(r, 3000))
  for (const t of browser.targets()) console.log('T', t.type(), t.url())

  const c = browser.connection
  const { result } = await c.send('browsingContext.getTree', {})
  console.log(JSON.stringify(result.contexts.map((x) => [x.context, x.url, x.clientWindow])))
  const win = result.contexts.find((x) => x.url.startsWith('moz-extension'))
  if (win) {
    const within = (what, p) => Promise.race([p, new Promise((_, r) => setTimeout(() => r(new Error('late')), 4000))]).then((x) => console.log(what, JSON.stringify(x).slice(0, 600)), (e) => console.log(what, 'ERR', e.message))
    await within('eval', c.send('script.evaluate', { expression: 'document.body.innerText', target: { context: win.context }, awaitPromise: true }))
    await within('rect', c.send('script.evaluate', { expression: `(() => { const b = [...document.querySelectorAll('button')].find((x) => x.textContent.includes('bob')); const r = b.getBoundingClientRect(); return JSON.stringify([r.x, r.y, r.width, r.height, innerWidth, innerHeight, typeof browser]) })()`, target: { context: win.context }, awaitPromise: true }))
    await within('locate', c.send('browsingContext.locateNodes', { context: win.context, locator: { type: 'css', value: 'button' } }))
    await within('shot', c.send('browsingContext.captureScreenshot', { context: win.context }))
    await within('act', c.send('input.performActions', { context: win.context, actions: [{ type: 'pointer', id: 'm', parameters: { pointerType: 'mouse' }, actions: [{ type: 'pointerMove', x: 100, y: 100 }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }] }] }))
    await within('eval', c.send('script.evaluate', { expression: 'document.body.innerText', target: { context: win.context }, awaitPromise: true }))
  }
} catch (e) { console.log('FAILED', e) }
await browser.close(); sites.close()
for (const h of hooks) await h()
