// This machine once more, for a test that installs something: what is changed
// there is held in memory, and can be told afterwards.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const kOverlay = fileURLToPath(new URL('overlay', import.meta.url))
const kNamespaces = ['--mount', '--pid', '--net']

// Why there can be no such machine here; undefined where there can.
export function whyNot() {
  if (process.getuid() !== 0) return 'only root may lay a filesystem over /'
  if (spawnSync('dpkg', ['--version']).error) return 'no dpkg'
  const overlay = 'mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w /mnt/r && ' +
    'mount -t overlay o /mnt/r -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w'
  const tried = spawnSync('unshare', ['--mount', '--net', 'sh', '-c', overlay])
  return tried.status === 0 ? undefined : 'namespaces or overlays are not allowed'
}

export class Machine {
  #outer // unshare, which takes all of it along when it is killed
  #inner // its child, the first process there

  static async start() {
    const machine = new Machine()
    machine.#outer = spawn('unshare', [...kNamespaces, '--fork', '--kill-child', '--mount-proc', kOverlay],
      { stdio: ['ignore', 'pipe', 'inherit'] })
    await Promise.race([
      once(machine.#outer.stdout, 'data'),
      once(machine.#outer, 'exit').then(() => { throw new Error('no overlay') }),
    ])
    const { pid } = machine.#outer
    machine.#inner = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return machine
  }

  stop() {
    this.#outer.kill('SIGKILL')
  }

  // Puts a file into its /tmp; gives the path there.
  put(file) {
    copyFileSync(file, this.#path(join('/mnt/root/tmp', basename(file))))
    return join('/tmp', basename(file))
  }

  // {status, stdout, stderr} of a shell's commands, as root or as the user with
  // that number; `home` is that user's.
  run(commands, { user, home = '/root' } = {}) {
    const as = user ? ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'] : []
    const clean = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8', `HOME=${home}`]
    return spawnSync('nsenter', [
      '--target', this.#inner, ...kNamespaces, 'chroot', '/mnt/root',
      ...as, ...clean, 'sh', '-c', `cd / && ${commands}`,
    ], { encoding: 'utf8', timeout: 120_000 })
  }

  // The same; throws where it fails, else gives what it wrote.
  ok(commands, options) {
    const { status, stdout, stderr } = this.run(commands, options)
    if (status !== 0) throw new Error(`${commands}: exit ${status}\n${stdout}${stderr}`)
    return stdout.trimEnd()
  }

  // What is not here as it is there, by path. Of what is new a directory is told
  // as well.
  changes() {
    return this.#changesBelow('')
  }

  #changesBelow(folder) {
    return readdirSync(this.#path(join('/mnt/changes', folder))).sort().flatMap((name) => {
      const path = join(folder, name)
      const there = this.#path(join('/mnt/changes', path))
      const info = lstatSync(there)
      const below = info.isDirectory() ? this.#changesBelow(path) : []
      const isSame = existsSync(`/${path}`) && (info.isDirectory() || isSameFile(there, `/${path}`))
      return isSame ? below : [`/${path}`, ...below]
    })
  }

  // `path` of the mount namespace, as it is reached from here.
  #path(path) {
    return `/proc/${this.#inner}/root${path}`
  }
}

function isSameFile(one, other) {
  const [a, b] = [lstatSync(one), lstatSync(other)]
  return a.isFile() && a.mode === b.mode && a.size === b.size &&
    readFileSync(one).equals(readFileSync(other))
}

// Whether the programs of a build directory are those that people get.
export function isRelease(build) {
  return /^CMAKE_BUILD_TYPE:.*=Release$/m.test(readFileSync(join(build, 'CMakeCache.txt'), 'utf8'))
}

// Makes the packages of a build directory; gives their paths by name. Of a build
// for tests, whose programs have millions of relocations, without compression
// and without the minutes that it takes to tell which libraries they need.
export function makePackages(build, into) {
  const quickly = ['-D', 'CPACK_DEBIAN_COMPRESSION_TYPE=none', '-D', 'CPACK_DEBIAN_PACKAGE_SHLIBDEPS=OFF']
  execFileSync('cpack', ['--config', join(build, 'CPackConfig.cmake'), '-B', into, ...isRelease(build) ? [] : quickly],
    { stdio: 'pipe' })
  const files = readdirSync(into).filter((name) => name.endsWith('.deb'))
  return Object.fromEntries(files.map((name) => [name.split('_')[0], join(into, name)]))
}
