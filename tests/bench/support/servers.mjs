// Servers that answer eth_chainId over WebSocket: {pid, port}, until `undo` ends
// them.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { program, scratchHome, startReady } from './programs.mjs'

const execute = promisify(execFile)

// Limits that nobody meets here, but that count every message.
const kLimits = { connections: 2000, connections_unproven: 2000, connection_messages_per_second: 1e6, connection_messages_burst: 1e6 }

// A wallet of Berth's; `run` is the launcher beside it. `settings`: of its
// profile, as `berth profile create` has them.
export async function berth(undo, { settings = [], env: more = {} } = {}) {
  const { home, env: own, registry } = scratchHome(undo)
  const env = { ...own, BERTH_MDNS: 'off', ...more }
  const run = (...args) => execute(program('berth'), args, { env })
  mkdirSync(join(home, 'config'), { mode: 0o700 })
  writeFileSync(join(home, 'config', 'config.json'), JSON.stringify({ limits: kLimits }), { mode: 0o600 })
  await run('profile', 'create', 'bench', ...settings)
  undo.add(() => run('stop', '--all', '--force'))
  await run('start', 'bench')
  const record = join(registry, 'bench.json')
  const { pid, port } = JSON.parse(readFileSync(record, 'utf8'))
  return { pid, port, record, run }
}

export const bareBeast = (undo) => serverOf(undo, program('bench-bare-beast'), [])

export const nodeWs = (undo) => serverOf(undo, process.execPath, [fileURLToPath(new URL('../peers/node_ws.mjs', import.meta.url))])

// A real node: of the package for this platform, since `anvil` of the package
// above it is a script that would only start it.
export async function anvil(undo) {
  const modules = fileURLToPath(new URL('../../node_modules/@foundry-rs/', import.meta.url))
  const file = readdirSync(modules).map((name) => join(modules, name, 'bin', 'anvil')).find(existsSync)
  if (!file) throw new Error('no anvil: run tests/server/anvil/install first')
  const child = await startReady(undo, file, ['--port', '0'], { ready: 'Listening on 127.0.0.1:', detached: true })
  undo.add(() => child.kill())
  return { pid: child.pid, port: child.said.match(/Listening on 127\.0\.0\.1:(\d+)/)[1] }
}

// In a session of its own, as a wallet is: the kernel shares out the CPU by
// sessions (sched(7), autogroup).
async function serverOf(undo, file, args) {
  const child = await startReady(undo, file, args, { ready: '\n', detached: true })
  return { pid: child.pid, port: child.said.match(/^ready (\d+)/)[1] }
}
