// What `cmake --install` gives to other projects: built from there by
// find_package and by pkg-config, after it was moved somewhere else.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { freePort, scratch } from '../../e2e/support/berth.js'
import { build, configure, install, installLibraries, run, source, work } from '../support/libraries.js'

const here = dirname(fileURLToPath(import.meta.url))
const prefix = join(work, 'moved')
const libraries = join(prefix, 'lib')

async function pkgConfig(name) {
  const env = { ...process.env, PKG_CONFIG_PATH: join(libraries, 'pkgconfig') }
  return (await run('pkg-config', ['--cflags', '--libs', name], env)).split(/\s+/)
}

before(async () => {
  await installLibraries()
  for (const name of ['root', 'c', 'cxx', 'pkg']) rmSync(join(work, name), { recursive: true, force: true })
  mkdirSync(join(work, 'pkg'))
})

test('a project in C alone finds the C library', async (t) => {
  const home = scratch(t)
  cpSync(join(here, 'c'), join(work, 'c'), { recursive: true })
  cpSync(join(source, 'provider/samples/c/pick.c'), join(work, 'c/pick.c'))
  await configure(join(work, 'c'), join(work, 'c/build'), '-D', `CMAKE_PREFIX_PATH=${prefix}`)
  await build(join(work, 'c/build'))
  assert.equal(await run(join(work, 'c/build/pick'), [], home.env), '')
})

test('pkg-config names the C library', async (t) => {
  const home = scratch(t)
  const pick = join(work, 'pkg/pick')
  await run('cc', ['-std=c99', '-o', pick, join(source, 'provider/samples/c/pick.c'), ...await pkgConfig('berth')])
  assert.equal(await run(pick, [], { ...home.env, LD_LIBRARY_PATH: libraries }), '')
  await assert.rejects(run(pick, ['alice'], { ...home.env, LD_LIBRARY_PATH: libraries }), /no such running instance: alice/)
})

test('what a project in C++ publishes, one in C and one in C++ find', async (t) => {
  const home = scratch(t)
  cpSync(join(here, 'cxx'), join(work, 'cxx'), { recursive: true })
  await configure(join(work, 'cxx'), join(work, 'cxx/build'), '-D', `CMAKE_PREFIX_PATH=${prefix}`)
  await build(join(work, 'cxx/build'))
  assert.equal(await run(join(work, 'cxx/build/c_from_cxx'), [], home.env), '')

  const publish = join(work, 'pkg/publish')
  await run('c++', ['-std=c++20', ...everyHeader(), '-o', publish, join(here, 'cxx/publish.cpp'), ...await pkgConfig('berth-cpp')])
  const port = await freePort()
  const publisher = spawn(publish, [String(port)], { env: home.env, stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => publisher.kill('SIGKILL'))
  const lines = createInterface({ input: publisher.stdout })[Symbol.asyncIterator]()
  assert.equal((await lines.next()).value, 'published')

  const said = `alice http://127.0.0.1:${port}`
  assert.equal(await run(join(work, 'c/build/pick'), [], home.env), said)
  const connected = (await run(join(work, 'cxx/build/connect'), [], home.env)).split('\n')
  assert.equal(connected[0], said)
  assert.match(connected[1], /alice/)
  publisher.stdin.end()
})

// Whatever is installed can be included, and has all that it includes.
function everyHeader() {
  const root = join(prefix, 'include/berth-cpp')
  const headers = readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.h'))
  assert.ok(headers.includes('registry/registry.h'))
  return headers.flatMap((name) => ['-include', name])
}

test('the shared library stands on the C library alone', async () => {
  const dynamic = await run('readelf', ['-d', join(libraries, 'libberth.so.0')])
  const needed = [...dynamic.matchAll(/NEEDED.*\[(.*)\]/g)].map((found) => found[1].replace(/\..*/, ''))
  assert.deepEqual(needed.filter((name) => !/^(libc|libm|ld-linux)/.test(name)), [])
  assert.match(dynamic, /SONAME.*\[libberth\.so\.0\]/)
})

test('DESTDIR goes before the prefix', async () => {
  await install('/usr', { ...process.env, DESTDIR: join(work, 'root') })
  assert.ok(existsSync(join(work, 'root/usr/lib/libberth.so.0')))
  assert.ok(existsSync(join(work, 'root/usr/include/berth.h')))
})
