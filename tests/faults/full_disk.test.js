// What runs on a full disk lives on, what is started says why it cannot:
// support/on_full_disk.js, where the disk is seen by nobody else.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('support/on_full_disk.js', import.meta.url))
const skip = process.getuid() !== 0 && 'needs the right to mount (run as root)'

test('instances on a full disk', { skip }, async () => {
  const { NODE_TEST_CONTEXT, ...env } = process.env // its reports are its own
  const args = ['--mount', process.execPath, '--test', file]
  const tests = spawn('unshare', args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = await once(tests, 'exit')
  assert.equal(code, 0)
})
