// Who may do what: grants of pages, and questions that a person decides with
// `berth approve` and `berth deny`.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { connect } from 'berth-provider/node'
import { createWalletClient, custom, encodeFunctionData, erc20Abi, maxUint256, recoverMessageAddress, recoverTypedDataAddress } from 'viem'
import { bin, freePort, anvil, ok, portRange, scratch } from './support/berth.js'
import { bearer, http, json, Page, recordOf } from './support/wire.js'

const app = 'https://app.example'
const local = 'http://localhost:3000'

async function started(t, ...options) {
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('profile', 'create', 'alice', ...options))
  await ok(home.berth('start', 'alice'))
  return { home, record: recordOf(home, 'alice') }
}

const waiting = async (home) => JSON.parse(await ok(home.berth('approvals', '--json')))

// The questions, once there are `count`.
async function questions(home, count = 1) {
  const end = Date.now() + 20_000
  for (;;) {
    const found = await waiting(home)
    if (found.length === count) return found
    assert.ok(Date.now() < end, `${found.length} questions wait, not ${count}`)
  }
}

async function viem(t, home) {
  const provider = await connect('alice', { directory: home.registry })
  t.after(() => provider.close())
  return createWalletClient({ transport: custom(provider) })
}

// EIP-1193's code, wherever viem has wrapped the error.
const code = (wanted) => (error) => error.walk((e) => e?.code === wanted) !== null

// What an administrator asks over HTTP: {status, body}.
async function admin({ token, endpoint }, method, path, body) {
  const headers = { ...bearer(token), ...json }
  const answer = await http(endpoint.port, method, path, { headers, body: body && JSON.stringify(body) })
  return { status: answer.status, body: JSON.parse(answer.body) }
}

const grant = (record, origin) => admin(record, 'POST', '/v1/grants', { origin })

test('a signature waits for berth approve, and verifies', async (t) => {
  const { home } = await started(t, '--approve', 'ask')
  const client = await viem(t, home)
  const [account] = await client.requestAddresses()
  const message = 'sign in \u001b[31m to the \u202eharbour'
  const signing = client.signMessage({ account, message })
  const [question] = await questions(home)
  assert.deepEqual(
    [question.name, question.origin, question.kind, question.method, question.account, question.chain_id, question.content.text],
    ['alice', null, 'message', 'personal_sign', account.toLowerCase(), '0x7a69', message])
  assert.equal(await client.getChainId(), 31337, 'other requests are answered meanwhile')

  assert.match(await ok(home.berth('approvals')), new RegExp(`${question.id} +alice +message +${account.toLowerCase()} .* own program`))
  const shown = await home.berth('approve', question.id)
  assert.equal(shown.code, 2, 'nobody can be asked, and nobody said --yes')
  assert.match(shown.stdout, /text +sign in \\x1b\[31m to the \\u202eharbour/)
  assert.equal((await waiting(home)).length, 1)
  await ok(home.berth('approve', '--yes', question.id))
  assert.equal(await recoverMessageAddress({ message, signature: await signing }), account)
  assert.deepEqual(await waiting(home), [])
  const again = await home.berth('deny', '--yes', question.id)
  assert.equal(again.code, 1)
  assert.match(again.stderr, /no such question waits/)
})

test('a transaction that lets others spend is shown as what it calls', async (t) => {
  const { home, record } = await started(t, '--approve', 'ask')
  const page = await Page.open(t, record)
  const [account] = await page.request('eth_accounts')
  const spender = '0x' + '22'.repeat(20)
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, maxUint256] })
  const denied = assert.rejects(page.request('eth_sendTransaction', [{ from: account, to: '0x' + '11'.repeat(20), data }]), { code: 4001 })
  const [question] = await questions(home)
  assert.deepEqual(question.content.decoded.arguments.map(({ value }) => value), [spender, String(maxUint256)])
  const shown = await ok(home.berth('deny', '--yes', question.id))
  assert.match(shown, new RegExp(`calls     approve\\(address,uint256\\)\n  spender +${spender}\n  amount +${maxUint256}\n  \\(of an NFT`))
  assert.doesNotMatch(shown, /decoded/)
  await denied
})

