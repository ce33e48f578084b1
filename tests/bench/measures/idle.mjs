// What a wallet takes that nobody uses, as most of several do.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { httpsNode } from '../support/https_node.mjs'
import { idle, settle } from '../support/idle.mjs'
import { scratchHome, Undo } from '../support/programs.mjs'
import { counted, kBerth, kFloor } from '../support/rows.mjs'
import { bareBeast, berth, nodeWs } from '../support/servers.mjs'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))

// Beside an avahi-daemon of its own; undefined where that cannot be here.
async function withMdns(milliseconds) {
  try {
    const { stdout } = await promisify(execFile)(path('../../with_mdns'), [process.execPath, path('../programs/idle_with_mdns.mjs'), String(milliseconds)])
    return JSON.parse(stdout)
  } catch (error) {
    if (error.code !== 77) throw error
    console.error(error.stderr.trim())
  }
}

// A wallet that has spoken to its node over TLS, long after its start.
async function afterTls(undo) {
  const { url, authorities } = await httpsNode(undo, scratchHome(undo).home)
  const wallet = await berth(undo, { settings: ['--upstream', url], env: { SSL_CERT_FILE: authorities } })
  await settle()
  await wallet.run('call', 'bench', 'eth_blockNumber')
  return wallet
}

export async function measure({ quick }) {
  const milliseconds = quick ? 5000 : 60_000
  const undo = new Undo()
  try {
    const servers = {
      [kBerth]: await berth(undo),
      'berth after TLS': await afterTls(undo),
      [kFloor]: await bareBeast(undo),
      'Node ws': await nodeWs(undo),
    }
    const pids = Object.fromEntries(Object.entries(servers).map(([who, { pid }]) => [who, pid]))
    const [results, published] = await Promise.all([idle(pids, milliseconds), withMdns(milliseconds)])
    if (published) results['berth with mDNS'] = published
    const rows = (what, unit, of) => Object.entries(results).map(([who, result]) => counted(`idle instance, ${what}`, who, unit, of(result)))
    return [
      ...rows('resident', 'MiB', ({ resident }) => resident),
      ...rows('wake-ups in a minute', '1/min', ({ wakeUps }) => wakeUps),
      ...rows('descriptors', '', ({ descriptors }) => descriptors),
    ]
  } finally {
    await undo.end()
  }
}
