// What /proc and strace tell of the programs that run.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bin } from '../../support/berth.js'

// Programs of Berth show nothing of themselves to other programs of their user.
export const kNotRoot = process.geteuid() !== 0 && 'only root can look into a program that hides itself'

const read = (pid, file) => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return '' // it has ended, or keeps even us from it
  }
}

// Those that run in the home: {pid, name, cmdline, environ, limits}.
export function processesOf(home) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => ({
    pid: Number(pid),
    name: read(pid, 'comm').trim(),
    cmdline: read(pid, 'cmdline'),
    environ: read(pid, 'environ'),
    limits: read(pid, 'limits'),
  })).filter(({ environ }) => environ.includes(home.home))
}

// {number: what it is} of the descriptors of a process.
export function descriptorsOf(pid) {
  const entries = []
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      entries.push([fd, readlinkSync(`/proc/${pid}/fd/${fd}`)])
    } catch {
      // closed meanwhile
    }
  }
  return Object.fromEntries(entries)
}

// Runs a program of Berth, and all that it starts, under strace with these
// options; ends with the last of them, or after a minute by force. `until`: called
// once it has written something to stdout. {code, stdout, trace}, with one line
// for each call.
export async function traced(options, [program, ...args], { env, cwd, input, until } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'berth-trace-'))
  const file = join(directory, 'trace')
  try {
    // LeakSanitizer cannot run under another tracer.
    const own = { ...env, ASAN_OPTIONS: `${env.ASAN_OPTIONS ?? ''}:detect_leaks=0` }
    const strace = spawn('strace', ['-f', '-qq', '-s', '65536', ...options, '-o', file, join(bin, program), ...args], { env: own, cwd, stdio: ['pipe', 'pipe', 'inherit'],
      timeout: 60_000, killSignal: 'SIGKILL' })
    const closed = once(strace, 'close')
    const stdout = []
    strace.stdout.on('data', (chunk) => stdout.push(chunk))
    if (input) strace.stdin.write(input)
    if (until) {
      await Promise.race([once(strace.stdout, 'data'), closed])
      await until()
    }
    strace.stdin.end()
    const [code, signal] = await closed
    assert.equal(signal, null, `${program} ${args} under strace`)
    return { code, stdout: Buffer.concat(stdout), trace: readFileSync(file, 'latin1').split('\n') }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
