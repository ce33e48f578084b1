// What `cmake --install` gives to other projects, made once.
//
// The programs under test are built with sanitizers and the shared C++ runtime.
// What is installed is not: so the few targets that it takes are built once
// more, as a release, as deep below the source as build/release: so ccache has
// them from there, or after the first time.
import { execFile } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const source = fileURLToPath(new URL('../../..', import.meta.url))
export const work = join(source, 'build/libraries')

// What it printed; throws with that where it failed.
export function run(program, args, env = process.env) {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`))
      else resolve(stdout.trim())
    })
  })
}

export const configure = (from, to, ...options) =>
  run('cmake', ['-S', from, '-B', to, '-G', 'Ninja', '-D', 'CMAKE_BUILD_TYPE=Release', ...options])
export const build = (directory, ...targets) =>
  run('cmake', ['--build', directory, '-j', String(availableParallelism()), ...(targets.length ? ['--target', ...targets] : [])])
export const install = (to, env) =>
  Promise.all(['library', 'development'].map((component) =>
    run('cmake', ['--install', work, '--prefix', to, '--component', component], env)))

// Their prefix: they were moved there after they had been installed elsewhere.
export async function installLibraries() {
  await configure(source, work, '-D', 'CMAKE_INSTALL_LIBDIR=lib')
  await build(work, 'libberth', 'berth_provider', 'libberth.3')
  for (const name of ['first', 'moved']) rmSync(join(work, name), { recursive: true, force: true })
  await install(join(work, 'first'))
  renameSync(join(work, 'first'), join(work, 'moved'))
  return join(work, 'moved')
}
