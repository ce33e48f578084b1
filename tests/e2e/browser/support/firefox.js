// Firefox ESR over WebDriver BiDi, as ./browser.js is Chromium: it takes one
// https port of 127.0.0.1 for a public address.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import puppeteer from 'puppeteer-core'

export const firefox = '/usr/bin/firefox-esr'

// The browser, until close(). newPage(): one with the one method of Playwright's
// that ./dapp.js needs besides. `profile`: a directory of the caller's; `env`:
// its environment.
export async function openFirefox({ publicPort, profile: own, env, prefs }) {
  const profile = own ?? mkdtempSync(join(tmpdir(), 'berth-firefox-'))
  const browser = await puppeteer.launch({
    ...(env && { env }),
    browser: 'firefox',
    executablePath: firefox,
    headless: true,
    acceptInsecureCerts: true,
    userDataDir: profile,
    extraPrefsFirefox: {
      'network.dns.localDomains': 'dapp.example,other.example',
      'network.lna.address_space.public.override': `127.0.0.1:${publicPort}`,
      // What the driver turns off, and a user has on.
      'dom.disable_open_during_load': true,
      ...prefs,
    },
  })
  return {
    browser,
    async newPage() {
      const page = await browser.newPage()
      page.setDefaultTimeout(15_000)
      return Object.assign(page, { waitForEvent: (name) => new Promise((resolve) => page.once(name, resolve)) })
    },
    async close() {
      await browser.close()
      if (!own) rmSync(profile, { recursive: true, force: true })
    },
  }
}

// A person's click on the first button that says `text`, once the window has
// settled: ./person.js for this driver.
export async function press(popup, text) {
  const button = await popup.waitForFunction((text) => {
    if (document.body.classList.contains('settling')) return null
    return [...document.querySelectorAll('button')].find((each) => each.textContent.toLowerCase().includes(text))
  }, {}, text)
  await button.click()
}
