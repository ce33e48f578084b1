// What a release build takes from nothing, without a compiler cache, once it is
// configured; and what it takes after one changed file. Of the long form only:
// it is minutes.
import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { output } from '../support/machine.mjs'
import { scratchDirectory, Undo } from '../support/programs.mjs'
import { counted, kBerth } from '../support/rows.mjs'

const kProject = fileURLToPath(new URL('../../..', import.meta.url))
const kJobs = '2'
const kTicks = Number(output(['getconf', 'CLK_TCK']))

// What git knows of, as it lies there.
function copyOfProject(undo) {
  const copy = scratchDirectory(undo)
  const names = output(['git', '-C', kProject, 'ls-files', '-z']).split('\0')
  for (const name of names.filter((name) => name && existsSync(join(kProject, name))))
    cpSync(join(kProject, name), join(copy, name))
  return copy
}

// Seconds on processors of all the processes that this one has waited for.
function childrenSeconds() {
  const text = readFileSync('/proc/self/stat', 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number)
  return (fields[13] + fields[14]) / kTicks
}

// Runs cmake in `directory`, however long that takes: seconds.
function cmake(directory, ...words) {
  const began = performance.now()
  const env = { ...process.env, CCACHE_DISABLE: '1' }
  const { status, stdout, error } = spawnSync('cmake', words, { cwd: directory, env, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`cmake ${words.join(' ')} failed: ${error ?? stdout}`)
  return (performance.now() - began) / 1000
}

const build = (directory) => cmake(directory, '--build', '--preset', 'release', '--parallel', kJobs)

// Of the project's own files, what takes least to compile first, as Ninja noted.
function sourcesByTime(directory) {
  const lines = readFileSync(join(directory, 'build', 'release', '.ninja_log'), 'utf8').split('\n')
  return lines.map((line) => line.split('\t')).filter((cells) => cells[3]?.endsWith('.cpp.o'))
    .sort((a, b) => (a[1] - a[0]) - (b[1] - b[0]))
    .map((cells) => join(directory, cells[3].replace(/CMakeFiles\/[^/]*\.dir\//, '').slice(0, -'.o'.length)))
    .filter(existsSync)
}

function changed(directory, file) {
  appendFileSync(file, '// changed\n')
  return build(directory)
}

export async function measure({ quick }) {
  if (quick) return []
  const undo = new Undo()
  try {
    const directory = copyOfProject(undo)
    cmake(directory, '--preset', 'release')
    const before = childrenSeconds()
    const clean = build(directory)
    const processors = childrenSeconds() - before
    const sources = sourcesByTime(directory)
    return [
      counted('clean release build', kBerth, 's', clean),
      counted('clean release build, of processors', kBerth, 's', processors),
      counted('one changed .cpp, the middle one, built', kBerth, 's', changed(directory, sources[sources.length >> 1])),
      counted('one changed .cpp, the slowest, built', kBerth, 's', changed(directory, sources.at(-1))),
    ]
  } finally {
    await undo.end()
  }
}
