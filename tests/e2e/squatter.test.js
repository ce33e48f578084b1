// A stranger on the port of an instance that died: from every client it gets
// a handshake that tells it nothing, and never a token, a request, a signature.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'berth-provider/node'
import { bin, ok, portRange, run, scratch } from './support/berth.js'
import { heardNothing, liesInHello, takePlace } from './support/squatter.js'

// A stranger in the place of bob, in a home of its own.
async function squat(t, reply) {
  const home = scratch(t, { portRange: portRange(20) })
  await ok(home.berth('profile', 'create', 'bob'))
  await ok(home.berth('start', 'bob'))
  return { home, ...(await takePlace(t, home, 'bob', reply)) }
}

for (const [how, reply] of [
  ['lies in its hello', liesInHello],
  ['closes', () => null],
  ['speaks plain HTTP', () => 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
]) {
  test(`row 26: a squatter that ${how} gets nothing from berth call`, async (t) => {
    const world = await squat(t, reply)
    const { code, stdout, stderr } = await world.home.berth('call', 'bob', 'personal_sign', '["0x61","0x0"]')
    assert.notEqual(code, 0)
    assert.equal(stdout, '')
    assert.match(stderr, /^berth: /)
    heardNothing(world)
  })

  test(`row 26: a squatter that ${how} gets nothing from berth exec`, async (t) => {
    const world = await squat(t, reply)
    const { code, stdout } = await world.home.berth('exec', 'bob', '--', '/bin/echo', 'ran')
    assert.equal(code, 125)
    assert.equal(stdout, '')
    heardNothing(world)
  })

  test(`row 26: a squatter that ${how} gets nothing from the native dApp`, async (t) => {
    const world = await squat(t, reply)
    const { code } = await run(join(bin, 'berth-demo'), ['bob'], { env: world.home.env })
    assert.notEqual(code, 0)
    heardNothing(world)
  })

  test(`row 26: a squatter that ${how} gets nothing from Node`, async (t) => {
    const world = await squat(t, reply)
    await assert.rejects(connect('bob', { directory: world.home.registry, timeoutMs: 3000 }))
    heardNothing(world)
  })
}
