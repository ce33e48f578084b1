// The result as text.
import { byWhat, figure, reachedInWords, seenInWords, timesOurs } from './format.mjs'

const line = (row, rows, first) => [
  first ? row.what : '', row.who, figure(row.median, row.unit), row.count === 1 ? '' : figure(row.p99, row.unit),
  timesOurs(row, rows) ?? '', row.memory === undefined ? '' : figure(row.memory, 'MiB'),
]

function print(lines) {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((cells) => cells[i].length)))
  for (const cells of lines) console.log(cells.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd())
}

// `beside`: how many times what Berth takes.
export function printTable(rows) {
  print([['what', 'who', 'median', 'p99', 'beside', 'memory'],
    ...byWhat(rows).flatMap(({ rows: of }) => of.map((row, i) => line(row, of, i === 0)))])
}

export function printTargets(targets) {
  console.log()
  print([['target', '', 'seen', ''],
    ...targets.map((target) => [target.text, `${target.bound} ${target.unit}`, seenInWords(target), reachedInWords(target)])])
}
