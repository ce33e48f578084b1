// Where a token or a mnemonic could be seen by who must not see it.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gatewayHome, ok } from '../support/berth.js'
import { http, recordOf } from '../support/wire.js'
import { Host } from '../../provider/native_host/support/host.js'
import { kNotRoot, processesOf, traced } from './support/processes.js'
import { startTargets } from './support/targets.js'

function secretsOf(home, names) {
  const mnemonic = readFileSync(join(home.home, 'data', 'alice', 'mnemonic'), 'utf8').trim()
  return [mnemonic, ...names.map((name) => recordOf(home, name).token)]
}

const told = (text, secrets) => secrets.filter((secret) => text.includes(secret))

test('rows 16 and 36: no token and no mnemonic is in an argument, an environment, a log or a core', { skip: kNotRoot }, async (t) => {
  const home = await gatewayHome(t, { running: ['alice'] })
  home.hosts = []
  t.after(() => Promise.all(home.hosts.map((host) => host.end())))
  await ok(home.berth('profile', 'create', 'tool', '--', 'python3', '-m', 'http.server', '--bind', '127.0.0.1', '{port}'))
  await ok(home.berth('start', 'tool'))
  const host = new Host(home)
  await host.ask({ type: 'rpc', profile: 'alice', origin: 'https://app.example', request: { method: 'eth_accounts', params: [] } })
  const secrets = secretsOf(home, ['alice', 'tool', '@berthd'])

  const processes = processesOf(home)
  const names = processes.map(({ name }) => name)
  for (const name of ['berth-instance', 'berthd', 'berth-native-h', 'python3']) assert.ok(names.some((one) => one.startsWith(name)), `${name} runs: ${names}`)
  for (const { name, cmdline, environ, limits } of processes) {
    assert.deepEqual(told(cmdline + environ, secrets), [], name)
    if (name.startsWith('berth')) assert.match(limits, /Max core file size\s+0\s+0/, name)
  }

  const calls = [['call', 'alice', 'eth_chainId'], ['exec', 'alice', '--', 'true'], ['list', '--health'], ['approvals'], ['restart', 'alice', '--timeout', '60s'], ['ui']]
  for (const call of calls) {
    // A restart's instance is followed until it is stopped.
    const until = call[0] === 'restart' ? () => ok(home.berth('stop', 'alice')) : undefined
    const { trace } = await traced(['-v', '-e', 'trace=execve'], ['berth', ...call], { env: { ...home.env, BROWSER: 'true' }, until })
    assert.ok(trace.some((line) => line.includes('execve(')), call[0])
    assert.deepEqual(told(trace.join('\n'), secrets), [], call[0])
  }

  const logs = join(home.home, 'state', 'logs')
  assert.ok(readdirSync(logs).includes('alice.log'))
  for (const log of readdirSync(logs)) assert.deepEqual(told(readFileSync(join(logs, log), 'latin1'), secrets), [], log)
})

test('row 16: a token is taken from its header alone', async (t) => {
  const { targets } = await startTargets(t)
  for (const { name, port, authority, read, credentials } of targets) {
    const [, token] = /Bearer (.*)/.exec(credentials[0])
    const status = async (path, headers) => (await http(port, 'GET', path, { headers: { host: authority, ...headers } })).status
    assert.equal(await status(read, { authorization: `Bearer ${token}` }), 200, name)
    // 429: so much was guessed wrong just before.
    const refused = async (path, headers, what) => assert.match(String(await status(path, headers)), /^(401|429)$/, `${what}, at the ${name}`)
    for (const query of ['token', 'access_token', 'authorization', 'Authorization']) await refused(`${read}?${query}=${token}`, {}, query)
    for (const authorization of [token, `bearer ${token}`, `Bearer  ${token}`, `Bearer ${token}=`, `Bearer ${token.slice(0, -1)}`, `Bearer ${token}, Bearer ${token}`,
      `Basic ${Buffer.from(`:${token}`).toString('base64')}`, ['Bearer x', `Bearer ${token}`], 'Bearer ', `Bearer ${'A'.repeat(43)}`])
      await refused(read, { authorization }, authorization)
    await refused(read, { cookie: `token=${token}; authorization=Bearer ${token}` }, 'a cookie')
  }
})
