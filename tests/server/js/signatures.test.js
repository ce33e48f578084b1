import assert from 'node:assert/strict'
import test from 'node:test'
import * as ethers from 'ethers'
import * as viem from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { documents, recursive } from './typed_data.js'
import { account, ask, chainId, secretKey } from './wallet.js'

const key = privateKeyToAccount(secretKey)

// Node and wallets send quantities, ethers and viem want bigints.
const gwei = (n) => BigInt(n) * 10n ** 9n
const hex = (n) => '0x' + BigInt(n).toString(16)

function ethersTyped({ types, domain, message }) {
  const { EIP712Domain: _, ...rest } = types
  return [domain, rest, message]
}

const messages = {
  text: 'Sign in to Berth',
  'no text': '',
  'other scripts': 'Grüße ✓ 你好 🙂',
  lines: 'a\nb\r\n\tc',
  long: 'x'.repeat(1000),
}

for (const [name, message] of Object.entries(messages)) {
  test(`personal_sign of ${name} verifies with viem and ethers`, async () => {
    const signature = ask('personal_sign', [viem.stringToHex(message), account])
    assert.equal(ethers.verifyMessage(message, signature), account)
    assert.equal(await viem.recoverMessageAddress({ message, signature }), account)
    assert.equal(signature, await key.signMessage({ message }))
  })
}

test('personal_sign of bytes that are no text verifies with viem and ethers', async () => {
  const raw = '0x00ff80fe'
  const signature = ask('personal_sign', [raw, account])
  assert.equal(ethers.verifyMessage(ethers.getBytes(raw), signature), account)
  assert.equal(await viem.recoverMessageAddress({ message: { raw }, signature }), account)
})

for (const [name, document] of Object.entries(documents)) {
  test(`typed data with ${name} verifies with viem and ethers`, async () => {
    const signature = ask('eth_signTypedData_v4', [account, document])
    assert.equal(ethers.verifyTypedData(...ethersTyped(document), signature), account)
    assert.equal(await viem.recoverTypedDataAddress({ ...document, signature }), account)
    assert.equal(ask('eth_signTypedData_v4', [account, JSON.stringify(document)]), signature)
  })
}

test('typed data of a recursive type verifies with viem', async () => {
  const signature = ask('eth_signTypedData_v4', [account, recursive])
  assert.equal(await viem.recoverTypedDataAddress({ ...recursive, signature }), account)
})

const to = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const market = { maxFeePerGas: gwei(30), maxPriorityFeePerGas: gwei(2) }
const transactions = {
  'EIP-1559': { to, value: 10n ** 18n, nonce: 7, gas: 21000n, data: '0x', ...market },
  'EIP-1559 without value at nonce 0': { to, value: 0n, nonce: 0, gas: 50000n, data: '0xa9059cbb00', ...market },
  'EIP-1559 that makes a contract': { value: 0n, nonce: 1, gas: 90000n, data: '0x6000', ...market },
  'EIP-1559 with an access list': {
    to,
    value: 1n,
    nonce: 128,
    gas: 60000n,
    data: '0x' + '00'.repeat(60),
    accessList: [
      { address: account, storageKeys: ['0x' + '00'.repeat(32), '0x' + '01'.repeat(32)] },
      { address: to, storageKeys: [] },
    ],
    ...market,
  },
  legacy: { to, value: 5n, nonce: 200, gas: 21000n, data: '0x', gasPrice: gwei(20) },
  'legacy that makes a contract': { value: 0n, nonce: 3, gas: 90000n, data: '0x6000', gasPrice: 1n },
}

// As eth_sendTransaction takes it.
function toRequest({ to: destination, data, accessList, ...quantities }) {
  const entries = Object.entries(quantities).map(([name, value]) => [name, hex(value)])
  return { from: account, to: destination, data, accessList, ...Object.fromEntries(entries) }
}

for (const [name, transaction] of Object.entries(transactions)) {
  test(`a transaction, ${name}, is the one that viem and ethers sign`, async () => {
    const raw = ask('eth_sendTransaction', [toRequest(transaction)])

    const { gas, ...rest } = transaction
    const parsed = ethers.Transaction.from(raw)
    assert.equal(parsed.from, account)
    assert.equal(parsed.gasLimit, gas)
    const type = 'gasPrice' in transaction ? 0 : 2
    assert.equal(raw, await new ethers.Wallet(secretKey).signTransaction({ ...rest, type, chainId, gasLimit: gas }))

    assert.equal(await viem.recoverTransactionAddress({ serializedTransaction: raw }), account)
    const viemType = type === 0 ? 'legacy' : 'eip1559'
    assert.equal(raw, await key.signTransaction({ ...transaction, type: viemType, chainId }))
  })
}