test('typed data is shown in full, and denied with 4001', async (t) => {
  const { home } = await started(t, '--approve', 'ask')
  const client = await viem(t, home)
  const [account] = await client.requestAddresses()
  const typed = {
    domain: { name: 'Berth', chainId: 31337 },
    types: { Order: [{ name: 'to', type: 'address' }, { name: 'note', type: 'string' }] },
    primaryType: 'Order',
    message: { to: '0x' + '22'.repeat(20), note: 'for the harbour' },
  }
  const denied = assert.rejects(client.signTypedData({ account, ...typed }), code(4001))
  const [question] = await questions(home)
  assert.equal(question.kind, 'typed_data')
  assert.deepEqual(question.content.message, typed.message)
  await ok(home.berth('deny', '--yes', question.id))
  await denied
  const signing = client.signTypedData({ account, ...typed })
  const [second] = await questions(home)
  assert.notEqual(second.id, question.id)
  assert.equal(second.digest, question.digest)
  await ok(home.berth('approve', '--yes', second.id))
  assert.equal(await recoverTypedDataAddress({ ...typed, signature: await signing }), account)
})

test('no question hides the others, however deep or large it is', async (t) => {
  const { home, record } = await started(t, '--approve', 'ask')
  const page = await Page.open(t, record)
  const [account] = await page.request('eth_accounts')
  const ask = (...request) => page.request(...request).catch(() => {})
  await assert.rejects(page.request('personal_sign', ['0x' + 'ff'.repeat(200_000), account]), { code: -32602 })
  ask('eth_signTypedData_v4', [account, '{"a":'.repeat(31) + '{}' + '}'.repeat(31)])
  for (let i = 0; i < 9; ++i) ask('personal_sign', ['0x' + 'ff'.repeat(190_000), account])
  const found = await questions(home, 10)
  await ok(home.berth('deny', '--yes', found[0].id))
})

test('a client that leaves takes its question along; a stop ends the rest', async (t) => {
  const { home, record } = await started(t, '--approve', 'ask')
  const metrics = async () => (await http(record.endpoint.port, 'GET', '/metrics', { headers: bearer(record.token) })).body
  const leaves = await Page.open(t, record)
  const stays = await Page.open(t, record)
  const [account] = await stays.request('eth_accounts')
  leaves.request('personal_sign', ['0x01', account]).catch(() => {})
  const [question] = await questions(home, 1)
  const ended = assert.rejects(stays.request('personal_sign', ['0x02', account]), { code: 4900 })
  await questions(home, 2)
  assert.match(await metrics(), /^berth_approvals_pending 2$/m)
  leaves.leave()
  assert.equal((await questions(home, 1))[0].content.hex, '0x02')
  assert.equal((await home.berth('approve', '--yes', question.id)).code, 1)
  await ok(home.berth('stop', 'alice'))
  await ended
  assert.match(await ok(home.berth('logs', 'alice')), /nobody had decided yet were ended: 1/)
})

test('a script that goes takes its question along', async (t) => {
  const { home, record } = await started(t, '--approve', 'ask')
  const page = await Page.open(t, record)
  const [account] = await page.request('eth_accounts')
  const script = spawn(join(bin, 'berth'), ['call', 'alice', 'personal_sign', JSON.stringify(['0x01', account])], { env: home.env, stdio: 'ignore' })
  await questions(home, 1)
  script.kill('SIGKILL')
  await questions(home, 0)
})

test('row 23: a page without a grant learns nothing', async (t) => {
  const { home, record } = await started(t)
  const page = await Page.open(t, record, app)
  for (const method of ['eth_chainId', 'net_version', 'web3_clientVersion', 'personal_sign', 'eth_subscribe', 'nonsense'])
    await assert.rejects(page.request(method), { code: 4100 }, method)
  assert.deepEqual(await page.request('eth_accounts'), [])
  assert.deepEqual(await waiting(home), [])
})

test('row 23: events are for pages that were granted', async (t) => {
  const { home, record } = await started(t)
  await grant(record, app)
  const granted = await Page.open(t, record, app)
  const stranger = await Page.open(t, record, local)
  const ended = assert.rejects(stranger.request('eth_requestAccounts'), { code: 4900 })
  await questions(home)
  await ok(home.berth('stop', 'alice'))
  assert.equal((await granted.event('disconnect')).code, 4900)
  await ended
  assert.deepEqual(stranger.heard, [])
})

