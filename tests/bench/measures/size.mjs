// How large the programs are, as they are installed; of others what does the
// same job, with the interpreter that it cannot do without.
import { cpSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as epmd from '../peers/epmd.mjs'
import * as pm2 from '../peers/pm2.mjs'
import * as tmux from '../peers/tmux.mjs'
import { installed, output } from '../support/machine.mjs'
import { present } from '../support/peers.mjs'
import { program, scratchDirectory, Undo } from '../support/programs.mjs'
import { counted, kBerth } from '../support/rows.mjs'

const kOurs = ['berth', 'berth-instance', 'berthd', 'berth-talk', 'berth-native-host']
const kWhat = 'size, what lists and starts'

const mebibytes = (bytes) => bytes / 1024 / 1024
const sizeOf = (file) => statSync(realpathSync(file)).size

// A package of Debian has stripped ones.
function strippedSize(undo, file) {
  const copy = join(scratchDirectory(undo), basename(file))
  cpSync(file, copy)
  output(['strip', copy])
  return sizeOf(copy)
}

const treeSize = (directory) => readdirSync(directory, { recursive: true, withFileTypes: true })
  .filter((item) => item.isFile())
  .reduce((sum, item) => sum + statSync(join(item.parentPath ?? item.path, item.name)).size, 0)

const kPeers = [
  { ...epmd, bytes: () => sizeOf(installed('epmd')) },
  { ...tmux, bytes: () => sizeOf(installed('tmux')) },
  { ...pm2, bytes: () => sizeOf(process.execPath) + treeSize(fileURLToPath(new URL('../node_modules', import.meta.url))) },
]

export async function measure() {
  const undo = new Undo()
  try {
    const ours = kOurs.map((name) => [name, mebibytes(strippedSize(undo, program(name)))])
    const both = ours.filter(([name]) => name === 'berth' || name === 'berth-instance')
    return [
      ...ours.map(([name, size]) => counted(`size, ${name}`, kBerth, 'MiB', size)),
      counted(kWhat, kBerth, 'MiB', both.reduce((sum, [, size]) => sum + size, 0)),
      ...present(kPeers).map(({ who, bytes }) => counted(kWhat, who, 'MiB', mebibytes(bytes()))),
    ]
  } finally {
    await undo.end()
  }
}
