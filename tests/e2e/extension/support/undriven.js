// A Chromium that nothing drives: a debugger keeps an extension's worker alive,
// and hides that it ends. Its page fetches what to run, and reports.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { unpacked } from './stage.js'

const page = `<!doctype html><title>A dApp</title><link rel="icon" href="data:,"><script src="/wallets.js"></script><script>
(async () => {
  for (;;) {
    const { id, code } = await (await fetch('/next')).json()
    const outcome = await (0, eval)(code)().then((value) => ({ value }), (error) => ({ error: String(error) }))
    await fetch('/report', { method: 'POST', body: JSON.stringify({ id, outcome }) })
  }
})()
</script>`

// What serveSites() needs for it, and run(function): what that gives in the page.
export function remote(script) {
  const waiting = new Map()
  const queue = []
  let fetching
  let last = 0
  const give = () => {
    if (!fetching || queue.length === 0) return
    fetching.end(JSON.stringify(queue.shift()))
    fetching = undefined
  }
  return {
    files: {
      '/': page,
      '/wallets.js': script,
      '/next': (_, response) => {
        fetching = response
        give()
      },
      '/report': async (request, response) => {
        const chunks = []
        for await (const chunk of request) chunks.push(chunk)
        const { id, outcome } = JSON.parse(Buffer.concat(chunks))
        response.end()
        waiting.get(id)?.(outcome)
        waiting.delete(id)
      },
    },
    run(action, ...args) {
      const id = ++last
      queue.push({ id, code: `() => (${action})(...${JSON.stringify(args)})` })
      give()
      return new Promise((resolve) => waiting.set(id, resolve))
    },
  }
}

// {pid: of its first process, close()}
export function openUndriven(home, url) {
  const extension = unpacked('chromium')
  const child = spawn('/usr/bin/chromium', [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', `--user-data-dir=${join(home.home, '.config/chromium')}`,
    `--load-extension=${extension}`, `--disable-extensions-except=${extension}`, url,
  ], { env: home.env, stdio: 'ignore' })
  const ended = once(child, 'exit')
  return {
    pid: child.pid,
    async close() {
      child.kill()
      await ended
    },
  }
}
