// The built programs, and a home for them that ends with the measure.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const bin = resolve(process.env.BERTH_BIN ?? 'build/release/bin')

// The path of a program of the release build.
export const program = (name) => join(bin, name)

// What must be undone, last first, by `end()`: all of it, whatever fails; the
// first failure is thrown then.
export class Undo {
  #steps = []

  add(step) {
    this.#steps.push(step)
  }

  async end() {
    const failures = []
    while (this.#steps.length > 0) {
      try {
        await this.#steps.pop()()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}

// An empty one, gone with the measure.
export function scratchDirectory(undo) {
  const directory = mkdtempSync(join(tmpdir(), 'berth-bench-'))
  undo.add(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

// {home, env, registry}: an empty BERTH_HOME that knows nothing of the user's.
export function scratchHome(undo) {
  const home = scratchDirectory(undo)
  const env = { PATH: process.env.PATH, HOME: home, BERTH_HOME: home, BERTH_BERTHD: 'off', LANG: 'C.UTF-8' }
  return { home, env, registry: join(home, 'run', 'instances') }
}

// A value of BERTH_PORT_RANGE: below what the kernel gives to those who connect,
// and not what a benchmark beside this one takes.
export function portRangeOf(count) {
  const first = 20000 + (process.pid % 100) * 100
  return `${first}-${first + count - 1}`
}

// Starts a program that says `ready` on its stdout, and lives until `undo` ends
// it by the end of its stdin, and by SIGKILL where that was not enough.
export async function startReady(undo, file, args, { env, ready = 'ready', detached = false } = {}) {
  const child = spawn(file, args, { env, detached, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  undo.add(async () => {
    child.stdin.end()
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(timer)
  })
  child.said = ''
  child.stdout.setEncoding('utf8').on('data', (data) => { child.said += data })
  await said(child, ready)
  return child
}

// Until a program of startReady() has said it; its stdout is in `said`.
export function said(child, words) {
  return new Promise((resolve, reject) => {
    const look = () => {
      const ended = child.stdout.readableEnded
      if (child.said.includes(words)) resolve()
      else if (ended) reject(new Error(`${child.spawnfile} ended before it said "${words}"`))
      else return
      child.stdout.off('data', look).off('end', look)
    }
    child.stdout.on('data', look).on('end', look)
    look()
  })
}
