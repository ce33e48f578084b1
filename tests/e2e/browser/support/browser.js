// A real Chromium with a fresh profile, which takes one https port of 127.0.0.1
// for a public address and is otherwise what a user has.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const flags = [
  // Ours, so that Playwright does not choose its headless shell, which is
  // another browser.
  '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--ignore-certificate-errors', '--hide-scrollbars', '--host-resolver-rules=MAP * 127.0.0.1',
]

// The browser, until close(). `troubles`: errors of consoles and of scripts, in
// any of its windows, but for those that `expected` matches. `profile`: a
// directory of the caller's; `env`: its environment; `args`: more of them.
export async function openBrowser({ publicPort, expected = [], profile: own, env, args = [] }) {
  const profile = own ?? mkdtempSync(join(tmpdir(), 'berth-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    ...(env && { env }),
    executablePath: '/usr/bin/chromium',
    headless: false,
    // What Playwright adds for other tests, and a user does not have.
    ignoreDefaultArgs: ['--disable-popup-blocking'],
    viewport: null,
    ignoreHTTPSErrors: true,
    args: [...flags, `--ip-address-space-overrides=127.0.0.1:${publicPort}=public`, ...args],
  })
  context.setDefaultTimeout(15_000)
  const troubles = []
  const note = (text) => expected.some((pattern) => pattern.test(text)) || troubles.push(text)
  context.on('console', (message) => message.type() === 'error' && note(`${message.page()?.url()}: ${message.text()} (${message.location().url})`))
  context.on('weberror', (error) => note(`${error.page()?.url()}: ${error.error().stack}`))
  return {
    context,
    troubles,
    async close() {
      await context.close()
      if (!own) rmSync(profile, { recursive: true, force: true })
    },
  }
}

// What the browser holds of the page's right to reach loopback. 'prompt': the
// user has never been asked, nor has anything been refused.
export const loopbackPermission = (page) =>
  page.evaluate(async () => (await navigator.permissions.query({ name: 'loopback-network' })).state)
