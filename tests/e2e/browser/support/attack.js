// What tests of attacks on the picker share: time that stands still in its
// window, keys that are held, pages that speak to it by hand, and the list of
// what its window did ask the gateway to do.

// What the picker has the gateway do from now on, oldest first: 'choose bob',
// 'decide bob approve'.
export function actsOf(popup) {
  const acts = []
  popup.on('request', (request) => {
    const [, act] = request.url().match(/\/v1\/picker\/(choose|resume|start|decide|revoke)$/) ?? []
    const { profile, decision } = act ? request.postDataJSON() : {}
    if (act) acts.push([act, profile, decision].filter(Boolean).join(' '))
  })
  return acts
}

// The picker's clock stands still, half a second after everything so far;
// pass(ms) moves it on.
export async function holdClock(popup) {
  await popup.evaluate(() => {
    let now = performance.now() + 500
    performance.now = () => now
    window.pass = (ms) => (now += ms)
  })
  return (ms) => popup.evaluate((ms) => void window.pass(ms), ms)
}

// Does `act`, and waits until the picker's window has had `event` of it.
export async function disturbed(popup, event, act) {
  await popup.evaluate((event) => {
    window.happened = false
    for (const target of [window, document])
      target.addEventListener(event, () => setTimeout(() => (window.happened = true)), { once: true })
  }, event)
  await act()
  await popup.waitForFunction(() => window.happened)
}

const keys = { Enter: [13, '\r'], Space: [32, ' '] }

// A key that was pressed before the window was there: repeats, then its release.
export async function heldKey(context, popup, code, repeats = 10) {
  const [windowsVirtualKeyCode, text] = keys[code]
  const session = await context.newCDPSession(popup)
  const key = { key: code === 'Space' ? ' ' : code, code, windowsVirtualKeyCode }
  for (let i = 0; i < repeats; i++) await session.send('Input.dispatchKeyEvent', { type: 'keyDown', autoRepeat: true, text, ...key })
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key })
  await session.detach()
}

// Pages of no library, with a button to click.
export const bare = '<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,"><button id="go">Go</button></html>'

// A page, or a frame in one, that has a button and opens the picker by hand.
export class ByHand {
  constructor(page, frame = page.mainFrame()) {
    Object.assign(this, { page, frame })
  }

  // The window of window.open(url, 'berth', features), called in a click.
  async open(url, features = 'popup,width=420,height=640') {
    await this.listen()
    await this.frame.evaluate(([url, features]) => {
      const open = () => (window.popup = window.open(url, 'berth', features))
      document.getElementById('go').addEventListener('click', open, { once: true })
    }, [url, features])
    const opening = this.page.waitForEvent('popup')
    await this.frame.click('#go')
    const popup = await opening
    await popup.waitForLoadState()
    return popup
  }

  // From now on, for heard() and message().
  listen() {
    return this.frame.evaluate(() => {
      if (window.heard) return
      window.heard = []
      window.addEventListener('message', ({ origin, data }) => window.heard.push({ origin, data }))
    })
  }

  // To the window, whatever it shows. `through`: an expression that is the
  // window there.
  say(message, through = 'popup') {
    const script = `(message) => ${through}.postMessage(message, '*')`
    return this.frame.evaluate(([script, message]) => (0, eval)(script)(message), [script, message])
  }

  hello(id, through) {
    return this.say({ berth: 1, type: 'hello', id, want: 'choose' }, through)
  }

  // Hello every 200 ms until it is welcomed, as the window may still load.
  async greet(id) {
    await this.frame.evaluate((hello) => new Promise((resolve) => {
      const timer = setInterval(() => window.popup.postMessage(hello, '*'), 200)
      window.addEventListener('message', ({ data }) => {
        if (data?.type !== 'welcome' || data.id !== hello.id) return
        clearInterval(timer)
        resolve()
      })
    }), { berth: 1, type: 'hello', id, want: 'choose' })
  }

  // What it was sent so far, by whomever.
  heard() {
    return this.frame.evaluate(() => window.heard)
  }

  // The first message of that type.
  async message(type) {
    const found = await this.frame.waitForFunction((type) => window.heard.find(({ data }) => data?.type === type), type)
    return (await found.jsonValue()).data
  }

  // It goes to another address without a word to the window.
  async leaveFor(url) {
    const arrived = this.page.waitForURL(url)
    await this.frame.evaluate((url) => void (location.href = url), url)
    await arrived
  }
}
