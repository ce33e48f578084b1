// The guards of guards.txt, whose format is at its top.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

export const kRoot = fileURLToPath(new URL('../..', import.meta.url))

// What each line of a guard may begin with, and what it is then.
const kLines = [
  [/^ {2}in (\S+)$/, (guard, [, file]) => { guard.file = file }],
  [/^ {2}- ?(.*)$/, (guard, [, line]) => { guard.search.push(line) }],
  [/^ {2}\+ ?(.*)$/, (guard, [, line]) => { guard.replacement.push(line) }],
  [/^ {2}build (\S+)$/, (guard, [, target]) => { guard.targets.push(target) }],
  [/^ {2}by (\S+): (.+)$/, (guard, [, program, name]) => { guard.test = { program, name } }],
]

function readLine(guards, line) {
  if (/^\S/.test(line)) {
    guards.push({ name: line, search: [], replacement: [], targets: [] })
    return
  }
  const found = kLines.find(([form]) => form.test(line))
  if (!found || guards.length === 0) throw new Error(`guards.txt: what is this? ${line}`)
  found[1](guards.at(-1), line.match(found[0]))
}

function finish(guard) {
  if (!guard.file || guard.search.length === 0 || !guard.test)
    throw new Error(`guards.txt: ${guard.name} lacks in, - or by`)
  const isNode = guard.test.program.endsWith('.js')
  return {
    ...guard,
    isNode,
    search: guard.search.join('\n'),
    replacement: guard.replacement.join('\n'),
    targets: isNode ? guard.targets : [guard.test.program],
  }
}

/** `{name, file, search, replacement, targets, isNode, test: {program, name}}` of each. */
export function readGuards() {
  const guards = []
  for (const line of readFileSync(join(kRoot, 'tests/sabotage/guards.txt'), 'utf8').split('\n'))
    if (line.trim() !== '' && !line.startsWith('#')) readLine(guards, line)
  return guards.map(finish)
}

/** How often `text` has the guard's code. */
export const countIn = (text, { search }) => text.split(search).length - 1

/** A regular expression for this very text. */
export const asPattern = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The source in which the guard's test is, or the folder of a Catch2 program's. */
export const testSource = ({ isNode, test }) =>
  isNode ? `tests/${test.program}` : `tests/${test.program.replace(/_test$/, '').replaceAll('_', '/')}`
