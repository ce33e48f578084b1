// What a person does in the extension's window, which opens for a question and
// closes by itself when nothing more is asked.
import assert from 'node:assert/strict'
import { choose } from '../../browser/support/person.js'
import { accountsOf } from '../../browser/support/stage.js'

const closed = (window) => window.isClosed() || window.waitForEvent('close')

// The outcome of `request()`, whose window is answered by `act`.
export async function answering(context, request, act) {
  const opening = context.waitForEvent('page')
  const outcome = request()
  const window = await opening
  await act(window)
  await closed(window)
  return outcome
}

// Connects the wallet "Berth" of a page to a profile; its accounts.
export async function connectTo(dapp, home, profile) {
  const { window, outcome } = await dapp.connect()
  await choose(window, profile)
  const accounts = await accountsOf(home, profile)
  assert.deepEqual(await outcome, { value: accounts })
  await closed(window)
  return accounts
}
