// The extension's window in Firefox. puppeteer sees no page of an extension,
// since Firefox reports no events of one; but what is sent to it by its id,
// scripts and a person's mouse among it, reaches it as any other.
const within = 15_000

async function until(look, what) {
  const limit = Date.now() + within
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > limit) throw new Error(`${what}: not within ${within} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export class FirefoxWindow {
  // All that are open.
  static async list({ connection }) {
    const { result } = await connection.send('browsingContext.getTree', { maxDepth: 0 })
    return result.contexts
      .filter(({ url }) => url.startsWith('moz-extension:'))
      .map(({ context }) => new FirefoxWindow(connection, context))
  }

  // The next one to open, from when this is called.
  static async next(browser) {
    const before = (await FirefoxWindow.list(browser)).map(({ id }) => id)
    return until(async () => (await FirefoxWindow.list(browser)).find(({ id }) => !before.includes(id)), 'a window of the extension')
  }

  constructor(connection, id) {
    this.connection = connection
    this.id = id
  }

  async evaluate(action, ...args) {
    const { result } = await this.connection.send('script.evaluate', {
      expression: `(async () => JSON.stringify(await (${action})(...${JSON.stringify(args)})) ?? 'null')()`,
      target: { context: this.id }, awaitPromise: true,
    })
    if (result.type !== 'success') throw new Error(result.exceptionDetails.text)
    return JSON.parse(result.result.value)
  }

  text() {
    return this.evaluate(() => document.body.innerText)
  }

  shows(text) {
    return until(async () => (await this.text()).includes(text), `"${text}"`)
  }

  // A person's click on the middle of the first button that says `text`; they
  // look first, since its buttons wake up only a moment after something moved.
  async press(text) {
    const [x, y] = await until(() => this.evaluate((text) => {
      if (document.body.classList.contains('settling')) return null
      const button = [...document.querySelectorAll('button')].find((each) => each.textContent.toLowerCase().includes(text))
      if (!button) return null
      const { x, y, width, height } = button.getBoundingClientRect()
      return [Math.round(x + width / 2), Math.round(y + height / 2)]
    }, text), `a button "${text}"`)
    await this.connection.send('input.performActions', {
      context: this.id,
      actions: [{
        type: 'pointer', id: 'mouse',
        actions: [{ type: 'pointerMove', x, y }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }],
      }],
    })
  }

  // Resolves when it is closed.
  async closed() {
    await until(async () => !(await FirefoxWindow.list(this)).some(({ id }) => id === this.id), 'the end of the window')
  }

  // As the user does it.
  close() {
    return this.connection.send('browsingContext.close', { context: this.id })
  }
}
