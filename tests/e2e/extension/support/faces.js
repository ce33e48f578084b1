// The extension's own pages, as they are in the source, before a background
// that a test plays.
import { existsSync } from 'node:fs'
import { openBrowser } from '../../browser/support/browser.js'

const source = new URL('../../../../provider/', import.meta.url)
const site = 'http://faces.localhost'

// The page's end of its port; the test has the other one.
function playRuntime() {
  window.chrome = {
    runtime: {
      connect({ name }) {
        window.asked = []
        window.portName = name
        return {
          onMessage: { addListener: (listener) => (window.tell = listener) },
          onDisconnect: { addListener: () => {} },
          postMessage: (message) => window.asked.push(message),
        }
      },
    },
  }
}

export class Face {
  // `name`: "window" or "popup". With its browser it ends with the test, which
  // fails if a console or a script reported an error.
  static async open(t, name, { width = 420, height = 640 } = {}) {
    const { context, troubles, close } = await openBrowser({ publicPort: 1 })
    t.after(async () => {
      await close()
      if (troubles.length > 0) throw new Error(troubles.join('\n'))
    })
    const page = await context.newPage()
    await page.setViewportSize({ width, height })
    await page.route(`${site}/**`, (route) => {
      const file = new URL(`.${new URL(route.request().url()).pathname}`, source)
      return existsSync(file) ? route.fulfill({ path: file.pathname }) : route.fulfill({ status: 204 })
    })
    await page.addInitScript(playRuntime)
    await page.goto(`${site}/extension/${name}/${name}.html`)
    return new Face(page)
  }

  constructor(page) {
    this.page = page
  }

  tell(state) {
    const nothing = { trouble: null, ask: null, profiles: null, questions: [], site: null }
    return this.page.evaluate((state) => window.tell(state), { type: 'state', ...nothing, ...state })
  }

  done(call) {
    return this.page.evaluate((call) => window.tell({ type: 'done', call }), call)
  }

  failed(call, error) {
    return this.page.evaluate((message) => window.tell(message), { type: 'failed', call, error })
  }

  // What it has asked of the background.
  asked() {
    return this.page.evaluate(() => window.asked)
  }

  // Resolves when it has asked to be closed.
  closed() {
    return this.page.waitForFunction(() => window.asked.some(({ type }) => type === 'close'))
  }

  button(name) {
    return this.page.getByRole('button', { name })
  }

  // A person looks first.
  async press(name) {
    await this.button(name).waitFor()
    await this.page.locator('body:not(.settling)').waitFor()
    await this.button(name).click()
  }
}
