// A program that has, or had, the gateway's port. What it left in the browser (a
// service worker over the whole address, cached pages) shows no picker that a
// wallet could be lost in, and goes; while it is there, the dashboard is reached
// all the same, and a page is told what to do.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { ok } from '../support/berth.js'
import { Gateway } from './support/gateway.js'
import { choose } from './support/person.js'
import { stage } from './support/stage.js'

// A false picker, its worker, and what the worker keeps of it. `answer`: what
// it says to the page that opened it, once it is greeted.
const picker = (answer) => `<!doctype html><title>False</title><link rel="icon" href="data:,"><h1>A false picker</h1>
<script>
addEventListener('message', ({ data, source, origin }) => {
  if (data?.berth === 1 && data.type === 'hello') for (const message of (${answer})(data)) source.postMessage({ berth: 1, ...message }, origin)
})
navigator.serviceWorker.register('/sw.js', { scope: '/' }).then(() => navigator.serviceWorker.ready).then(() => (window.isReady = true))
</script>`
const worker = `
addEventListener('install', (event) => event.waitUntil(caches.open('v1').then((cache) => cache.add('/pick')).then(() => skipWaiting())))
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url)
  if (event.request.mode === 'navigate' && pathname === '/pick') event.respondWith(caches.match('/pick'))
})`

async function squat(t, port, answer = '() => []') {
  const server = http.createServer(({ url }, response) => {
    const isWorker = url === '/sw.js'
    if (!isWorker && !url.startsWith('/pick')) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': isWorker ? 'text/javascript' : 'text/html', 'cache-control': 'public, max-age=31536000, immutable' })
    response.end(isWorker ? worker : picker(answer))
  })
  const leave = () => server.close().closeAllConnections()
  t.after(leave)
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return leave
}

const registrations = (page) => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length + (await caches.keys()).length)

// The browser was at the squatter's picker; then berthd took the port.
async function haunted(t, answer) {
  const it = await stage(t, { home: { running: ['bob'], berthd: false }, expected: [/404|403|ERR_|blocked by CORS/] })
  const leave = await squat(t, it.home.gateway, answer)
  const visit = await it.browser.context.newPage()
  await visit.goto(`http://127.0.0.1:${it.home.gateway}/pick`)
  await visit.waitForFunction(() => window.isReady)
  assert.equal(await registrations(visit), 2)
  await visit.close()
  leave()
  await ok(it.home.berth('up'))
  return { ...it, gateway: await Gateway.at(it.home.gateway), page: await it.dapp(it.sites.publicOrigin()) }
}

for (const [what, answer] of [
  ['says nothing', '() => []'],
  ['welcomes the page', "({ id }) => [{ type: 'welcome', id }]"],
  ['gives the page a wallet of its own', "({ id }) => [{ type: 'welcome', id }, { type: 'picked', id, mode: 'relay', info: { rdns: 'app.berth.bfalse', name: 'False', color: null, icon: null } }]"],
])
  test(`a false picker that a worker kept, and that ${what}, is not in the way of the real one`, async (t) => {
    const { gateway, page, browser } = await haunted(t, answer)
    const { popup, picked } = await page.pick({ timeoutMs: 30_000 })
    await popup.waitForURL((url) => url.origin === gateway.origin)
    await choose(popup, 'bob')
    assert.equal((await picked).value?.name, 'bob')
    // It was not even asked. Who goes there by hand is rid of it.
    const look = await browser.context.newPage()
    await look.goto(`http://127.0.0.1:${gateway.port}/pick`)
    await look.waitForURL((url) => url.origin === gateway.origin)
    await look.goto(`http://127.0.0.1:${gateway.port}/health`)
    assert.equal(await registrations(look), 0)
  })

test("what is left at the squatter's origin may not ask what the picker asks", async (t) => {
  const { home, gateway, browser } = await haunted(t)
  const page = await browser.context.newPage()
  await page.goto(`http://127.0.0.1:${gateway.port}/health`)
  const ask = (base, path, body) => page.evaluate(async ([url, body]) => {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    return fetch(url, sent).then(({ status }) => status, ({ name }) => name)
  }, [`${base}/v1/${path}`, body])
  const origin = 'https://dapp.example'
  for (const [path, body] of [['picker/profiles', { origin }], ['picker/choose', { origin, profile: 'bob' }], ['picker/events', { origin }], ['session', { code: 'x' }]]) {
    assert.equal(await ask('', path, body), 403, path)
    assert.equal(await ask(gateway.origin, path, body), 'TypeError', path)
  }
  assert.deepEqual(JSON.parse(await ok(home.berth('grants', '--json'))), [])
})

test('while another program has the port, pages are told, and the dashboard is reached', async (t) => {
  const it = await stage(t, { home: { running: ['bob'], berthd: false }, expected: [/404/] })
  const { home, sites, browser } = it
  await squat(t, home.gateway)
  await ok(home.berth('up'))
  const page = await it.dapp(sites.publicOrigin())
  const { error } = await (await page.pick()).picked
  assert.deepEqual([error?.name, error?.code], ['BerthError', 'no_gateway'])
  assert.match(error.hint, /berth up.*berth doctor.*berth ui/)

  const port = JSON.parse(readFileSync(join(home.registry, '@berthd.json'), 'utf8')).endpoint.port
  assert.notEqual(port, home.gateway)
  const doctor = await home.berth('doctor')
  assert.match(doctor.stdout, new RegExp(`served by berthd at port ${port}: .*another program had port ${home.gateway}`))

  const dashboard = await browser.context.newPage()
  await dashboard.goto(await ok(home.berth('ui', '--no-open')))
  await dashboard.getByRole('button', { name: 'Logs bob' }).waitFor()
  assert.equal(new URL(dashboard.url()).port, String(port))

  const told = await it.dapp(sites.publicOrigin('told.example'))
  told.options = { gateway: `http://127.0.0.1:${port}` }
  const { popup, picked } = await told.pick()
  await choose(popup, 'bob')
  assert.equal((await picked).value?.name, 'bob')
})
