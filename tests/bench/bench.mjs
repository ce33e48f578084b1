// Measures Berth beside the floor of the machine and beside what a user would
// take instead. Prints one table; it judges nothing but the targets.
// Usage: node tests/bench/bench.mjs [--quick] [--out DIRECTORY] [MEASURE...]
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { peers } from './peers/all.mjs'
import { toJson } from './report/json.mjs'
import { describe } from './report/machine.mjs'
import { toMarkdown } from './report/markdown.mjs'
import { toSvg } from './report/plot.mjs'
import { printTable, printTargets } from './report/table.mjs'
import { program } from './support/programs.mjs'
import { judged } from './targets.mjs'

const kMeasures = [
  'list', 'find', 'notice', 'start', 'idle', 'connections', 'rpc', 'forward', 'size', 'native_host', 'manager', 'page', 'extension', 'build',
]

const { values: { quick = false, out }, positionals } = parseArgs({
  options: { quick: { type: 'boolean' }, out: { type: 'string' } }, allowPositionals: true,
})
for (const name of positionals)
  if (!kMeasures.includes(name)) throw new Error(`no measure "${name}": there are ${kMeasures.join(', ')}`)
// For what the measures take of tests/e2e.
process.env.BERTH_BIN = program('')
const names = positionals.length > 0 ? positionals : kMeasures

// One that fails is told of, and leaves the figures of the others.
async function rowsOf(name) {
  console.error(`measuring ${name} ...`)
  try {
    const { measure } = await import(`./measures/${name}.mjs`)
    return await measure({ quick })
  } catch (error) {
    console.error(`${name} failed: ${error.stack}`)
    process.exitCode = 1
    return []
  }
}

function write(report, directory) {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'results.json'), toJson(report))
  writeFileSync(join(directory, 'results.md'), toMarkdown(report))
  writeFileSync(join(directory, 'results.svg'), toSvg(report))
}

const rows = []
for (const name of names) rows.push(...await rowsOf(name))
const report = { machine: describe(peers, quick), rows, targets: judged(rows) }
printTable(rows)
printTargets(report.targets)
// Those that are shown are of whole runs.
const whole = !quick && positionals.length === 0
const directory = out ?? fileURLToPath(new URL(whole ? './results' : '../../build/bench', import.meta.url))
write(report, directory)
console.log(`\nwritten: ${resolve(directory)}`)
