// A question is told on the desktop: over a session bus of the test's own.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { ok } from './support/berth.js'
import { Page, recordOf } from './support/wire.js'
import { question } from './browser/support/approvals.js'
import { gatewayHome } from './browser/support/stage.js'

// Address of a bus that ends with the test.
async function sessionBus(t) {
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=1'], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => daemon.kill())
  const [line] = await once(createInterface(daemon.stdout), 'line')
  return line
}

// {text}: the lines of dbus-monitor from the first that matches `begin` to the
// first that matches `end`, once they have come. Listens when it returns.
async function overhear(t, address, begin, end) {
  const monitor = spawn('dbus-monitor', ['--address', address], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => monitor.kill())
  const lines = createInterface(monitor.stdout)
  await once(lines, 'line')
  const text = (async () => {
    const heard = []
    for await (const line of lines) {
      if (heard.length > 0 || begin.test(line)) heard.push(line)
      if (heard.length > 0 && end.test(line)) return heard.join('\n')
    }
    throw new Error('the bus has ended')
  })()
  return { text }
}

test('who asks is told on the desktop, not what is to be signed', async (t) => {
  const address = await sessionBus(t)
  const home = await gatewayHome(t, { running: ['bob'], berthd: false })
  home.env.DBUS_SESSION_BUS_ADDRESS = address
  const told = await overhear(t, address, /member=Notify$/, /int32 -1/)
  await ok(home.berth('up'))
  const origin = 'https://app.example'
  const page = await Page.open(t, recordOf(home, 'bob'), origin)
  page.request('eth_requestAccounts').catch(() => {})
  const text = await told.text
  assert.match(text, /destination=org\.freedesktop\.Notifications/)
  assert.match(text, /string "Berth: bob asks you"/)
  assert.match(text, /string "https:\/\/app\.example wants to use your accounts\. Decide/)
  assert.doesNotMatch(text, /0x/)
})

test('without a session bus questions wait all the same', async (t) => {
  const home = await gatewayHome(t, { running: ['bob'], berthd: false })
  home.env.DBUS_SESSION_BUS_ADDRESS = 'unix:path=/nowhere'
  await ok(home.berth('up'))
  const page = await Page.open(t, recordOf(home, 'bob'), 'https://app.example')
  const asked = page.request('eth_requestAccounts')
  const id = await question(home)
  await ok(home.berth('approve', '--yes', id))
  assert.equal((await asked).length, 10)
})
