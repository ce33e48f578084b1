// What the extension costs, in a real Chromium: page -> instance -> page, one
// request after the other; from an instance's record to its provider in an open
// page; and the native host by itself: its first list, its memory, how often it
// wakes up. Prints; it judges nothing.
// Usage: node tests/bench/extension.mjs BIN_DIRECTORY
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'

process.env.BERTH_BIN = path.resolve(process.argv[2] ?? 'build/release/bin')
const { ok } = await import('../e2e/support/berth.js')
const { stage, homeWith } = await import('../e2e/extension/support/stage.js')
const { grant } = await import('../e2e/extension/support/grants.js')
const { walletsPage } = await import('../e2e/extension/support/wallets.js')
const { frame, kChromiumOrigin } = await import('../provider/native_host/support/host.js')
const { print, timeRequests } = await import('./support/requests.mjs')

const inOrder = (numbers) => numbers.sort((a, b) => a - b)

async function requests(it) {
  await grant(it.home, 'bob', it.sites.publicOrigin())
  const dapp = await it.open(it.sites.publicOrigin())
  await dapp.announced('Berth: bob')
  await timeRequests('public page -> extension -> instance and back', dapp.page, () => window.wallets.provider('Berth: bob'))
}

// A page that knows no wallet of that name before it starts, each time.
async function appearances(it) {
  const taken = []
  await grant(it.home, 'alice', it.sites.publicOrigin())
  for (let i = 0; i < 10; i += 1) {
    await ok(it.home.berth('stop', 'alice'))
    const dapp = await it.open(it.sites.publicOrigin())
    await dapp.announced('Berth: bob')
    await dapp.page.evaluate(() => {
      window.appeared = new Promise((resolve) => {
        window.addEventListener('eip6963:announceProvider', ({ detail }) => {
          if (detail.info.name === 'Berth: alice') resolve(performance.timeOrigin + performance.now())
        })
      })
    })
    await ok(it.home.berth('start', 'alice'))
    const ready = Date.now()
    taken.push(Math.max(0, await dapp.page.evaluate(() => window.appeared) - ready))
    await dapp.page.close()
  }
  print('berth start has returned -> provider in an open page', inOrder(taken))
}

const status = (pid, key) => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1])

function startHost(home) {
  const child = spawn(path.join(process.env.BERTH_BIN, 'berth-native-host'), [kChromiumOrigin], { env: home.env, stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.write(frame('{"type":"watch"}'))
  return child
}

async function host(home) {
  const taken = []
  for (let i = 0; i < 50; i += 1) {
    const before = performance.now()
    const child = startHost(home)
    await once(child.stdout, 'data')
    taken.push(performance.now() - before)
    child.stdin.end()
    await once(child, 'exit')
  }
  print('native host: spawned -> first list of 3', inOrder(taken))
  const child = startHost(home)
  await once(child.stdout, 'data')
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const switches = () => status(child.pid, 'voluntary_ctxt_switches')
  const before = switches()
  await new Promise((resolve) => setTimeout(resolve, 30_000))
  console.log(`native host, idle for 30 s: ${switches() - before} wake-ups, ${(status(child.pid, 'VmRSS') / 1024).toFixed(1)} MiB resident`)
  child.stdin.end()
}

const ends = []
const t = { after: (end) => ends.push(end) }
try {
  await host(await homeWith(t, ['alice', 'bob', 'carol']))
  const it = await stage(t, { site: { files: { '/': walletsPage() } } })
  await requests(it)
  await appearances(it)
} finally {
  for (const end of ends) await end()?.catch(({ message }) => console.error(message))
}
