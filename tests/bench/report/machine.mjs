// What the figures were taken on and against: nothing that names the machine.
import { cpus, release } from 'node:os'

// `peers`: of whom the version is told, where they are there.
export function describe(peers, quick) {
  const versions = peers.filter(({ missing }) => !missing()).map(({ who, version }) => [who, version()])
  return {
    date: new Date().toISOString().slice(0, 10),
    form: quick ? 'quick' : 'long',
    cores: cpus().length,
    cpu: cpus()[0].model,
    kernel: `Linux ${release()}`,
    versions: Object.fromEntries([['Node', process.versions.node], ...versions]),
  }
}
