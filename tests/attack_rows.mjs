// Is every row of attacks.md proven by tests that name it, and are those it names
// there? A test stands for a row where its name begins with "row 7: " or
// "rows 1 to 4 and 21: ". Prints what is missing.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const kRows = 47
const kFolder = fileURLToPath(new URL('.', import.meta.url))
const kName = /["'`]rows? (\d+(?:(?:, | and | to )\d+)*): /g

// [1, 2, 3, 4, 21] of "1 to 4 and 21".
function numbersOf(text) {
  return text.split(/, | and /).flatMap((part) => {
    const [first, last = first] = part.split(' to ').map(Number)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}

const rowsIn = (file) => [...readFileSync(file, 'utf8').matchAll(kName)].flatMap(([, text]) => numbersOf(text))

// What is wrong with one line of the table: its row, and where that is tested.
function* problemsOf(row, where) {
  const files = [...where.matchAll(/`([^`]+)`/g)].map(([, file]) => file)
  if (files.length === 0 && !where.startsWith('does not apply: ')) yield 'names no test, and no reason that it does not apply'
  for (const file of files) {
    const path = join(kFolder, file)
    if (!existsSync(path)) yield `${file} is not there`
    else if (!rowsIn(path).includes(row)) yield `${file} has no test of that row`
  }
}

const table = readFileSync(join(kFolder, 'attacks.md'), 'utf8')
const lines = [...table.matchAll(/^\| (\d+) \|.*\| ([^|]+) \|$/gm)].map(([, row, where]) => [Number(row), where])
const problems = lines.flatMap(([row, where]) => [...problemsOf(row, where)].map((problem) => `row ${row}: ${problem}`))
for (let row = 1; row <= kRows; row++) {
  const times = lines.filter(([listed]) => listed === row).length
  if (times !== 1) problems.push(`row ${row} is ${times} times in the table`)
}

for (const problem of problems) console.error(`attacks.md: ${problem}`)
process.exit(problems.length > 0 ? 1 : 0)
