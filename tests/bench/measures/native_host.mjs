// The program behind the extension, by itself: from spawn to its first list of
// three instances, its memory, and how often it wakes up.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { frame, kChromiumOrigin } from '../../provider/native_host/support/host.js'
import { output } from '../support/machine.mjs'
import { portRangeOf, program, scratchHome, Undo } from '../support/programs.mjs'
import { resident, waits } from '../support/process.mjs'
import { counted, kBerth, timed } from '../support/rows.mjs'

const kMinute = 60_000

async function startHost(env) {
  const child = spawn(program('berth-native-host'), [kChromiumOrigin], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.write(frame('{"type":"watch"}'))
  await once(child.stdout, 'data')
  return child
}

async function firstLists(env, rounds) {
  const taken = []
  for (let i = 0; i < rounds; ++i) {
    const before = performance.now()
    const child = await startHost(env)
    taken.push(performance.now() - before)
    child.stdin.end()
    await once(child, 'exit')
  }
  return timed('native host: spawned, to its first list of 3', kBerth, 'ms', taken)
}

async function idle(env, time) {
  const child = await startHost(env)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const before = waits(child.pid)
  await new Promise((resolve) => setTimeout(resolve, time))
  const [memory, woken] = [resident(child.pid), waits(child.pid) - before]
  child.stdin.end()
  await once(child, 'exit')
  return [
    counted('native host, resident', kBerth, 'MiB', memory),
    counted('native host, wake-ups in a minute', kBerth, '', woken * kMinute / time),
  ]
}

export async function measure({ quick }) {
  const undo = new Undo()
  try {
    const { env: usual } = scratchHome(undo)
    const env = { ...usual, BERTH_PORT_RANGE: portRangeOf(10) }
    const call = (...words) => output([program('berth'), ...words], { env })
    undo.add(() => call('stop', '--all', '--force'))
    call('start', '--create', 'alice', 'bob', 'carol')
    return [await firstLists(env, quick ? 10 : 50), ...quick ? [] : await idle(env, kMinute)]
  } finally {
    await undo.end()
  }
}
