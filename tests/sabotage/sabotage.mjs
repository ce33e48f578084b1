// Takes guards out of the sources in a tree, one at a time: see run.
//   node sabotage.mjs TREE [PART OF A GUARD'S NAME...]
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asPattern, countIn, readGuards } from './guards.mjs'

const kTestLimitMs = 60_000

const [tree, ...wanted] = process.argv.slice(2)
const build = join(tree, 'build/dev')
const guards = readGuards().filter(({ name }) =>
  wanted.length === 0 || wanted.some((part) => name.includes(part)))

const run = (command, args, options) =>
  spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, ...options })

// Null, or what the compiler said.
function make(targets) {
  if (targets.length === 0) return null
  const { status, stdout, stderr } = run('cmake', ['--build', build, '--target', ...targets])
  return status === 0 ? null : stdout + stderr
}

function runCatch({ program, name }) {
  const pattern = name.replace(/[\\,[\]*]/g, '\\$&')
  return run(join(build, 'bin', program), [`*${pattern}*`, '--warn', 'NoTests'], { timeout: kTestLimitMs })
}

function runNode({ program, name }) {
  const result = run(process.execPath,
    ['--test', '--test-reporter=tap', `--test-name-pattern=${asPattern(name)}`, program],
    { cwd: join(tree, 'tests'), timeout: kTestLimitMs, env: { ...process.env, BERTH_BIN: join(build, 'bin') } })
  // Where no test has this name all are skipped, which is no success.
  if (result.status === 0 && !/^# pass [1-9]/m.test(result.stdout)) result.status = 1
  return result
}

// 'passes', 'fails' or 'hangs'.
function outcomeOf({ isNode, test }) {
  const { status, error } = isNode ? runNode(test) : runCatch(test)
  if (error?.code === 'ETIMEDOUT') return 'hangs'
  if (error) throw error
  return status === 0 ? 'passes' : 'fails'
}

// What becomes of its test without the guard.
function takeOut(guard) {
  const file = join(tree, guard.file)
  const text = readFileSync(file, 'utf8')
  if (countIn(text, guard) !== 1) return 'its lines are not there, once, in ' + guard.file
  writeFileSync(file, text.replace(guard.search, () => guard.replacement))
  try {
    const problem = make(guard.targets)
    if (problem) return `does not compile:\n${problem}`
    return outcomeOf(guard)
  } finally {
    writeFileSync(file, text)
  }
}

function judge(guard) {
  const outcome = takeOut(guard)
  if (outcome === 'fails') return `caught by: ${guard.test.name}`
  if (outcome === 'hangs') return `caught by: ${guard.test.name} (which hangs)`
  return outcome === 'passes' ? 'SURVIVED' : `FAILED: ${outcome}`
}

// With its guard each test must pass, or its failure shows nothing.
function findBroken() {
  const problem = make([...new Set(guards.flatMap(({ targets }) => targets))])
  if (problem) throw new Error(problem)
  const byTest = new Map(guards.map((guard) => [JSON.stringify(guard.test), guard]))
  return [...byTest.values()].filter((guard) => outcomeOf(guard) !== 'passes')
}

const broken = findBroken()
for (const { test } of broken) console.log(`FAILED with its guard: ${test.program}: ${test.name}`)
let survivors = broken.length
for (const guard of guards) {
  const verdict = judge(guard)
  if (!verdict.startsWith('caught')) survivors += 1
  console.log(`${guard.name}\n    ${verdict}`)
}
console.log(`${guards.length} guards, ${survivors} without a test that fails`)
process.exitCode = guards.length > 0 && survivors === 0 ? 0 : 1
