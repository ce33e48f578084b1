// The page's half of ../dapp.js: what the test asks, done in the page.
import * as berth from '/berth-provider/index.js'

const kEvents = ['connect', 'disconnect', 'accountsChanged', 'chainChanged', 'message']
const plain = (error) => ({ name: error.name, code: error.code, message: error.message, hint: error.hint })

window.berth = berth
window.heard = []

// {value} or {error}: what a promise came to, as JSON can carry it.
window.settle = (promise) => promise.then((value) => ({ value }), (error) => ({ error: plain(error) }))

// The wallet that the test speaks to from now on.
window.use = (wallet) => {
  if (!wallet) return null
  window.wallet = wallet
  for (const name of kEvents) wallet.on(name, (value) => window.heard.push({ name, value: value instanceof Error ? plain(value) : value }))
  return wallet.info
}

// Runs `action` in the next click, as a dApp's button does.
window.onClick = (action) => {
  window.outcome = new Promise((resolve) => {
    document.getElementById('go').addEventListener('click', () => resolve(window.settle(action())), { once: true })
  })
}
window.ready = true
