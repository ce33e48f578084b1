// The hostile requests that instance and gateway answer alike, by what they
// stand for in tests/attacks.md: [what, status, request]. A status may differ by
// the target's name; `request` gives the bytes for a target.
import { setTimeout } from 'node:timers/promises'
import { raw } from '../../browser/support/gateway.js'

const kJson = 'Content-Type: application/json'
const kForeign = 'https://evil.example'

const text = (first, ...lines) => [`${first} HTTP/1.1`, ...lines, 'Connection: close', '', ''].join('\r\n')
const host = ({ authority }) => `Host: ${authority}`

// GET of what tells much, by who may know it.
const read = (target, ...lines) => text(`GET ${target.read}`, host(target), ...target.credentials, ...lines)
const readAs = (name) => (target) => text(`GET ${target.read}`, `Host: ${name(target)}`, ...target.credentials)
// POST of what does much, by who may do it; `lines` say what its body is.
const change = (target, lines, body = '{}') => text(`POST ${target.change}`, host(target), ...target.credentials, ...lines) + body
const asJson = (target, lines, body) => change(target, [kJson, ...lines], body)
// A WebSocket's handshake by who may open it, after `edit` of its lines.
const open = (edit, first = (target) => `GET ${target.socket}`) => async (target) => {
  const lines = edit(await target.handshake(), target)
  return [`${first(target)} HTTP/1.1`, host(target), ...lines, '', ''].join('\r\n')
}
const without = (name) => (lines) => lines.filter((line) => !line.startsWith(`${name}:`))
const replaced = (name, ...values) => (lines) => [...without(name)(lines), ...values.map((value) => `${name}: ${value}`)]

const foreignHosts = [
  ['0.0.0.0', ({ port }) => `0.0.0.0:${port}`],
  ['another loopback address', ({ port }) => `127.0.0.2:${port}`],
  ['the address cut short', ({ port }) => `127.1:${port}`],
  ['the address as one number', ({ port }) => `2130706433:${port}`],
  ['IPv6', ({ port }) => `[::1]:${port}`],
  ['no port', () => '127.0.0.1'],
  ['another port', ({ port }) => `127.0.0.1:${port + 1}`],
  ['a port of six digits', ({ port }) => `127.0.0.1:0${port}`],
  ['a dot at the end', ({ port }) => `localhost.:${port}`],
  ['a user', ({ port }) => `user@127.0.0.1:${port}`],
  ['a name below localhost', ({ port }) => `evil.localhost:${port}`],
  ['a list', ({ authority }) => `${authority}, evil.example`],
  ['nothing', () => ''],
]

// Look-alikes of an origin that is let in somewhere.
const foreignOrigins = [
  ['a stranger', () => kForeign],
  ['a name that begins with ours', ({ ownOrigin }) => ownOrigin.replace(/:\d+$/, '.evil.example')],
  ['another port', ({ ownOrigin }) => ownOrigin.replace(/\d+$/, '444')],
  ['another scheme', ({ ownOrigin }) => ownOrigin.replace('http:', 'https:')],
  ['upper case', ({ ownOrigin }) => ownOrigin.toUpperCase()],
  ['a slash at the end', ({ ownOrigin }) => `${ownOrigin}/`],
  ['a look-alike in Cyrillic', () => 'http://loc\u0430lhost:3000'],
  ['its punycode', () => 'http://xn--lclhost-6fgb:3000'],
  ['7 kB', () => `https://${'a'.repeat(7000)}.example`],
]

const originRow = ([what, origin]) => [what, 403, (target) => read(target, `Origin: ${Buffer.from(origin(target)).toString('latin1')}`)]
const bodyOf = (type) => (target) => change(target, [...(type ? [`Content-Type: ${type}`] : []), 'Content-Length: 2'])
const fetched = (site, mode, dest, path = ({ read }) => read) => (target) =>
  text(`GET ${path(target)}`, host(target), ...target.credentials, `Sec-Fetch-Site: ${site}`, `Sec-Fetch-Mode: ${mode}`, `Sec-Fetch-Dest: ${dest}`)

