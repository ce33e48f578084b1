// Runs the real programs in a scratch BERTH_HOME, which ends with the test.
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync, mkdirSync, chmodSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const bin = process.env.BERTH_BIN
if (!bin) throw new Error('set BERTH_BIN to the directory of the built programs')

// {code, stdout, stderr}; never throws for a code.
export function run(file, args, { env, input } = {}) {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr })
    })
    if (input !== undefined) child.stdin.end(input)
  })
}

// A home of its own: berth(...args) runs the launcher in it.
export function scratch(test, { portRange } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'berth-e2e-'))
  const env = { PATH: process.env.PATH, HOME: home, BERTH_HOME: home, BERTH_BERTHD: 'off', LANG: 'C.UTF-8' }
  for (const name of ['ASAN_OPTIONS', 'UBSAN_OPTIONS', 'DBUS_SYSTEM_BUS_ADDRESS'])
    if (process.env[name]) env[name] = process.env[name]
  if (portRange) {
    mkdirSync(join(home, 'config'), { mode: 0o700 })
    chmodSync(join(home, 'config'), 0o700)
    writeFileSync(join(home, 'config', 'config.json'), JSON.stringify({ port_range: portRange }), { mode: 0o600 })
  }
  const berth = (...args) => run(join(bin, 'berth'), args, { env })
  test.after(async () => {
    await berth('stop', '--all', '--force')
    rmSync(home, { recursive: true, force: true })
  })
  return { home, env, berth, registry: join(home, 'run', 'instances') }
}

// A home whose gateway is at `gateway`; `running` are started.
export async function gatewayHome(test, { running = ['alice', 'bob', 'carol'], berthd = true } = {}) {
  let home
  test.after(() => home?.berth('down'))
  home = scratch(test, { portRange: portRange(20) })
  home.gateway = await freePort()
  home.env.BERTH_GATEWAY_PORT = String(home.gateway)
  if (running.length > 0) await ok(home.berth('start', '--create', ...running))
  if (berthd) await ok(home.berth('up'))
  return home
}

// The launcher must succeed; its stdout without the last newline.
export async function ok(promise) {
  const { code, stdout, stderr } = await promise
  if (code !== 0) throw new Error(`exit ${code}: ${stderr || stdout}`)
  return stdout.trimEnd()
}

// One object of `berth list --json --all`.
export async function listed(home, name) {
  const all = JSON.parse(await ok(home.berth('list', '--all', '--json')))
  return all.find((instance) => instance.name === name)
}

// A port that was free a moment ago, for programs that cannot be told 0. Above
// portRange()'s, and below those that the kernel gives to whoever connects.
export async function freePort() {
  for (;;) {
    const port = 27500 + Math.floor(Math.random() * 5000)
    if (await isFree(port)) return port
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

// A range of `count` ports below the ephemeral ones; where tests of several
// programs meet in it, instances just move on to the next free port.
export function portRange(count) {
  const first = 12000 + Math.floor(Math.random() * 15000)
  return `${first}-${first + count - 1}`
}

// A real node. Ends with the test.
export async function anvil(test, port, args = []) {
  const child = spawn(anvilPath(), ['--port', String(port), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  test.after(() => child.kill('SIGKILL'))
  await new Promise((resolve, reject) => {
    let text = ''
    child.once('exit', (code) => reject(new Error(`anvil ended with ${code}`)))
    child.stdout.on('data', (chunk) => {
      text += chunk
      if (text.includes('Listening on')) resolve()
    })
  })
  return { url: `http://127.0.0.1:${port}`, child }
}

import { createRequire } from 'node:module'
export function anvilPath() {
  const require = createRequire(import.meta.url)
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  return require.resolve(`@foundry-rs/anvil-linux-${arch}/bin/anvil`)
}
