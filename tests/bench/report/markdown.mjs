// The result as Markdown: a line for each thing that was measured.
import { kBerth, kFloor, rowOf } from '../support/rows.mjs'
import { byWhat, figure, reachedInWords, seenInWords, timesOurs } from './format.mjs'

const both = (row) => !row ? '' : row.count === 1 ? figure(row.median, row.unit)
  : `${figure(row.median, row.unit)} (${figure(row.p99, row.unit)})`
const memory = (row) => row.memory === undefined ? '' : `, ${figure(row.memory, 'MiB')}`
const ratio = (row, rows) => timesOurs(row, rows) ? `, ${timesOurs(row, rows)}` : ''

function line({ what, rows }) {
  const [ours, floor] = [kBerth, kFloor].map((who) => rowOf(rows, what, who))
  const others = rows.filter((row) => row !== ours && row !== floor)
    .map((row) => `${row.who} ${figure(row.median, row.unit)}${ratio(row, rows)}${memory(row)}`)
  return [what, ours ? both(ours) + memory(ours) : '', both(floor), others.join('<br>')]
}

const table = (lines) => [lines[0], lines[0].map(() => '---'), ...lines.slice(1)]
  .map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const machineInWords = ({ date, form, cores, cpu, kernel, versions }) =>
  `Taken ${date}, ${form} form, on ${cores} cores of ${cpu}, ${kernel}, with ` +
  `${Object.entries(versions).map(([who, version]) => `${who} ${version}`).join(', ')}.`

export const toMarkdown = ({ machine, rows, targets }) => `${machineInWords(machine)}

Medians, in brackets the 99th of 100; of others also how many times what Berth takes. The floor is the least that a
program can do that does this.

${table([['what', 'Berth', 'floor', 'others'], ...byWhat(rows).map(line)])}

${table([['target', 'bound', 'seen', ''],
    ...targets.map((target) => [target.text, `${target.bound} ${target.unit}`, seenInWords(target), reachedInWords(target)])])}
`
