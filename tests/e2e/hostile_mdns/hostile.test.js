// What others send by mDNS: packets that are none, goodbyes and redirections in
// our name, and more records than anybody has.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { listed, ok, portRange, scratch } from '../support/berth.js'
import { daemonRuns, pidOf, serviceName, within } from '../support/mdns.js'

const kProgram = fileURLToPath(new URL('hostile.py', import.meta.url))

test('rows 40 to 42: malformed packets, goodbyes, redirections and a flood change nothing of what is listed', async (t) => {
  await daemonRuns()
  const daemon = pidOf('avahi')
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('start', 'alice', '--create'))
  const alice = await listed(home, 'alice')
  const list = async () => JSON.parse(await ok(home.berth('list', '--mdns', '--json')))
  const published = async () => (await list()).find(({ name }) => name === 'alice').mdns.name === serviceName(alice.id)
  await within(20_000, 'published', published)

  const trap = createServer(() => trap.visits++).listen(0, '127.0.0.1')
  trap.visits = 0
  t.after(() => trap.close())
  await once(trap, 'listening')
  const sent = execFileSync('python3', [kProgram, serviceName(alice.id), String(trap.address().port)], { encoding: 'utf8', timeout: 60_000 })
  t.diagnostic(`${sent.trim()} packets sent`)

  const heard = execFileSync('avahi-browse', ['-tp', '_berth._tcp'], { encoding: 'utf8' }).split('\n').filter((line) => /;n\d+;/.test(line)).length
  t.diagnostic(`${heard} records of them in the daemon`)
  assert.ok(heard > 100)

  const begin = performance.now()
  const all = await list()
  t.diagnostic(`listed in ${Math.round(performance.now() - begin)} ms`)
  assert.ok(performance.now() - begin < 10_000)
  // What mDNS says of it may find no room beside the flood: it is a hint.
  assert.deepEqual(all.map(({ name, port, id }) => [name, port, id]), [['alice', alice.port, alice.id]], 'and nobody of the flood')
  assert.equal(JSON.parse(await ok(home.berth('call', 'alice', 'eth_chainId'))), '0x7a69')
  assert.equal(trap.visits, 0)
  assert.equal(pidOf('avahi'), daemon)
  process.kill(daemon, 0)
})
