// A dApp that looks for wallets by EIP-6963, with mipd and with ethers.
import { BrowserProvider } from 'ethers'
import { createStore } from 'mipd'
import { announce } from 'berth-provider'
import './dapp.js'

const store = createStore()
announce()

async function discover(name) {
  const filter = (found) => found.find((info) => info.name === name) ?? null
  return BrowserProvider.discover({ filter })
}

window.discovery = {
  mipd: () => store.getProviders().map(({ info }) => info),
  frozen: () => store.getProviders().every((detail) => Object.isFrozen(detail) && Object.isFrozen(detail.info)),
  connect: async (name) => (await (await discover(name)).getSigner()).address,
  sign: async (name, message) => (await (await discover(name)).getSigner()).signMessage(message),
}
