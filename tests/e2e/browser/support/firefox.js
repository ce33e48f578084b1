// Firefox ESR over WebDriver BiDi, as ./browser.js is Chromium: it takes one
// https port of 127.0.0.1 for a public address.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import puppeteer from 'puppeteer-core'

// The browser, until close(). newPage(): one with the one method of Playwright's
// that ./dapp.js needs besides.
export async function openFirefox({ publicPort }) {
  const profile = mkdtempSync(join(tmpdir(), 'berth-firefox-'))
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    acceptInsecureCerts: true,
    userDataDir: profile,
    extraPrefsFirefox: {
      'network.dns.localDomains': 'dapp.example',
      'network.lna.address_space.public.override': `127.0.0.1:${publicPort}`,
      // What the driver turns off, and a user has on.
      'dom.disable_open_during_load': true,
    },
  })
  return {
    async newPage() {
      const page = await browser.newPage()
      page.setDefaultTimeout(15_000)
      return Object.assign(page, { waitForEvent: (name) => new Promise((resolve) => page.once(name, resolve)) })
    },
    async close() {
      await browser.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

// A person's click on the button whose name begins so, once it is awake.
export const press = (page, name) =>
  page.locator('button:not(:disabled)').filter((button) => true).click()

export const loopbackPermission = (page) =>
  page.evaluate(async () => (await navigator.permissions.query({ name: 'loopback-network' })).state)
