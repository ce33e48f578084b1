// mDNS by avahi-daemon, which sees the end of a publisher's connection, says
// goodbye, and tells browsers a second later, as mDNS wants. Where the daemon
// itself is killed nobody is told for as long as its records may be cached.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { installed, output } from '../support/machine.mjs'

const kPrograms = ['avahi-daemon', 'avahi-browse', 'avahi-publish']
const kHere = new URL('.', import.meta.url).pathname

export const who = 'Avahi'
export const version = () => output(['avahi-daemon', '--version']).trim().replace('avahi-daemon ', '')
export function missing() {
  const program = kPrograms.find((name) => !installed(name))
  return program && `${program} is not installed`
}

// In ms. The daemon lives in namespaces of its own, and what asks it too.
export async function notices(undo, rounds) {
  const words = [process.execPath, `${kHere}avahi_rounds.mjs`, String(rounds)]
  const { stdout } = await promisify(execFile)(`${kHere}../../with_mdns`, words)
  return stdout.trim().split('\n').map(Number)
}