test('a page asks, is granted, signs, and is revoked while it is connected', async (t) => {
  const { home, record } = await started(t)
  const page = await Page.open(t, record, app)
  const permissions = page.request('wallet_requestPermissions', [{ eth_accounts: {} }])
  const [wish] = await questions(home)
  assert.deepEqual([wish.kind, wish.origin], ['accounts', app])
  await assert.rejects(page.request('eth_requestAccounts'), { code: -32002 })
  await ok(home.berth('approve', '--yes', wish.id))
  const accounts = (await permissions)[0].caveats[0].value
  assert.deepEqual(wish.content.accounts, accounts)
  assert.deepEqual(await page.event('accountsChanged'), accounts)
  assert.equal(await page.request('eth_chainId'), '0x7a69')

  const message = 'hello'
  const signing = page.request('personal_sign', [message, accounts[0]])
  const [question] = await questions(home)
  assert.equal(question.origin, app)
  assert.deepEqual(await page.request('eth_accounts'), accounts, 'answered while the question waits')
  await ok(home.berth('approve', '--yes', question.id))
  const address = await recoverMessageAddress({ message, signature: await signing })
  assert.equal(address.toLowerCase(), accounts[0])

  const [granted] = JSON.parse(await ok(home.berth('grants', 'alice', '--json')))
  assert.deepEqual([granted.name, granted.origin, granted.accounts, granted.remembered], ['alice', app, accounts, true])
  const other = await Page.open(t, record, 'http://app.example')
  const unheard = assert.rejects(page.request('personal_sign', [message, accounts[0]]), { code: 4100 })
  await questions(home)
  await ok(home.berth('revoke', 'alice', app))
  await unheard
  assert.deepEqual(await page.event('accountsChanged'), [])
  assert.deepEqual(await page.request('eth_accounts'), [])
  await assert.rejects(page.request('eth_chainId'), { code: 4100 })
  assert.deepEqual(await other.request('eth_accounts'), [])
  assert.deepEqual(other.heard, [])
  assert.deepEqual(JSON.parse(await ok(home.berth('grants', '--json'))), [])
  const again = await home.berth('revoke', 'alice', app)
  assert.equal(again.code, 1)
})

test('a grant outlives the instance, but not that of a loopback page', async (t) => {
  const { home, record } = await started(t)
  for (const origin of [app, local]) assert.equal((await grant(record, origin)).status, 200)
  assert.equal(JSON.parse(await ok(home.berth('grants', '--json'))).length, 2)
  await ok(home.berth('restart', 'alice'))
  const kept = JSON.parse(await ok(home.berth('grants', '--json')))
  assert.deepEqual(kept.map(({ origin }) => origin), [app])
  const now = recordOf(home, 'alice')
  assert.equal(await (await Page.open(t, now, app)).request('eth_chainId'), '0x7a69')
  await assert.rejects((await Page.open(t, now, local)).request('eth_chainId'), { code: 4100 })

  await ok(home.berth('stop', 'alice'))
  assert.deepEqual(JSON.parse(await ok(home.berth('grants', 'alice', '--json'))).map(({ origin }) => origin), [app])
  assert.deepEqual(JSON.parse(await ok(home.berth('show', 'alice', '--json'))).grants.map(({ origin }) => origin), [app])
  await ok(home.berth('revoke', 'alice', app))
  const again = await home.berth('revoke', 'alice', app)
  assert.deepEqual([again.code, /not granted anything/.test(again.stderr)], [1, true])
  await ok(home.berth('start', 'alice'))
  assert.deepEqual(await (await Page.open(t, recordOf(home, 'alice'), app)).request('eth_accounts'), [])
  assert.equal((await home.berth('grants', 'nobody')).code, 4)
})

test('damaged grants are set aside, and the log says so', async (t) => {
  const { home, record } = await started(t)
  await grant(record, app)
  await ok(home.berth('stop', 'alice'))
  const data = join(home.home, 'data', 'alice')
  appendFileSync(join(data, 'grants.json'), 'x')
  const damaged = readFileSync(join(data, 'grants.json'), 'utf8')
  assert.equal((await home.berth('grants', 'alice')).code, 1)
  await ok(home.berth('start', 'alice'))
  assert.match(await ok(home.berth('logs', 'alice')), /grants are damaged/)
  assert.equal(existsSync(join(data, 'grants.json')), false)
  const aside = readdirSync(data).find((name) => name.startsWith('grants.json.damaged-'))
  assert.equal(readFileSync(join(data, aside), 'utf8'), damaged)
  assert.deepEqual(JSON.parse(await ok(home.berth('grants', 'alice', '--json'))), [])
})

