// Hostile requests over raw sockets. Of each: the refusal, nothing else in it,
// and a port that goes on serving; at the end nothing that was asked was done.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listed } from '../support/berth.js'
import { http, recordOf } from '../support/wire.js'
import { answerTo, kRequests } from './support/requests.js'
import { kName, startTargets } from './support/targets.js'

function refuses(answer, status, secrets, what) {
  assert.equal(answer.split(' ')[1], String(status), `${what}: ${answer.slice(0, 200)}`)
  assert.doesNotMatch(answer, /access-control-|set-cookie/i, what)
  assert.match(answer, /\r\nX-Content-Type-Options: nosniff\r\n/, what)
  for (const secret of secrets) assert.ok(!answer.includes(secret), `${what} tells ${secret}`)
}

test('instance and gateway refuse what is hostile, and go on', async (t) => {
  const { home, targets, secrets } = await startTargets(t)
  const { id } = recordOf(home, kName)
  for (const [name, cases] of Object.entries(kRequests))
    await t.test(name, async () => {
      for (const target of targets)
        for (const [what, status, request] of cases) {
          const at = `${what}, at the ${target.name}`
          refuses(await answerTo(target, request), status[target.name] ?? status, secrets, at)
          assert.equal((await http(target.port, 'GET', '/health')).status, 200, `after ${at}`)
        }
    })
  const instance = await listed(home, kName)
  assert.deepEqual([instance.status, instance.id], ['running', id], 'nothing was done')
})
