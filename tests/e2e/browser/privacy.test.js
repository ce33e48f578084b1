// What a page can learn before the user has chosen: nothing of what runs here.
// And after it: nothing but what was chosen.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ok } from '../support/berth.js'
import { Gateway, raw } from './support/gateway.js'
import { choose } from './support/person.js'
import { gatewayHome, stage } from './support/stage.js'

const ten = Array.from({ length: 10 }, (_, i) => `wallet${i}`)

// What a page, or a program that says it is one, can ask without a ticket.
function requests(port, host) {
  const text = (first, headers = [], body = '') =>
    [`${first} HTTP/1.1`, `Host: ${host ?? `127.0.0.1:${port}`}`, 'Connection: close', ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n')
  const origins = ['http://localhost:3000', 'http://127.0.0.1:3000', 'https://dapp.example', 'null']
  const posts = ['/v1/restore', '/v1/picker/profiles', '/v1/picker/choose', '/v1/picker/events', '/v1/session', '/v1/nonsense']
  const paths = ['/', '/pick', '/pick?x', '/health', '/metrics', '/page', '/v1/instances', '/v1/approvals', '/v1/grants', '/assets/', '/nonsense']
  const body = JSON.stringify({ origin: 'https://dapp.example', profile: 'wallet0' })
  return origins.flatMap((origin) => [
    ...paths.map((path) => text(`GET ${path}`, [`Origin: ${origin}`])),
    ...posts.map((path) => text(`POST ${path}`, [`Origin: ${origin}`, 'Content-Type: application/json'], body)),
    ...posts.map((path) => text(`OPTIONS ${path}`, [`Origin: ${origin}`, 'Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: content-type'])),
    text('GET /page', [`Origin: ${origin}`, 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      `Sec-WebSocket-Protocol: berth.page.v1, berth.ticket.${'A'.repeat(43)}`]).replace('Connection: close', 'Connection: Upgrade'),
  ]).concat(paths.map((path) => text(`GET ${path}`)))
}

const undated = (answer) => answer.replace(/^date: .*$/gim, 'date: -')

// Five wrong tickets a second are told so; then it says when to go on.
async function answer(port, request) {
  const text = await raw(port, request)
  const wait = /^HTTP\/1.1 429 [^]*"retry_after_ms":(\d+)/.exec(text)
  if (!wait) return text
  await sleep(Number(wait[1]))
  return answer(port, request)
}

async function answers(port, host) {
  const all = {}
  for (const request of requests(port, host)) all[request] = undated(await answer(port, request))
  return all
}

test('row 24: every answer to who has no ticket is the same byte for byte with 0 and with 10 instances', async (t) => {
  const home = await gatewayHome(t, { running: [] })
  const { host } = await Gateway.at(home.gateway)
  const none = [await answers(home.gateway), await answers(home.gateway, host)]
  await ok(home.berth('start', '--create', ...ten))
  assert.deepEqual([await answers(home.gateway), await answers(home.gateway, host)], none)
  const all = Object.values(none[0])
  assert.ok(all.every((answer) => answer.startsWith('HTTP/1.1 ')), 'each was answered')
  assert.ok(all.some((answer) => answer.endsWith('{"profiles":[]}')), 'restore too')
})

// Everything that a page of this computer, which no browser hinders, can read:
// run in the page.
async function read(port) {
  const gateway = `http://127.0.0.1:${port}`
  const seen = []
  const note = async (what, asking) => seen.push([what, await asking.catch((error) => String(error))])
  for (const mode of ['cors', 'no-cors'])
    for (const method of ['GET', 'POST'])
      for (const path of ['/', '/pick', '/health', '/page', '/v1/restore', '/v1/picker/profiles', '/v1/instances'])
        await note(`${mode} ${method} ${path}`, (async () => {
          const json = mode === 'cors' && method === 'POST' ? { headers: { 'content-type': 'application/json' } } : {}
          const answer = await fetch(gateway + path, { mode, method, ...json, ...(method === 'POST' && { body: '{}' }) })
          return [answer.type, answer.status, [...answer.headers].filter(([name]) => name !== 'date'), await answer.text()]
        })())
  await note('restore()', window.berth.restore({ gateway }))
  for (const protocols of [[], ['berth.page.v1', `berth.ticket.${'A'.repeat(43)}`]])
    await note('WebSocket', new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/page`, protocols)
      socket.onmessage = ({ data }) => resolve(data)
      socket.onclose = ({ code, reason }) => resolve([code, reason])
    }))
  return seen
}

test('row 24: a page of this computer reads the same with 0 and with 10 instances', async (t) => {
  const { home, sites, dapp } = await stage(t, { home: { running: [] }, expected: [/Failed to load resource|blocked by CORS|WebSocket connection/] })
  const { page } = await dapp(sites.localOrigin)
  const none = await page.evaluate(read, home.gateway)
  await ok(home.berth('start', '--create', ...ten))
  assert.deepEqual(await page.evaluate(read, home.gateway), none)
})

// Every byte that comes to a page from the gateway: frames, bodies, messages of
// windows.
async function overhear(page, port) {
  const heard = []
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))))
  page.on('response', (response) => {
    if (response.url().includes(`:${port}/`)) response.text().then((text) => heard.push(text), () => {})
  })
  await page.exposeFunction('overheard', (text) => heard.push(text))
  await page.addInitScript(() => window.addEventListener('message', ({ data }) => window.overheard(JSON.stringify(data)), true))
  return heard
}

for (const [what, url] of [['public page', (sites) => sites.publicOrigin()], ['page of this computer', (sites) => sites.localOrigin]])
  test(`a ${what} that was granted bob never receives a byte of alice`, async (t) => {
    const { home, sites, dapp } = await stage(t, { home: { running: ['bob'] } })
    await ok(home.berth('profile', 'create', 'alice', '--title', 'The treasure'))
    await ok(home.berth('start', 'alice'))
    const gateway = await Gateway.at(home.gateway)
    const { body } = await gateway.picker('profiles', { origin: new URL(url(sites)).origin })
    const { rdns } = body.profiles.find(({ name }) => name === 'alice')

    const page = await dapp(url(sites))
    const heard = await overhear(page.page, home.gateway)
    await page.reload()
    const { popup, picked } = await page.pick()
    await choose(popup, 'bob')
    const { value: info } = await picked
    await ok(home.berth('stop', 'alice'))
    await ok(home.berth('start', 'alice'))
    await page.reload()
    assert.equal((await page.restore()).rdns, info.rdns)
    await page.result('wallet_getPermissions')
    await ok(home.berth('stop', 'bob'))
    await page.event('disconnect')

    const all = heard.join('\n')
    assert.ok(all.includes(info.rdns), 'the page was overheard')
    for (const secret of ['alice', 'The treasure', rdns]) assert.ok(!all.includes(secret), secret)
  })