test('only who may administer decides and grants', async (t) => {
  const { record } = await started(t)
  const { token } = (await admin(record, 'POST', '/v1/tokens', { scope: 'connect' })).body
  for (const [method, path, body] of [['GET', '/v1/access'], ['GET', '/v1/approvals'], ['POST', '/v1/approvals/x', { decision: 'approve' }], ['GET', '/v1/grants'], ['POST', '/v1/grants', { origin: app }], ['DELETE', `/v1/grants?origin=${app}`]]) {
    assert.equal((await admin({ ...record, token }, method, path, body)).status, 403, `${method} ${path}`)
    // 429: after five guesses at once.
    const { status } = await admin({ ...record, token: 'A'.repeat(43) }, method, path, body)
    assert.ok([401, 429].includes(status), `${method} ${path}: ${status}`)
  }
  assert.equal((await admin(record, 'POST', '/v1/approvals/x', { decision: 'approve' })).status, 404)
  assert.equal((await admin(record, 'POST', '/v1/approvals/x', { decision: 'maybe' })).status, 400)
  for (const body of [{}, { origin: 'null' }, { origin: `${app}/` }, { origin: app, accounts: [] }, { origin: app, accounts: ['0x' + '11'.repeat(20)] }, { origin: app, more: 1 }])
    assert.equal((await admin(record, 'POST', '/v1/grants', body)).status, 400, JSON.stringify(body))
  assert.equal((await admin(record, 'DELETE', `/v1/grants?origin=${app}`)).status, 404)
  assert.equal((await admin(record, 'DELETE', '/v1/grants')).status, 400)
})

test('an administrator hears of every question and grant when it comes', async (t) => {
  const { home, record } = await started(t)
  const after = (revision) => admin(record, 'GET', `/v1/access?after=${revision}`)
  const { status, body: first } = await admin(record, 'GET', '/v1/access')
  assert.deepEqual([status, first.approvals, first.grants], [200, [], []])
  assert.deepEqual((await after(first.revision - 1)).body, first, 'at once: there was another before')

  const granted = after(first.revision)
  const early = await Promise.race([granted, admin(record, 'GET', '/v1/grants')])
  assert.equal(early.body.revision, undefined, 'it waits, others are answered')
  await grant(record, app)
  const { body: second } = await granted
  assert.deepEqual(second.grants.map(({ invoker }) => invoker), [app])

  const asked = after(second.revision)
  const page = await Page.open(t, record, app)
  const [account] = await page.request('eth_accounts')
  const denied = assert.rejects(page.request('personal_sign', ['0x01', account]), { code: 4001 })
  const { body: third } = await asked
  assert.deepEqual(third.approvals.map(({ content }) => content.hex), ['0x01'])
  const decided = after(third.revision)
  await ok(home.berth('deny', '--yes', third.approvals[0].id))
  await denied
  const { body: fourth } = await decided
  assert.deepEqual(fourth.approvals, [])

  const ended = after(fourth.revision)
  await ok(home.berth('stop', 'alice'))
  assert.equal((await ended).status, 503, 'ended, not cut off')
})

test('approve always asks nobody', async (t) => {
  const { home, record } = await started(t, '--approve', 'always')
  const page = await Page.open(t, record, app)
  const [account] = await page.request('eth_requestAccounts')
  assert.match(await page.request('personal_sign', ['0x00', account]), /^0x/)
  assert.deepEqual(await waiting(home), [])
})

test('a forward wallet asks, unless the profile says otherwise', async (t) => {
  const node = await anvil(t, await freePort())
  const { home } = await started(t, '--wallet', 'forward', '--upstream', node.url)
  const client = await viem(t, home)
  const [account] = await client.requestAddresses()
  const denied = assert.rejects(client.signMessage({ account, message: 'x' }), code(4001))
  const [question] = await questions(home)
  await ok(home.berth('deny', '--yes', question.id))
  await denied
})

test('one origin holds so many connections, others go on', async (t) => {
  const home = scratch(t, { portRange: portRange(20) })
  const file = join(home.home, 'config', 'config.json')
  const config = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...config, limits: { origin_connections: 2 } }))
  await ok(home.berth('profile', 'create', 'alice'))
  await ok(home.berth('start', 'alice'))
  const record = recordOf(home, 'alice')
  const first = await Page.open(t, record, app)
  await Page.open(t, record, app)
  await assert.rejects(Page.open(t, record, app), { status: 503 })
  await Page.open(t, record, local)
  await Page.open(t, record)
  first.leave()
})

test('berth approvals --watch --json tells what comes and goes', async (t) => {
  const { home, record } = await started(t, '--approve', 'ask')
  const page = await Page.open(t, record)
  const [account] = await page.request('eth_accounts')
  const watch = spawn(join(bin, 'berth'), ['approvals', '--watch', '--json'], { env: home.env, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => watch.kill())
  const lines = createInterface(watch.stdout)
  const next = async () => JSON.parse((await once(lines, 'line'))[0])
  const added = next()
  const denied = assert.rejects(page.request('personal_sign', ['0x01', account]), { code: 4001 })
  const { event, approval } = await added
  assert.deepEqual([event, approval.name, approval.content.hex], ['added', 'alice', '0x01'])
  const removed = next()
  await ok(home.berth('deny', '--yes', approval.id))
  await denied
  assert.equal((await removed).event, 'removed')
})
