// A node of chain 31337 over https on loopback, and a file of the authorities to
// trust: the system's, and its own.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'

const kSystem = '/etc/ssl/certs/ca-certificates.crt'
const kAnswers = { eth_chainId: '0x7a69', eth_blockNumber: '0x1' }

// {url, authorities}; the files lie in `directory`.
export async function httpsNode(undo, directory) {
  const [key, cert, authorities] = ['key.pem', 'cert.pem', 'authorities.pem'].map((name) => join(directory, name))
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' })
  writeFileSync(authorities, readFileSync(kSystem, 'utf8') + readFileSync(cert, 'utf8'))
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const { id, method } = JSON.parse(body)
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, result: kAnswers[method] ?? null }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  undo.add(() => server.closeAllConnections() ?? server.close())
  return { url: `https://127.0.0.1:${server.address().port}`, authorities }
}
