// pm2 with a daemon and a home of its own.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { output } from '../support/machine.mjs'
import { scratchDirectory } from '../support/programs.mjs'

const directory = fileURLToPath(new URL('../node_modules/pm2', import.meta.url))

// Ready once it listens; and the smallest that can be listed.
const kServer = { script: fileURLToPath(new URL('../programs/ready_server.cjs', import.meta.url)), wait_ready: true }
const kSleep = { script: '/bin/sleep', args: 'infinity', interpreter: 'none' }

export const who = 'pm2'
export const missing = () => version() ? undefined : 'npm did not install it'

export function version() {
  try {
    return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).version
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

// {home, env, words}: a daemon of its own, warm, and how a command of it begins.
function daemon(undo) {
  const home = scratchDirectory(undo)
  const env = { PATH: process.env.PATH, HOME: home, PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: 'true' }
  const words = [process.execPath, join(directory, 'bin', 'pm2')]
  undo.add(() => output([...words, 'kill'], { env }))
  output([...words, 'ping'], { env })
  return { home, env, words }
}

// {start, stop, list, env}: the commands for `count` of an app.
export function startable(undo, count, app = kServer) {
  const { home, env, words } = daemon(undo)
  const file = join(home, 'apps.json')
  const apps = Array.from({ length: count }, (_, i) => ({ name: `p${i}`, ...app }))
  writeFileSync(file, JSON.stringify({ apps }))
  return { start: [...words, 'start', file], stop: [...words, 'delete', 'all'], list: [...words, 'list'], env }
}

export function list(undo, count) {
  const { start, list, env } = startable(undo, count, kSleep)
  output(start, { env })
  return { command: list, env }
}
