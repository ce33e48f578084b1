// A key under a lease: a process that is killed is missed when its lease ends.
import { startInBackground } from '../support/background.mjs'
import { connected, freePort, installed, output, until } from '../support/machine.mjs'
import { scratchDirectory, startReady } from '../support/programs.mjs'
import { call, kKey } from './etcd_client.mjs'

const kLimit = 60_000 // ms
const kClient = new URL('etcd_client.mjs', import.meta.url).pathname

export const who = 'etcd'
export const missing = () => installed('etcd') ? undefined : 'etcd is not installed'
export const version = () => output(['etcd', '--version']).split('\n')[0].replace('etcd Version: ', '')

// A server of its own on loopback: its URL.
async function start(undo) {
  const [clients, peers] = [await freePort(), await freePort()]
  const url = (port) => `http://127.0.0.1:${port}`
  startInBackground(undo, 'etcd', [
    '--name', 'bench', '--data-dir', scratchDirectory(undo),
    '--listen-client-urls', url(clients), '--advertise-client-urls', url(clients),
    '--listen-peer-urls', url(peers), '--initial-advertise-peer-urls', url(peers),
    '--initial-cluster', `bench=${url(peers)}`,
  ], { env: process.env })
  await until('etcd answers', async () => {
    const socket = await connected(clients)
    socket?.destroy()
    return socket && call(url(clients), 'kv/range', { key: kKey }).catch(() => false)
  }, 50)
  return url(clients)
}

// When the key was deleted. Calls `seen` once the watch is there.
async function watchEnd(url, seen) {
  const response = await fetch(`${url}/v3/watch`, {
    method: 'POST', body: JSON.stringify({ create_request: { key: kKey, filters: ['NOPUT'] } }),
    signal: AbortSignal.timeout(kLimit),
  })
  let text = ''
  for await (const chunk of response.body) {
    text += Buffer.from(chunk).toString()
    if (text.includes('"created":true')) seen()
    if (text.includes('"DELETE"')) return performance.now()
  }
  throw new Error('etcd ended the watch')
}

// Killed at any moment between two signs of life.
async function round(undo, url) {
  const holder = await startReady(undo, process.execPath, [kClient, url], { env: process.env })
  let ended
  await new Promise((resolve, reject) => {
    ended = watchEnd(url, resolve)
    ended.catch(reject)
  })
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000))
  const began = performance.now()
  holder.kill('SIGKILL')
  return await ended - began
}

// In ms.
export async function notices(undo, rounds) {
  const url = await start(undo)
  const taken = []
  for (let i = 0; i < rounds; ++i) taken.push(await round(undo, url))
  return taken
}
