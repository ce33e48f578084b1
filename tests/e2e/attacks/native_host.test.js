// The native host in the hands of who is no browser.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '../support/berth.js'
import { frame, Host, kChromiumOrigin } from '../../provider/native_host/support/host.js'
import { homeWith, kApp, secretsIn } from '../../provider/native_host/support/home.js'
import { traced } from './support/processes.js'

test('row 45: a program that starts it by hand gets what its user has, and the user is asked', async (t) => {
  const home = await homeWith(t, ['alice'])
  const host = new Host(home, { args: [kChromiumOrigin] })
  const asks = (method, params, origin = kApp) => host.rpc({ profile: 'alice', origin }, method, params)
  assert.deepEqual((await asks('eth_accounts', [])).result, [])
  assert.equal((await asks('personal_sign', ['0x61', '0x0'])).error.code, 4100)
  // A page that was granted asks for each signature, whoever carries its words.
  assert.equal((await host.ask({ type: 'grant', profile: 'alice', origin: kApp })).type, 'done')
  const [account] = (await asks('eth_accounts', [])).result
  const signing = asks('personal_sign', ['0x61', account])
  const waiting = async () => JSON.parse(await ok(home.berth('approvals', '--json')))
  for (const end = performance.now() + 20_000; (await waiting()).length === 0;) assert.ok(performance.now() < end, 'a question')
  const [question] = await waiting()
  assert.equal(question.origin, kApp)
  await ok(home.berth('deny', '--yes', question.id))
  assert.equal((await signing).error.code, 4001)
  // Nor can it speak as one of the user's own programs, which nobody asks.
  for (const origin of [undefined, '', null]) assert.equal((await host.ask({ type: 'rpc', profile: 'alice', origin, request: { method: 'personal_sign', params: ['0x61', account] } })).code, 'invalid')
  assert.deepEqual(secretsIn(host.bytes, home, 'alice'), [])
})

test('row 46: nothing but whole frames is written to stdout, whatever goes wrong', async (t) => {
  const home = await homeWith(t, ['alice'])
  await ok(home.berth('profile', 'create', 'later'))
  await ok(home.berth('profile', 'create', 'broken', '--', 'false'))
  const messages = [
    { type: 'list' }, { type: 'nonsense', id: 1 }, { type: 'start', name: 'broken', id: 2 }, { type: 'start', name: 'nobody', id: 3 },
    { type: 'rpc', id: 4, profile: 'alice', origin: kApp, request: { method: 'eth_accounts', params: [] } }, { type: 'start', name: 'later', id: 5 },
  ]
  const input = Buffer.concat(messages.map((message) => frame(JSON.stringify(message))))
  const until = async () => {
    await ok(home.berth('wait', 'later', '--timeout', '30s'))
    await ok(home.berth('stop', 'later')) // it is followed too
  }
  const env = { ...home.env, BERTH_LOG_LEVEL: 'debug' }
  const { stdout, trace } = await traced(['-e', 'trace=write,writev,pwrite64,sendto,sendmsg'], ['berth-native-host', kChromiumOrigin], { env, input, until })
  const seen = []
  for (let at = 0; at < stdout.length; at += 4 + stdout.readUInt32LE(at)) seen.push(JSON.parse(stdout.subarray(at + 4, at + 4 + stdout.readUInt32LE(at))))
  assert.ok(seen.length >= messages.length, JSON.stringify(seen))
  // All of it by the host itself, none by a program that it started.
  const [pid] = trace[0].split(' ')
  const written = trace.filter((line) => line.startsWith(`${pid} `) && /^\d+ +\w+\(1, /.test(line)).map((line) => Number(/ = (\d+)$/.exec(line)[1]))
  assert.equal(written.reduce((all, bytes) => all + bytes, 0), stdout.length)
})
