// What README.md says about adding Berth to a wallet and to a dApp, done word
// for word in a clean directory, by a shell that stops at the first failure.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { verifyMessage } from 'viem'

import { anvilPath, bin, portRange, scratch } from '../../e2e/support/berth.js'
import { installLibraries } from '../support/libraries.js'

const source = fileURLToPath(new URL('../../..', import.meta.url))
const readme = readFileSync(join(source, 'README.md'), 'utf8')
let prefix

before(async () => {
  prefix = await installLibraries()
})

// The blocks of a section in their order: {file, text} of what is to be written
// (the last `name` before it says where), {text} of what is to be typed.
function blocksOf(title) {
  const section = readme.split(/^## /m).find((text) => text.startsWith(title))
  assert.ok(section, `README.md has a section "${title}"`)
  return [...section.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(({ 1: language, 2: text, index }) => {
    if (language === 'sh') return { text }
    return { file: [...section.slice(0, index).matchAll(/`([\w.]+)`/g)].at(-1)[1], text }
  })
}

// A home of its own, in which a shell types what it is told, in `directory`.
function reader(t) {
  const h = scratch(t, { portRange: portRange(20) })
  const directory = join(h.home, 'clean')
  const tools = join(h.home, 'tools')
  mkdirSync(directory)
  mkdirSync(tools)
  symlinkSync(anvilPath(), join(tools, 'anvil'))
  const env = {
    ...h.env,
    BERTH: source,
    PATH: `${bin}:${tools}:${process.env.PATH}`,
    PKG_CONFIG_PATH: join(prefix, 'lib/pkgconfig'),
    LD_LIBRARY_PATH: join(prefix, 'lib'),
    LD_RUN_PATH: join(prefix, 'lib'),
  }
  const type = (text) => new Promise((resolve, reject) => {
    execFile('bash', ['-euo', 'pipefail', '-c', text], { cwd: directory, env }, (error, stdout, stderr) => {
      error ? reject(new Error(`${text}\n${stdout}${stderr}`)) : resolve(stdout)
    })
  })
  return { ...h, directory, type }
}

async function follow(person, title) {
  const said = []
  for (const { file, text } of blocksOf(title)) {
    if (file) writeFileSync(join(person.directory, file), text)
    else said.push(await person.type(text))
  }
  return said
}

test('a wallet is added to Berth at each of three depths', async (t) => {
  const person = reader(t)
  const said = await follow(person, 'Add Berth to your wallet')
  assert.equal(said.length, 3)
  assert.match(said[0], /^node +running/m)
  assert.match(said[1], /^carol {2}\d+ {2}http/m)
  assert.doesNotMatch(said[1], /^problem/m)
  for (const name of ['node', 'carol', 'dave']) assert.match(said[2], new RegExp(`^${name} +running`, 'm'))
  assert.match(said[2], /Dave's wallet/)
  await person.type('berth stop --all')
  assert.equal(await person.type('berth list --quiet'), '')
})

test('a dApp is added to Berth', async (t) => {
  const person = reader(t)
  const [said] = await follow(person, 'Add Berth to your dApp')
  assert.match(said, /^alice $/m)
  const [, address, signature] = /^(0x\w{40}) signs (0x\w+)$/m.exec(said)
  assert.ok(await verifyMessage({ address, message: 'hello', signature }))
})
