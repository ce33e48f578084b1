// What a process takes while nobody asks it for anything.
import { setTimeout as delay } from 'node:timers/promises'
import { descriptors, resident, waits } from './process.mjs'

// Until what a start has begun is over.
export const settle = () => delay(3000)

// {who: {resident, wakeUps, descriptors}} of {who: pid}: MiB, and in a minute.
export async function idle(pids, milliseconds) {
  const each = (of) => Object.fromEntries(Object.entries(pids).map(([who, pid]) => [who, of(pid, who)]))
  await settle()
  const before = each(waits)
  await delay(milliseconds)
  return each((pid, who) => ({
    resident: resident(pid),
    wakeUps: (waits(pid) - before[who]) / milliseconds * 60_000,
    descriptors: descriptors(pid),
  }))
}
