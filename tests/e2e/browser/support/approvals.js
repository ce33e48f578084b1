// Questions that wait, as the command line lists them.
import { ok } from '../../support/berth.js'

// The id of the one that waits, once there is one.
export async function question(home) {
  const end = Date.now() + 20_000
  for (;;) {
    const [found] = JSON.parse(await ok(home.berth('approvals', '--json')))
    if (found) return found.id
    if (Date.now() > end) throw new Error('no question waits')
  }
}