export const kRequests = {
  'row 1: a Host of another site': [
    ['by its name', 403, readAs(() => 'evil.example')],
    ['with our port', 403, readAs(({ port }) => `evil.example:${port}`)],
    ['that begins with ours', 403, readAs(({ port }) => `127.0.0.1.evil.example:${port}`)],
  ],
  'row 2: a Host that leads here and is not our name': foreignHosts.map(([what, name]) => [what, 403, readAs(name)]),
  'row 3: no Host, or two': [
    ['none', 400, ({ read, credentials }) => text(`GET ${read}`, ...credentials)],
    ['none in HTTP/1.0', 400, ({ read, credentials }) => text(`GET ${read}`, ...credentials).replace('1.1', '1.0')],
    ['two alike', 400, (target) => read(target, host(target))],
    ['ours, then another', 400, (target) => read(target, 'Host: evil.example')],
  ],
  'row 4: a target that is no path': [
    ['another host', 400, (target) => read(target).replace('GET ', 'GET http://evil.example')],
    ['our own address', 400, (target) => read(target).replace('GET ', `GET http://${target.authority}`)],
    ['an authority', 400, (target) => text('CONNECT evil.example:443', host(target))],
    ['an asterisk', 400, (target) => text('OPTIONS *', host(target))],
  ],
  'row 5: an origin that nobody has': [
    ['null', 403, (target) => read(target, 'Origin: null')],
    ['NULL', 403, (target) => read(target, 'Origin: NULL')],
    ['empty', 403, (target) => read(target, 'Origin:')],
  ],
  'row 6: an origin that is not ours, however alike': [
    ...foreignOrigins.map(originRow),
    ['10 kB', 431, (target) => read(target, `Origin: https://${'a'.repeat(10_000)}.example`)],
  ],
  'row 7: two origins': [
    ['alike', 400, (target) => read(target, `Origin: ${target.ownOrigin}`, `Origin: ${target.ownOrigin}`)],
    ['no page, then a page', 400, (target) => read(target, 'Origin: chrome-extension://a', `Origin: ${kForeign}`)],
  ],
  'row 8: a WebSocket that proves nothing': [
    ['nothing at all', 403, open((lines) => without('Sec-WebSocket-Protocol')(without('Origin')(lines)))],
    ['the token alone', 403, open((lines, target) => [...without('Sec-WebSocket-Protocol')(lines), ...target.credentials])],
    ['a proof of zeros', 403, open(replaced('Sec-WebSocket-Protocol', `berth.v1, berth.hello.${'A'.repeat(43)}.${'A'.repeat(43)}`))],
    ['a ticket of zeros', 403, open(replaced('Sec-WebSocket-Protocol', `berth.page.v1, berth.ticket.${'A'.repeat(43)}`))],
  ],
  'row 9: a WebSocket of another site, whatever it proves': [kForeign, 'null', 'http://localhost:3001', 'https://localhost:3000', 'http://LOCALHOST:3000'].map((origin) =>
    [origin, 403, open(replaced('Origin', origin))]),
  'row 10: a body that a form can send': [
    ['text', 415, bodyOf('text/plain')],
    ['a form', 415, bodyOf('application/x-www-form-urlencoded')],
    ['a form with files', 415, bodyOf('multipart/form-data; boundary=x')],
    ['no type', 415, bodyOf()],
    ['text that says json', 415, bodyOf('text/plain; application/json')],
    ['two types', 415, (target) => asJson(target, ['Content-Type: text/plain', 'Content-Length: 2'])],
  ],
  'row 11: a GET of what does something': [
    ['GET', 405, (target) => read({ ...target, read: target.change })],
    ['HEAD', 405, (target) => read({ ...target, read: target.change }).replace('GET', 'HEAD')],
    ['with another method beside', 405, (target) => read({ ...target, read: `${target.change}?_method=POST` }, 'X-HTTP-Method-Override: POST')],
  ],
  "row 12: a stranger's preflight": [
    ['for what does something', { instance: 403, gateway: 405 }, preflight(({ change }) => change)],
    ['for what tells something', { instance: 403, gateway: 405 }, preflight(({ read }) => read)],
    ['for restoring', 403, preflight(() => '/v1/restore')],
  ],
  'row 13: what a page has its browser fetch without asking': [
    ['a script', 403, fetched('cross-site', 'no-cors', 'script')],
    ['an image of what is open to programs', 403, fetched('cross-site', 'no-cors', 'image', () => '/health')],
    ['a frame', 403, fetched('cross-site', 'navigate', 'iframe')],
    ['a tab', 403, fetched('cross-site', 'navigate', 'document')],
    ['of the same site', 403, fetched('same-site', 'no-cors', 'script')],
    ['a form', 403, (target) => asJson(target, ['Content-Length: 2', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'])],
  ],
  "row 17: a WebSocket's handshake that is none": [
    ['no key', 400, open(without('Sec-WebSocket-Key'))],
    ...[['empty', ''], ['short', 'AAAA'], ['24 zeros', 'A'.repeat(24)], ['not base64', '!!!!!!!!!!!!!!!!!!!!!!=='], ['base64url', '______________________==']].map(([what, key]) =>
      [`a key that is ${what}`, 400, open(replaced('Sec-WebSocket-Key', key))]),
    ['two keys', 400, open((lines) => [...lines, 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='])],
    ['version 12', 426, open(replaced('Sec-WebSocket-Version', '12'))],
    ['no version', 426, open(without('Sec-WebSocket-Version'))],
    ['no Upgrade', 400, open(without('Upgrade'))],
    ['Connection: keep-alive', 400, open(replaced('Connection', 'keep-alive'))],
    ['a body', 400, open((lines) => [...lines, 'Content-Length: 2'])],
    ['a POST', 400, open((lines) => [...lines, kJson], ({ socket }) => `POST ${socket}`)],
    ['a plain GET', 426, (target) => text(`GET ${target.socket}`, host(target))],
  ],
  'row 21: what two parsers read differently': [
    ['length and chunks', 400, (target) => asJson(target, ['Content-Length: 2', 'Transfer-Encoding: chunked'], '0\r\n\r\n')],
    ...['xchunked', 'chunked, identity', 'gzip, chunked', 'identity'].map((coding) =>
      [coding, 400, (target) => asJson(target, [`Transfer-Encoding: ${coding}`], '0\r\n\r\n')]),
    ...['+2', '-1', '0x2', '2, 2', '18446744073709551616'].map((length) =>
      [`a length of ${length}`, 400, (target) => asJson(target, [`Content-Length: ${length}`])]),
    ['two lengths', 400, (target) => asJson(target, ['Content-Length: 2', 'Content-Length: 3'])],
    ['a chunk that overflows', 400, (target) => asJson(target, ['Transfer-Encoding: chunked'], '10000000000000000\r\n{}')],
    ['a folded line', 400, (target) => read(target, 'X: a', ' b')],
    ['a NUL', 400, (target) => read(target, 'X: a\0b')],
    ['LF alone', 400, (target) => read(target).replaceAll('\r\n', '\n')],
    ['CR alone', 400, (target) => read(target, 'X: a\rY: b')],
    ['a space before the colon', 400, (target) => read(target, 'X : a')],
    ['HTTP/0.9', 400, ({ read }) => `GET ${read}\r\n\r\n`],
    ['HTTP/2', 400, () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', 400, () => '\x16\x03\x01\x00\xa5\x01\x00'],
    ['a method that is none', 400, (target) => read(target).replace('GET', 'G\x01T')],
    ['a header of 1 MB', 431, (target) => read(target, `X: ${'a'.repeat(1 << 20)}`)],
  ],
}

function preflight(path) {
  return (target) => text(`OPTIONS ${path(target)}`, host(target), `Origin: ${kForeign}`, 'Access-Control-Request-Method: POST',
    'Access-Control-Request-Headers: content-type, authorization', 'Access-Control-Request-Private-Network: true')
}

// The answer to such a request; where too much was guessed just before, what is
// answered later.
export async function answerTo(target, request) {
  const bytes = Buffer.from(await request(target), 'latin1')
  for (;;) {
    const answer = await raw(target.port, bytes)
    if (!answer.startsWith('HTTP/1.1 429 ')) return answer
    await setTimeout(200)
  }
}
