// What is handed to the browsers' stores: zips that Mozilla's linter accepts,
// with nothing in them but the extension.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run } from '../support/berth.js'
import { unpacked } from './support/stage.js'

const webExt = fileURLToPath(new URL('../../node_modules/.bin/web-ext', import.meta.url))
const zipOf = (browser) => join(unpacked(browser), `../berth-${browser}.zip`)
const filesOf = (folder) => readdirSync(folder, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
  .sort()

for (const browser of ['chromium', 'firefox']) {
  test(`web-ext lint has no error for ${browser}`, async () => {
    const args = ['lint', '--source-dir', zipOf(browser), '--output', 'json', '--no-config-discovery']
    const { stdout } = await run(webExt, args, { env: process.env })
    const { summary, errors } = JSON.parse(stdout)
    assert.deepEqual(errors.map(({ code, message }) => [code, message]), [])
    assert.equal(summary.errors, 0)
  })

  test(`the zip for ${browser} is the folder, and names nothing of the machine that built it`, () => {
    const zip = zipOf(browser)
    const listed = execFileSync('cmake', ['-E', 'tar', 'tf', zip], { encoding: 'utf8' }).split('\n')
    const inZip = listed.map((name) => name.replace(/^\.\//, '')).filter((name) => name && !name.endsWith('/')).sort()
    assert.deepEqual(inZip, filesOf(unpacked(browser)))
    assert.ok(inZip.includes('manifest.json'))
    const source = new URL('../../../', import.meta.url).pathname
    for (const name of inZip.filter((each) => /\.(js|css|html|json)$/.test(each))) {
      const text = readFileSync(join(unpacked(browser), name), 'utf8')
      assert.ok(!text.includes(source) && !text.includes('sourceMappingURL'), name)
      assert.doesNotMatch(text, /\beval\(|new Function\(|<script[^>]+src="https?:/, name)
    }
  })
}
