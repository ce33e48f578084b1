// Who has shown nothing learns nothing of what runs, by whatever it sends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Gateway } from '../browser/support/gateway.js'
import { gatewayHome, ok } from '../support/berth.js'
import { answerTo, kRequests } from './support/requests.js'
import { gatewayTarget, kName } from './support/targets.js'

const undated = (answer) => answer.replace(/^date: .*$/im, '')

async function answers(target) {
  const all = {}
  for (const [name, cases] of Object.entries(kRequests))
    for (const [what, , request] of cases) all[`${name}: ${what}`] = undated(await answerTo(target, request))
  return all
}

test('row 24: every refusal of the gateway is the same byte for byte with 0 and with 10 instances', async (t) => {
  const home = await gatewayHome(t, { running: [] })
  const target = gatewayTarget(await Gateway.at(home.gateway))
  const none = await answers(target)
  await ok(home.berth('start', '--create', kName, ...Array.from({ length: 9 }, (_, i) => `wallet${i}`)))
  assert.deepEqual(await answers(target), none)
})
