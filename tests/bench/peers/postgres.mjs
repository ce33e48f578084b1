// Clusters of postgresql-common, in a configuration directory of their own. As
// root they belong to the user postgres, because PostgreSQL runs as no root.
import { chmodSync, chownSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, installed, output } from '../support/machine.mjs'
import { scratchDirectory } from '../support/programs.mjs'

const kVersions = '/usr/lib/postgresql'
const kName = 'p0'

export const who = 'postgresql-common'
export const missing = () => newest() ? undefined : 'no PostgreSQL with pg_ctlcluster is installed'
export const version = () => output(['dpkg-query', '-W', '-f', '${Version}', 'postgresql-common'])

// The newest version whose server is installed, or undefined.
function newest() {
  if (!installed('pg_ctlcluster') || !existsSync(kVersions)) return undefined
  return readdirSync(kVersions).filter((version) => existsSync(join(kVersions, version, 'bin', 'postgres')))
    .sort((a, b) => a - b).at(-1)
}

const idOf = (user, flag) => Number(output(['id', flag, user]))

function privateTo(directory, user) {
  if (user) chownSync(directory, idOf(user, '-u'), idOf(user, '-g'))
  chmodSync(directory, 0o755)
}

// Stopped where it was not running: that is pg_ctlcluster's exit code 2.
function end(stop, env) {
  try {
    output(stop, { env })
  } catch (error) {
    if (error.status !== 2) throw error
  }
}

// {start, stop, env, port, configuration}: a cluster that does not run yet, and
// the commands that start and stop it.
export async function startable(undo) {
  const home = scratchDirectory(undo)
  privateTo(home, process.getuid() === 0 && 'postgres')
  const env = { PATH: process.env.PATH, LANG: 'C.UTF-8', PG_CLUSTER_CONF_ROOT: join(home, 'etc') }
  const version = newest()
  const port = await freePort()
  const [start, stop] = ['start', 'stop'].map((action) => ['pg_ctlcluster', version, kName, action])
  undo.add(() => end(stop, env))
  output(['pg_createcluster', '-d', join(home, 'data'), '-s', home, '-l', join(home, 'log'), '-p', String(port),
    version, kName], { env, cwd: home })
  return { start, stop, env, port, configuration: join(home, 'etc', version) }
}

// One runs; the others are copies of its configuration with a port of their
// own, which is all that pg_lsclusters looks at.
export async function list(undo, count) {
  const { start, env, port, configuration } = await startable(undo)
  output(start, { env })
  for (let i = 1; i < count; ++i) {
    const copy = join(configuration, `p${i}`)
    cpSync(join(configuration, kName), copy, { recursive: true })
    const file = join(copy, 'postgresql.conf')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^port = .*/m, `port = ${port - i}`))
  }
  return { command: ['pg_lsclusters'], env }
}
