// The Debian packages, as people use them: installed, used, and removed again,
// on a copy of this machine.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'

import { bin, portRange } from '../e2e/support/berth.js'
import { Machine, makePackages, whyNot } from './support/machine.js'

const skip = whyNot()
const kPerson = { user: 4321, home: '/home/person' }
const kNativeHost = '/usr/bin/berth-native-host'
// What dpkg and man-db remember, and what is the person's own. And /etc/opt, which
// Debian has as an empty directory of no package: dpkg takes it for the last
// one's that had something in it.
const kOwn = [/^\/var\/(lib\/dpkg|log|cache\/man|cache\/ldconfig)(\/|$)/, /^\/home\/person(\/|$)/, /^\/etc\/opt$/]

let folder
let packages

before(() => {
  if (skip) return
  folder = mkdtempSync(join(tmpdir(), 'berth-packages-'))
  packages = makePackages(dirname(bin), folder)
})
after(() => folder && rmSync(folder, { recursive: true }))

// A copy of this machine on which they are installed, and a person who has an
// account there.
async function machineWithPackages(t) {
  const machine = await Machine.start(t)
  const files = Object.values(packages).map((file) => machine.put(file))
  // What Docker's images leave out is wanted.
  machine.ok(`dpkg --path-include='/usr/share/*' --install ${files.join(' ')}`)
  machine.ok('install -d -m 700 -o 4321 -g 4321 /home/person')
  const person = (commands) => machine.ok(`export BERTH_PORT_RANGE=${portRange(20)}; ${commands}`, kPerson)
  return { machine, person }
}

function removeAll(machine) {
  const names = Object.keys(packages).join(' ')
  machine.ok(`dpkg --remove ${names}`)
  const afterRemove = machine.changes()
  machine.ok(`dpkg --purge ${names}`)
  return { afterRemove, afterPurge: machine.changes() }
}

const leftBehind = (changes) => changes.filter((path) => !kOwn.some((own) => own.test(path)))

test('a person installs the package, uses it, and nothing but their own data is left after its removal', { skip }, async (t) => {
  const { machine, person } = await machineWithPackages(t)

  assert.match(person('berth version'), /^berth \d+\.\d+\.\d+$/)
  assert.match(person('berth start alice --create'), /^alice {2}\d+ {2}http:\/\/127\.0\.0\.1:\d+$/m)
  const [alice] = JSON.parse(person('berth list --json'))
  assert.deepEqual([alice.name, alice.status], ['alice', 'running'])
  assert.equal(person('berth call alice eth_chainId'), '"0x7a69"')
  assert.equal(JSON.parse(person('berth list --json --health'))[0].health.status, 'ok')
  person('berth stop --all && berth down')

  const { afterRemove, afterPurge } = removeAll(machine)
  const kept = leftBehind(afterRemove).filter((path) => path.endsWith('.json'))
  assert.deepEqual(kept, ['chromium', 'opt/chrome', 'opt/edge'].map((browser) => `/etc/${browser}/native-messaging-hosts/app.berth.registry.json`))
  assert.deepEqual(leftBehind(afterPurge), [])
  assert.equal(machine.run('dpkg --status berth').status, 1)
  assert.ok(afterPurge.includes('/home/person/.config/berth/profiles/alice.json'))
  assert.ok(afterPurge.some((path) => path.startsWith('/home/person/.local/share/berth/alice/')))
})

test('manual pages, completions and the extension are where others look for them', { skip }, async (t) => {
  const { person } = await machineWithPackages(t)
  for (const page of ['1 berth', '8 berthd', '1 berth-instance', '1 berth-talk', '1 berth-native-host', '5 berth-registry'])
    assert.match(person(`man -w ${page}`), /^\/usr\/share\/man\//, page)
  const words = person(`bash -c 'source /usr/share/bash-completion/completions/berth; complete -p berth;
    COMP_WORDS=(berth sto); COMP_CWORD=1; _berth; echo "\${COMPREPLY[*]}"'`)
  assert.equal(words, 'complete -F _berth berth\nstop')
  person('test -f /usr/share/zsh/vendor-completions/_berth -a -f /usr/share/fish/vendor_completions.d/berth.fish')
  const folder = person('berth browser --extension-dir')
  assert.equal(folder, '/usr/share/berth/extension')
  person(`test -f ${folder}/chromium/manifest.json -a -f ${folder}/firefox/manifest.json`)
})

test('every browser of the machine knows the native host without more ado', { skip }, async (t) => {
  const { person } = await machineWithPackages(t)
  const browsers = JSON.parse(person('berth browser status --system --json'))
  assert.ok(browsers.length > 3)
  for (const { name, state, manifest } of browsers) {
    assert.equal(state, 'ready', name)
    assert.equal(JSON.parse(person(`cat ${manifest}`)).path, kNativeHost)
  }
  assert.match(person(`${kNativeHost} --version`), /^berth-native-host /)
})
