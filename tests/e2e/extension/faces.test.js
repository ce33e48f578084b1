// The window where the user chooses and decides, and the toolbar's popup: what
// they show of a background's states, and which clicks reach it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { disturbed, holdClock } from '../browser/support/attack.js'
import { Face } from './support/faces.js'

const origin = 'https://app.example'
const alice = { name: 'alice', title: null, color: null, icon: null, status: 'running', state: 'ready', chain_id: 31337, granted: false }
const bob = { ...alice, name: 'bob', title: "Bob's savings", status: 'stopped', state: null }
const ask = { id: 'a1', origin }
const question = {
  id: 'q1', profile: 'alice', origin, kind: 'message', method: 'personal_sign', account: '0x' + '11'.repeat(20), chain_id: 31337,
  content: { text: 'Hello', hex: '0x48656c6c6f' }, asked_at: '2030-01-01T00:00:00Z', expires_at: '2030-01-01T00:05:00Z',
}
const choosing = { ask, profiles: [alice, bob] }
const types = (asked) => asked.map(({ type, profile, decision }) => [type, profile, decision].filter(Boolean).join(' '))
const asks = async (face) => types(await face.asked())

test('the window shows who asks; a choice, a start and a cancel reach the background', async (t) => {
  const face = await Face.open(t, 'window')
  await face.tell({ ...choosing, questions: [question] })
  await face.page.getByText(origin).waitFor()
  await face.press(/savings/)
  await face.press(/^alice/)
  await face.press('Cancel')
  assert.deepEqual(await asks(face), ['start bob', 'choose alice', 'cancel'])
  const [start] = await face.asked()
  await face.failed(start.call, { code: 'failed', message: 'bob does not start', hint: 'see why: berth logs bob' })
  await face.page.getByText('berth logs bob').waitFor()
})

test('Escape clears what was searched for, then cancels', async (t) => {
  const face = await Face.open(t, 'window')
  const many = [...'abcdefghi'].map((letter) => ({ ...alice, name: `profile-${letter}` }))
  await face.tell({ ask, profiles: many })
  await face.page.getByLabel('Find a profile').fill('-c')
  await face.button(/profile-a/).waitFor({ state: 'detached' })
  await face.page.keyboard.press('Escape')
  await face.button(/profile-a/).waitFor()
  assert.deepEqual(await asks(face), [])
  await face.page.keyboard.press('Escape')
  assert.deepEqual(await asks(face), ['cancel'])
})

for (const [where, what, state, name, granted] of [
  ['window', 'chooses', choosing, /^alice/, 'choose alice'],
  ['window', 'starts', choosing, /savings/, 'start bob'],
  ['window', 'approves', { questions: [question] }, 'Sign', 'decide alice approve'],
  ['popup', 'approves', { questions: [question] }, 'Sign', 'decide alice approve'],
])
  test(`nothing but a click that was meant ${what} in the ${where}`, async (t) => {
    const face = await Face.open(t, where)
    await face.tell(state)
    const button = face.button(name)
    await button.waitFor()
    await face.page.locator('body:not(.settling)').waitFor()
    await button.evaluate((element) => element.click())
    const pass = await holdClock(face.page)
    await face.tell({ ...state, trouble: null, questions: [{ ...question, id: 'q2' }, ...(state.questions ?? [])] })
    await button.click()
    await pass(499)
    await button.click()
    await face.page.getByText('That was too quick').waitFor()
    const resize = (width) => disturbed(face.page, 'resize', () => face.page.setViewportSize({ width, height: 640 }))
    await resize(319)
    await pass(10_000)
    await button.click()
    await face.page.getByText('Make this window larger first').waitFor()
    assert.deepEqual(await asks(face), [])
    await resize(420)
    await pass(10_000)
    await button.click()
    assert.deepEqual(await asks(face), [granted])
  })

test('questions come one at a time, and what comes right behind the last one is shown in the same window', async (t) => {
  const face = await Face.open(t, 'window')
  await face.tell({ questions: [question, { ...question, id: 'q2' }] })
  await face.page.getByText('The first of 2 questions').waitFor()
  await face.press('Deny')
  await face.tell({ questions: [{ ...question, id: 'q2' }] })
  await face.press('Sign')
  assert.deepEqual((await face.asked()).map(({ question, decision }) => [question, decision]), [['q1', 'deny'], ['q2', 'approve']])
  await face.tell({})
  await face.page.getByText('Approved').waitFor()
  await face.tell(choosing)
  // As long as it would have stayed.
  await face.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 900)))
  assert.equal((await face.asked()).some(({ type }) => type === 'close'), false)
  await face.press(/^alice/)
  await face.tell({})
  await face.page.getByText('Connected').waitFor()
  await face.closed()
})

test('the popup shows what the site may, and disconnects and stops at the second press', async (t) => {
  const face = await Face.open(t, 'popup', { width: 360, height: 600 })
  await face.tell({ site: origin, profiles: [{ ...alice, granted: true }, bob] })
  await face.page.getByText(origin).waitFor()
  const pass = await holdClock(face.page)
  await face.button('Start').click()
  // A double click is one press.
  await face.button(/^Disconnect/).dblclick()
  assert.deepEqual(await asks(face), ['start bob'])
  await pass(700)
  await face.button(/^Really\?/).click()
  await face.done((await face.asked())[1].call)
  await pass(700)
  await face.button(/^Stop/).click()
  await pass(700)
  await face.button(/^Really stop/).click()
  const asked = await face.asked()
  assert.deepEqual(types(asked), ['start bob', 'revoke alice', 'stop alice'])
  assert.equal(asked[1].origin, origin)
})

test('the popup begins with the oldest question, which can wait', async (t) => {
  const face = await Face.open(t, 'popup', { width: 360, height: 600 })
  await face.tell({ site: origin, profiles: [alice], questions: [question, { ...question, id: 'q2' }] })
  await face.press('Back to the profiles')
  await face.page.getByText('2 questions wait').waitFor()
  await face.press('Look')
  await face.press('Sign')
  assert.deepEqual(await asks(face), ['decide alice approve'])
})

test('the popup says what to do where there is no native host, and where there is no profile', async (t) => {
  const face = await Face.open(t, 'popup', { width: 360, height: 600 })
  await face.tell({ trouble: { code: 'no_host', message: 'this browser does not know Berth', hint: 'register it: berth browser install' } })
  await face.page.getByRole('alert').getByText('berth browser install').click()
  assert.equal(await face.page.evaluate(() => getSelection().toString()), 'berth browser install')
  await face.tell({ profiles: [] })
  await face.page.getByText('berth start NAME --create').waitFor()
  assert.equal(await face.page.getByRole('alert').count(), 0)
})
