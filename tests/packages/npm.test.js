// The npm package as it is published: what is in it, and a project that installs
// it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const kSource = fileURLToPath(new URL('../../provider/js', import.meta.url))
const kTools = fileURLToPath(new URL('../node_modules/.bin/', import.meta.url))
const kEntries = ['berth-provider', 'berth-provider/node']

// Its own project, in which the package was installed from `archive`.
let project
let archive
let packed // what npm says of the archive

// Throws with all that was written where it fails.
async function run(program, args, cwd = project) {
  try {
    return (await promisify(execFile)(program, args, { cwd })).stdout
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')}: ${error.code}\n${error.stdout}${error.stderr}`)
  }
}

function write(name, content) {
  writeFileSync(join(project, name), typeof content === 'string' ? content : JSON.stringify(content))
}

before(async () => {
  project = mkdtempSync(join(tmpdir(), 'berth-npm-'));
  [packed] = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', project], kSource))
  archive = join(project, packed.filename)
  write('package.json', { name: 'consumer', private: true, type: 'module' })
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', archive])
})
after(() => rmSync(project, { recursive: true }))

test('the archive has what is needed, and nothing of the workshop', () => {
  const files = packed.files.map(({ path }) => path)
  const known = /^(LICENSE|README\.md|package\.json|(index|node)(\.d\.ts|\.js)|common\.d\.ts|lib\/.*\.js)$/
  assert.deepEqual(files.filter((path) => !known.test(path)), [])
  for (const needed of ['LICENSE', 'README.md', 'index.d.ts', 'node.d.ts', 'common.d.ts'])
    assert.ok(files.includes(needed), needed)
})

test('publint finds nothing to say about it', async () => {
  assert.match(await run(join(kTools, 'publint'), ['run', archive, '--strict']), /All good/)
})

// ESM alone is what it means to be.
test('its types are found by every way that a project may look', async () => {
  await run(join(kTools, 'attw'), [archive, '--profile', 'esm-only', '--no-emoji', '--no-color'])
})

test('every entry can be imported in Node', async () => {
  for (const entry of kEntries) {
    const names = await run('node', ['--input-type=module', '--eval', `console.log(Object.keys(await import('${entry}')).join())`])
    assert.match(names, /\bisBerthError\b/, entry)
  }
})

test('a project in TypeScript is checked against its types, whichever resolution it has', async () => {
  write('right.ts', `
    import { announce, pick, type BerthProvider } from 'berth-provider'
    import { connect, instances } from 'berth-provider/node'
    const undo: () => void = announce()
    const provider: BerthProvider = await pick()
    const names: string[] = (await instances()).map(({ name }) => name)
    const accounts: unknown = await (await connect(names[0])).request({ method: 'eth_accounts' })
    export { accounts, provider, undo }
  `)
  write('wrong.ts', `
    import { connect } from 'berth-provider/node'
    await connect(8766)
  `)
  for (const [module, resolution] of [['node16', 'node16'], ['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
    const check = (file) => run(join(kTools, 'tsc'), ['--noEmit', '--strict', '--target', 'es2022',
      '--module', module, '--moduleResolution', resolution, file])
    await check('right.ts')
    await assert.rejects(check('wrong.ts'), /wrong\.ts.*'number' is not assignable/, resolution)
  }
})
