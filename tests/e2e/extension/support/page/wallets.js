// The page's half of ../wallets.js: what any dApp does with EIP-6963.
const kEvents = ['connect', 'disconnect', 'accountsChanged', 'chainChanged', 'message']
const plain = (error) => ({ code: error.code, message: error.message })

const details = []
const heard = []

window.addEventListener('eip6963:announceProvider', ({ detail }) => {
  if (details.some(({ info }) => info.uuid === detail.info.uuid)) return
  details.push(detail)
  for (const name of kEvents)
    detail.provider.on(name, (value) => heard.push({ wallet: detail.info.name, name, value: value instanceof Error ? plain(value) : value, at: performance.timeOrigin + performance.now() }))
})

window.wallets = {
  details,
  heard,
  names: () => details.map(({ info }) => info.name),
  provider: (name) => details.find(({ info }) => info.name === name)?.provider,
  // {value} or {error}: what it came to, as JSON can carry it.
  request: (name, request) => window.wallets.provider(name).request(request)
    .then((value) => ({ value }), (error) => ({ error: plain(error) })),
  onClick(action) {
    this.outcome = new Promise((resolve) => {
      document.getElementById('go').addEventListener('click', () => resolve(action()), { once: true })
    })
  },
  take(wallet, name) {
    const at = heard.findIndex((event) => event.wallet === wallet && event.name === name)
    return at >= 0 && heard.splice(0, at + 1).pop()
  },
}
window.dispatchEvent(new Event('eip6963:requestProvider'))
