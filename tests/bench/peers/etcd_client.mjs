// etcd over its JSON gateway. As a program it holds the key `killed` under a
// lease of the shortest time that etcd gives, and keeps that alive as its own
// clients do, until it is killed. Usage: node etcd_client.mjs URL
import { fileURLToPath } from 'node:url'

export const kKey = Buffer.from('killed').toString('base64')

// The answer of one call.
export async function call(url, method, body) {
  const response = await fetch(`${url}/v3/${method}`, { method: 'POST', body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`etcd: ${method}: ${response.status} ${await response.text()}`)
  return response.json()
}

async function hold(url) {
  const { ID, TTL } = await call(url, 'lease/grant', { TTL: 1 })
  await call(url, 'kv/put', { key: kKey, value: kKey, lease: ID })
  setInterval(() => call(url, 'lease/keepalive', { ID }), Number(TTL) * 1000 / 3)
  console.log('ready')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await hold(process.argv[2])
