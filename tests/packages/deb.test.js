// The Debian packages, as people use them: installed, used, and removed again,
// on a copy of this machine.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { bin, portRange } from '../e2e/support/berth.js'
import { isRelease, Machine, makePackages, whyNot } from './support/machine.js'

const skip = whyNot()
const kPerson = { user: 4321, home: '/home/person' }
const kBuild = dirname(bin)
const kPorts = portRange(20)
const kNativeHost = '/usr/bin/berth-native-host'
// What dpkg and man-db remember, and what is the person's own. And /etc/opt, which
// Debian has as an empty directory of no package: dpkg takes it for the last
// one's that had something in it.
const kOwn = [/^\/var\/(lib\/dpkg|log|cache\/man|cache\/ldconfig)(\/|$)/, /^\/home\/person(\/|$)/, /^\/etc\/opt$/]

const leftBehind = (changes) => changes.filter((path) => !kOwn.some((own) => own.test(path)))

// A copy of this machine on which they are installed, for all tests, and a person
// who has an account there. The last test removes them.
let folder
let packages
let machine
const person = (commands) => machine.ok(`export BERTH_PORT_RANGE=${kPorts}; ${commands}`, kPerson)

before(async () => {
  if (skip) return
  folder = mkdtempSync(join(tmpdir(), 'berth-packages-'))
  packages = makePackages(kBuild, folder)
  machine = await Machine.start()
  const files = Object.values(packages).map((file) => machine.put(file))
  // What Docker's images leave out is wanted.
  machine.ok(`dpkg --path-include='/usr/share/*' --install ${files.join(' ')}`)
  machine.ok('install -d -m 700 -o 4321 -g 4321 /home/person')
})
after(() => {
  machine?.stop()
  if (folder) rmSync(folder, { recursive: true })
})

test('lintian finds no error', { skip: skip ?? (!isRelease(kBuild) && 'of a release alone') }, () => {
  const files = Object.values(packages)
  const { status, stdout, stderr } = spawnSync('lintian', ['--allow-root', '--fail-on', 'error', ...files], { encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
})

test('a person starts a wallet, lists it, asks it, and stops it', { skip }, () => {
  assert.match(person('berth version'), /^berth \d+\.\d+\.\d+$/)
  assert.match(person('berth start alice --create'), /^alice {2}\d+ {2}http:\/\/127\.0\.0\.1:\d+$/m)
  const [alice] = JSON.parse(person('berth list --json --health'))
  assert.deepEqual([alice.name, alice.status, alice.health.status], ['alice', 'running', 'ok'])
  assert.equal(person('berth call alice eth_chainId'), '"0x7a69"')
  person('berth stop --all && berth down')
  assert.deepEqual(JSON.parse(person('berth list --json')), [])
})

test('manual pages, completions and the extension are where others look for them', { skip }, () => {
  for (const page of ['1 berth', '8 berthd', '1 berth-instance', '1 berth-talk', '1 berth-native-host', '5 berth-registry'])
    assert.match(person(`man -w ${page}`), /^\/usr\/share\/man\//, page)
  const words = person(`bash -c 'source /usr/share/bash-completion/completions/berth; complete -p berth;
    COMP_WORDS=(berth sto); COMP_CWORD=1; _berth; echo "\${COMPREPLY[*]}"'`)
  assert.equal(words, 'complete -F _berth berth\nstop')
  person('test -f /usr/share/zsh/vendor-completions/_berth -a -f /usr/share/fish/vendor_completions.d/berth.fish')
  const extension = person('berth browser --extension-dir')
  assert.equal(extension, '/usr/share/berth/extension')
  person(`test -f ${extension}/chromium/manifest.json -a -f ${extension}/firefox/manifest.json`)
})

test('every browser of the machine knows the native host without more ado', { skip }, () => {
  const browsers = JSON.parse(person('berth browser status --system --json'))
  assert.ok(browsers.length > 3)
  for (const { name, state, manifest } of browsers) {
    assert.equal(state, 'ready', name)
    assert.equal(JSON.parse(person(`cat ${manifest}`)).path, kNativeHost)
  }
  assert.match(person(`${kNativeHost} --version`), /^berth-native-host /)
})

test('a program in C is built with what libberth-dev brings', { skip }, () => {
  const source = machine.put(fileURLToPath(new URL('../../provider/samples/c/pick.c', import.meta.url)))
  person('berth start carol --create')
  // A library with sanitizers wants its program to have them.
  const dynamic = person('readelf -d $(pkg-config --variable=libdir berth)/libberth.so')
  const sanitizers = dynamic.includes('libasan') ? '-fsanitize=address,undefined' : ''
  person(`cc ${sanitizers} -o $HOME/pick ${source} $(pkg-config --cflags --libs berth)`)
  assert.match(person('$HOME/pick carol'), /^carol http:\/\/127\.0\.0\.1:\d+$/)
  person('berth stop --all && man -w 3 libberth')
})

// Last.
test('after their removal nothing but dpkg\'s notes and the person\'s own data is left', { skip }, () => {
  const names = Object.keys(packages).join(' ')
  machine.ok(`dpkg --remove ${names}`)
  const kept = leftBehind(machine.changes()).filter((path) => path.endsWith('.json'))
  assert.deepEqual(kept, ['chromium', 'opt/chrome', 'opt/edge'].map((browser) => `/etc/${browser}/native-messaging-hosts/app.berth.registry.json`))
  machine.ok(`dpkg --purge ${names}`)
  const changes = machine.changes()
  assert.deepEqual(leftBehind(changes), [])
  assert.equal(machine.run('dpkg --status berth').status, 1)
  assert.ok(changes.includes('/home/person/.config/berth/profiles/alice.json'))
  assert.ok(changes.includes('/home/person/.local/share/berth/alice/mnemonic'))
})
