// What a user waits for, as bars on a logarithmic scale: a picture that reads
// on a light and on a dark page.
import { kBerth, kFloor } from '../support/rows.mjs'
import { byWhat, figure } from './format.mjs'

const kTimes = {
  'list, 100 live': 'list 100 instances',
  'find one of 100 by name': 'find one by name, in a program',
  'start to ready': 'start one, until it is ready',
  'start to ready, 50 at once': 'start 50, until all are ready',
  'stop to gone': 'stop one, until it is gone',
  'kill -9, to notice': 'notice that a small one was killed',
  'kill -9 of a whole program, to notice': 'notice that a whole program was killed',
  'JSON-RPC over WebSocket, 64 connections: latency': 'a request, beside 63 others',
}
const kMemories = { 'idle instance, resident': 'memory of an idle instance' }
const kMicroseconds = { µs: 1, ms: 1e3, s: 1e6 }

const kWidth = 760
const kLeft = 150
const kRight = 110
const kBar = 15
const kTitle = 26

const kStyle = `
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .axis { fill: #6e7781; font-size: 11px }
  .grid { stroke: #d0d7de }
  .bar { fill: #8c959f }
  .floor { fill: #c8d0d8 }
  .ours { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .axis { fill: #8b949e }
    .grid { stroke: #30363d }
    .bar { fill: #6e7681 }
    .floor { fill: #3d444d }
    .ours { fill: #58a6ff }
  }`

const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
const text = (x, y, name, words, anchor = 'start') =>
  `<text x="${x.toFixed(1)}" y="${y}" class="${name}" text-anchor="${anchor}">${escaped(words)}</text>`

// From a value to its place, between the decades that hold all of them.
function scaleOf(values) {
  const low = Math.floor(Math.log10(Math.min(...values)) - 0.1) // so that each has a bar
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))))
  const place = (value) => kLeft + (Math.log10(value) - low) / (high - low) * (kWidth - kLeft - kRight)
  return { place, decades: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)) }
}

// Berth in other conditions is ours as well.
const classOf = (who) => who.startsWith(kBerth) ? 'ours' : who === kFloor ? 'floor' : 'bar'
const axisFigure = (value, unit) => figure(value, unit).replace(/\.0+(?= )/, '')

function bar({ who, median, unit }, { place }, y) {
  const end = place(median * (kMicroseconds[unit] ?? 1))
  return text(kLeft - 8, y + 12, who === kBerth ? 'title' : '', who, 'end') +
    `<rect x="${kLeft}" y="${y + 2}" width="${Math.max(1, end - kLeft).toFixed(1)}" height="${kBar - 3}" rx="2" class="${classOf(who)}"/>` +
    text(end + 6, y + 12, who === kBerth ? 'title' : '', figure(median, unit))
}

// The bars of what `names` names, below `top`: {body, bottom}; the axis has `unit`.
function panel(rows, names, unit, top) {
  const groups = Object.keys(names).flatMap((name) => byWhat(rows.filter(({ what }) => what === name)))
  if (groups.length === 0) return { body: '', bottom: top }
  const scale = scaleOf(groups.flatMap((group) => group.rows.map((row) => row.median * (kMicroseconds[row.unit] ?? 1))))
  let y = top
  let body = ''
  for (const group of groups) {
    body += text(kLeft, y + 17, 'title', names[group.what])
    y += kTitle
    for (const row of group.rows) {
      body += bar(row, scale, y)
      y += kBar
    }
  }
  const grid = scale.decades.map((value) =>
    `<line x1="${scale.place(value).toFixed(1)}" x2="${scale.place(value).toFixed(1)}" y1="${top}" y2="${y + 6}" class="grid"/>` +
    text(scale.place(value), y + 20, 'axis', axisFigure(value, unit), 'middle'))
  const note = text(kWidth - 4, y + 20, 'axis', 'log scale', 'end')
  return { body: grid.join('') + body + note, bottom: y + 30 }
}

export function toSvg({ rows }) {
  const times = panel(rows, kTimes, 'µs', 10)
  const memories = panel(rows, kMemories, 'MiB', times.bottom)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${kWidth} ${memories.bottom}" width="${kWidth}" height="${memories.bottom}" role="img">
<title>What a user waits for, Berth beside what else there is; a logarithmic scale</title>
<style>${kStyle}
</style>
${times.body}
${memories.body}
</svg>
`
}
