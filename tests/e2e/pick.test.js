// The main job with the libraries that dApps really use: two profiles, one
// picked by name, signatures that verify against that profile's own address.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect, instances } from 'berth-provider/node'
import { BrowserProvider, verifyMessage, verifyTypedData } from 'ethers'
import { createPublicClient, createWalletClient, custom, http, parseEther, recoverMessageAddress, recoverTypedDataAddress } from 'viem'
import { anvil, bin, freePort, ok, portRange, run, scratch } from './support/berth.js'

// What anvil and hardhat print for this mnemonic.
const testMnemonic = 'test test test test test test test test test test test junk'
const testAddress = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'

const typedData = {
  domain: { name: 'Berth', version: '1', chainId: 31337, verifyingContract: '0x' + '11'.repeat(20) },
  types: { Order: [{ name: 'to', type: 'address' }, { name: 'amount', type: 'uint256' }, { name: 'tags', type: 'string[]' }] },
  primaryType: 'Order',
  message: { to: '0x' + '22'.repeat(20), amount: 12345678901234567890n, tags: ['a', 'b'] },
}

async function twoProfiles(t) {
  const node = await anvil(t, await freePort())
  const home = scratch(t, { portRange: portRange(20) })
  const chain = ['--upstream', node.url]
  await ok(home.berth('profile', 'create', 'alice', ...chain))
  await ok(run(join(bin, 'berth'), ['profile', 'create', 'bob', ...chain, '--mnemonic-file', '-'], { env: home.env, input: testMnemonic }))
  await ok(home.berth('start', 'alice', 'bob'))
  return { home, node }
}

async function pick(t, home, name) {
  const provider = await connect(name, { directory: home.registry })
  t.after(() => provider.close())
  return provider
}

test('viem picks one of two profiles and its signatures verify', async (t) => {
  const { home, node } = await twoProfiles(t)
  const found = await instances({ directory: home.registry })
  assert.deepEqual(found.map((i) => [i.name, i.status]), [['alice', 'running'], ['bob', 'running']])

  const client = createWalletClient({ transport: custom(await pick(t, home, 'bob')) })
  const [account] = await client.requestAddresses()
  assert.equal(account, testAddress)
  const [alices] = await createWalletClient({ transport: custom(await pick(t, home, 'alice')) }).requestAddresses()
  assert.notEqual(alices, account)

  const message = 'sign in to the harbour'
  const signature = await client.signMessage({ account, message })
  assert.equal(await recoverMessageAddress({ message, signature }), account)
  const typed = await client.signTypedData({ account, ...typedData })
  assert.equal(await recoverTypedDataAddress({ ...typedData, signature: typed }), account)

  const chain = { id: 31337, name: 'anvil', nativeCurrency: { name: 'E', symbol: 'E', decimals: 18 }, rpcUrls: { default: { http: [node.url] } } }
  const hash = await client.sendTransaction({ account, chain, to: alices, value: parseEther('1') })
  const direct = createPublicClient({ chain, transport: http(node.url) })
  const receipt = await direct.waitForTransactionReceipt({ hash })
  assert.equal(receipt.status, 'success')
  assert.equal(receipt.type, 'eip1559')
  assert.equal(receipt.from, account.toLowerCase())
  assert.equal(await direct.getBalance({ address: alices }), parseEther('1'))
})

test('ethers picks one of two profiles and its signatures verify', async (t) => {
  const { home } = await twoProfiles(t)
  const provider = new BrowserProvider(await pick(t, home, 'bob'))
  t.after(() => provider.destroy())
  const signer = await provider.getSigner()
  assert.equal(await signer.getAddress(), testAddress)
  const message = 'sign in to the harbour'
  assert.equal(verifyMessage(message, await signer.signMessage(message)), testAddress)
  const { domain, types, message: value } = typedData
  assert.equal(verifyTypedData(domain, types, value, await signer.signTypedData(domain, types, value)), testAddress)
  const sent = await signer.sendTransaction({ to: '0x' + '22'.repeat(20), value: 7n })
  const receipt = await sent.wait()
  assert.equal(receipt.status, 1)
  assert.equal(receipt.type, 2)
  assert.equal(receipt.from, testAddress)
})

test('the native dApp picks bob, proves him, and verifies his signature', async (t) => {
  const { home } = await twoProfiles(t)
  const said = await ok(run(join(bin, 'berth-demo'), ['bob'], { env: home.env }))
  assert.match(said, new RegExp(testAddress, 'i'))
  await ok(home.berth('stop', 'alice', 'bob'))
  assert.deepEqual(await instances({ directory: home.registry }), [])
  const gone = await run(join(bin, 'berth-demo'), ['bob'], { env: home.env })
  assert.notEqual(gone.code, 0)
})

test('a provider outlives a restart of its instance, also on another port', async (t) => {
  const { home } = await twoProfiles(t)
  const provider = await pick(t, home, 'bob')
  const gone = new Promise((resolve) => provider.on('disconnect', resolve))
  await ok(home.berth('stop', 'bob'))
  assert.equal((await gone).code, 4900)
  await assert.rejects(provider.request({ method: 'eth_accounts' }), { code: 4900 })
  const back = new Promise((resolve) => provider.on('connect', resolve))
  await ok(home.berth('start', 'bob', '--port', String(await freePort())))
  assert.deepEqual(await back, { chainId: '0x7a69' })
  assert.deepEqual(await provider.request({ method: 'eth_accounts' }).then((a) => a[0]), testAddress.toLowerCase())
})
