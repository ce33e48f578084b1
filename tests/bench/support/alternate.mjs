import { execFileSync } from 'node:child_process'
import { program } from './programs.mjs'

// Runs each command to its end, in turn, `rounds` times after one that warms:
// {who: [word, ...]} to {who: {milliseconds: [], memory}}; `memory` in MiB is
// the most of all runs. Throws where one fails.
export function alternate(commands, { rounds, env = process.env }) {
  const names = Object.keys(commands)
  if (names.length === 0) return {}
  const words = names.flatMap((who) => [...commands[who], ';'])
  const text = execFileSync(program('bench-alternate'), [String(rounds), ...words], { env, encoding: 'utf8', maxBuffer: 1 << 26 })
  const results = Object.fromEntries(names.map((who) => [who, { milliseconds: [], memory: 0 }]))
  for (const line of text.trim().split('\n')) {
    const [index, microseconds, kibibytes] = line.split(' ').map(Number)
    const result = results[names[index]]
    result.milliseconds.push(microseconds / 1000)
    result.memory = Math.max(result.memory, kibibytes / 1024)
  }
  return results
}
