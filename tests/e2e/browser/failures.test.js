// Every way in which a page can fail to get a wallet ends soon, in a BerthError
// that says what to do.
import assert from 'node:assert/strict'
import http from 'node:http'
import net from 'node:net'
import { test } from 'node:test'
import { stage } from './support/stage.js'
import { choose } from './support/person.js'

const limit = 20_000 // ms; nobody waits for a window that never answers

// The BerthError that a pick came to, in time.
async function failure(picked, code) {
  const late = new Promise((_, reject) => setTimeout(reject, limit, new Error(`undecided after ${limit} ms`)).unref())
  const { error } = await Promise.race([picked, late])
  assert.equal(error?.name, 'BerthError', JSON.stringify(error))
  assert.equal(error.code, code, error.message)
  assert.ok(error.message && error.hint)
}

const publicPage = async (t, options) => {
  const it = await stage(t, { home: { running: ['bob'] }, ...options })
  return { ...it, page: await it.dapp(it.sites.publicOrigin()) }
}
const withoutBerthd = (t, expected) => publicPage(t, { home: { running: [], berthd: false }, expected })

// A program of somebody else at the gateway's port.
async function squat(t, server, port) {
  const sockets = new Set()
  server.on('connection', (socket) => sockets.add(socket))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
}

test('no click: the browser blocks the popup', async (t) => {
  const files = {
    '/eager.html': '<!doctype html><title>A dApp</title><link rel="icon" href="data:,"><script type="module" src="/eager.js"></script>',
    '/eager.js': `import './dapp.js'
      window.outcome = window.settle(window.berth.pick({ gateway: new URLSearchParams(location.search).get('gateway') }))`,
  }
  const { home, sites, dapp } = await stage(t, { site: { files }, home: { running: ['bob'] } })
  const { page } = await dapp(`${sites.publicOrigin()}/eager.html?gateway=http://127.0.0.1:${home.gateway}`)
  await failure(page.evaluate(() => window.outcome), 'popup_blocked')
})

test('the user closes the popup', async (t) => {
  const { page } = await publicPage(t)
  const { popup, picked } = await page.pick()
  await popup.getByRole('button', { name: /bob/i }).waitFor()
  await popup.close()
  await failure(picked, 'popup_closed')
})

test('the user says no', async (t) => {
  const { page } = await publicPage(t)
  const { popup, picked } = await page.pick()
  await popup.getByRole('button', { name: /cancel/i }).click()
  await failure(picked, 'denied')
})

test('the page cuts itself off from its popups', async (t) => {
  const { page } = await publicPage(t, { site: { headers: { 'cross-origin-opener-policy': 'same-origin' } } })
  const { picked } = await page.pick({ popup: false })
  await failure(picked, 'coop')
})

test('a page that lets its popups be reached can pick', async (t) => {
  const { page } = await publicPage(t, { site: { headers: { 'cross-origin-opener-policy': 'same-origin-allow-popups' } } })
  const { popup, picked } = await page.pick()
  await choose(popup, 'bob')
  assert.equal((await picked).value.name, 'bob')
})

test('berthd does not run', async (t) => {
  const { page } = await withoutBerthd(t)
  await failure((await page.pick()).picked, 'no_gateway')
})

test('another program has the port', async (t) => {
  const { home, page } = await withoutBerthd(t, [/404/])
  await squat(t, http.createServer((_, response) => response.writeHead(404).end('nothing here')), home.gateway)
  await failure((await page.pick()).picked, 'no_gateway')
})

test('a program that says nothing has the port', async (t) => {
  const { home, page } = await withoutBerthd(t)
  await squat(t, net.createServer(() => {}), home.gateway)
  await failure((await page.pick()).picked, 'no_gateway')
})

test('the dApp gives up', async (t) => {
  const { page } = await publicPage(t)
  const { popup, picked } = await page.pick({ timeoutMs: 1_000 })
  await failure(picked, 'timeout')
  if (!popup.isClosed()) await popup.waitForEvent('close')
})
