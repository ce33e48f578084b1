// The guards that `run` takes out are where guards.txt says, and so are the
// tests that must fail then.
import assert from 'node:assert/strict'
import test from 'node:test'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { asPattern, countIn, kRoot, readGuards, testSource } from './guards.mjs'

const guards = readGuards()

// A file, or the tests of a Catch2 program, with names that go over several
// lines put together.
function sourceOf(guard) {
  const path = join(kRoot, testSource(guard))
  const files = statSync(path).isFile() ? [path]
    : readdirSync(path).filter((file) => file.endsWith('_test.cpp')).map((file) => join(path, file))
  return files.map((file) => readFileSync(file, 'utf8')).join('')
    .replace(/"\s*\n\s*"/g, '').replace(/(TEST_CASE|test)\(\s+/g, '$1(')
}

test('each guard has a name of its own', () => {
  assert.ok(guards.length >= 25)
  assert.equal(new Set(guards.map(({ name }) => name)).size, guards.length)
})

for (const guard of guards)
  test(`${guard.name}: its lines are there, once, and so is its test`, () => {
    assert.equal(countIn(readFileSync(join(kRoot, guard.file), 'utf8'), guard), 1, guard.file)
    assert.notEqual(guard.search, guard.replacement)
    const { name } = guard.test
    const begins = guard.isNode ? 'test\\([\'`]' : 'TEST_CASE\\("'
    assert.match(sourceOf(guard), new RegExp(`${begins}[^"\`\n]*${asPattern(name)}`))
  })
