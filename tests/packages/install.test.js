// `cmake --install` into a directory of one's own.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

import { bin } from '../e2e/support/berth.js'

test('an installation is whole, finds its parts, and touches nothing beside its prefix', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-install-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const prefix = join(folder, 'prefix')
  execFileSync('cmake', ['--install', dirname(bin), '--prefix', prefix], { stdio: 'pipe' })
  assert.deepEqual(readdirSync(folder), ['prefix'])
  for (const file of [
    'bin/berthd', 'bin/berth-instance', 'bin/berth-talk', 'bin/berth-native-host',
    'share/man/man1/berth.1.gz', 'share/man/man8/berthd.8.gz', 'share/man/man5/berth-registry.5.gz',
    'share/bash-completion/completions/berth', 'share/zsh/site-functions/_berth', 'share/fish/vendor_completions.d/berth.fish',
    'share/doc/berth/LICENSE', 'share/doc/berth/README.md',
  ]) assert.ok(existsSync(join(prefix, file)), file)

  const env = { PATH: '/usr/bin:/bin', HOME: folder }
  const berth = (...args) => execFileSync(join(prefix, 'bin/berth'), args, { env, encoding: 'utf8' }).trimEnd()
  assert.match(berth('version'), /^berth \d/)
  assert.equal(berth('browser', '--extension-dir'), join(prefix, 'share/berth/extension'))
  assert.match(berth('help', '--man', 'berthd'), /^\.TH BERTHD 8 /)
})
