// Web sites of dApps: every name at one https port of 127.0.0.1, which browsers
// are told to take for a public address, and http://localhost.
import { execFileSync } from 'node:child_process'
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' }
const folder = (path) => fileURLToPath(new URL(path, import.meta.url))

// What a URL's first folder stands for; the rest is the page of these tests.
const folders = {
  'berth-provider': folder('../../../../provider/js/'),
  demo: folder('../../../../provider/demo/page/'),
}
const page = folder('page/')

function fileOf(pathname) {
  const [, first, rest] = pathname.match(/^\/([^/]*)\/?(.*)$/)
  if (folders[first]) return join(folders[first], rest || 'index.html')
  return join(page, pathname === '/' ? 'index.html' : pathname)
}

// A key and certificate that nobody trusts, for this run only.
function selfSigned() {
  const at = mkdtempSync(join(tmpdir(), 'berth-tls-'))
  try {
    const [key, cert] = [join(at, 'key.pem'), join(at, 'cert.pem')]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
      '-subj', '/CN=dapp.example', '-addext', 'subjectAltName=DNS:*.example', '-keyout', key, '-out', cert], { stdio: 'pipe' })
    return { key: readFileSync(key), cert: readFileSync(cert) }
  } finally {
    rmSync(at, { recursive: true, force: true })
  }
}

const listening = (server) => new Promise((resolve, reject) => {
  server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server.address().port))
})

// Serves the dApps until close(). `headers` go with every page; `files` are
// pages and scripts of the test, path to text, or to what answers (request,
// response) itself.
export async function serveSites({ headers = {}, files = {} } = {}) {
  async function serve(request, response) {
    const { pathname } = new URL(request.url, 'http://localhost')
    const type = types[extname(pathname)] ?? types['.html']
    if (typeof files[pathname] === 'function') return files[pathname](request, response)
    const all = { 'content-type': type, 'cache-control': 'no-store', ...(type === types['.html'] && headers) }
    if (files[pathname] !== undefined) return response.writeHead(200, all).end(files[pathname])
    const file = fileOf(pathname)
    const found = (await stat(file).catch(() => undefined))?.isFile()
    if (!found) return response.writeHead(404).end()
    response.writeHead(200, all)
    createReadStream(file).pipe(response)
  }
  const servers = [https.createServer(selfSigned(), serve), http.createServer(serve)]
  const [tlsPort, port] = await Promise.all(servers.map(listening))
  return {
    tlsPort,
    publicOrigin: (name = 'dapp.example') => `https://${name}:${tlsPort}`,
    localOrigin: `http://localhost:${port}`,
    close() {
      for (const server of servers) server.close().closeAllConnections()
    },
  }
}
