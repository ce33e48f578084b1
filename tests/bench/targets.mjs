// What Berth is to reach, as data. `figure(rows)` gives what was seen, or
// undefined where it was not measured: at most `most`, or at least `least`.
import { kBerth, kFloor } from './support/rows.mjs'

// Of each `what` that the pattern names, what `compute` makes of its rows.
function figures(rows, pattern, compute) {
  const named = rows.filter(({ what }) => typeof pattern === 'string' ? what === pattern : pattern.test(what))
  return [...new Set(named.map(({ what }) => what))]
    .map((what) => compute((who) => named.find((row) => row.what === what && row.who === who)))
    .filter((figure) => figure !== undefined)
}
const worst = (choose, values) => values.length === 0 ? undefined : choose(...values)

const value = (pattern, who = kBerth, key = 'median') => (rows) =>
  worst(Math.max, figures(rows, pattern, (of) => of(who)?.[key]))

// How many times what `other` takes, `who` takes: the most of all, or the least.
const ratio = (pattern, who, other, { key = 'median', choose = Math.max } = {}) => (rows) =>
  worst(choose, figures(rows, pattern, (of) => of(who) && of(other) && of(who)[key] / of(other)[key]))
const timesOurs = (pattern, who) => ratio(pattern, who, kBerth, { choose: Math.min })

const over = (what, other) => (rows) =>
  worst(Math.max, figures(rows, what, (of) => of(kBerth) && of(other) && of(kBerth).median - of(other).median))

function flatness(pattern) {
  return (rows) => {
    const medians = figures(rows, pattern, (of) => of(kBerth)?.median)
    return medians.length < 2 ? undefined : Math.max(...medians) / Math.min(...medians)
  }
}

const kList = 'list, 100 live'
const kFind = /^find one of .* by name$/
const kKill = 'kill -9, to notice'
// Of a small process, and of whole programs.
const kKills = /^kill -9.*, to notice$/
const kStart = 'start to ready'
const kIdle = 'idle instance, resident'
const kRpc = (what) => new RegExp(`^JSON-RPC over WebSocket.*${what}$`)

export const kTargets = [
  { text: `${kList}, beside the floor`, most: 2, unit: 'x', figure: ratio(kList, kBerth, kFloor) },
  { text: `${kList}, memory`, most: 5, unit: 'MiB', figure: value(kList, kBerth, 'memory') },
  { text: `${kList}, beside epmd`, most: 1.5, unit: 'x', figure: ratio(kList, kBerth, 'epmd') },
  { text: `${kList}, beside tmux`, most: 1, unit: 'x', figure: ratio(kList, kBerth, 'tmux') },
  ...['postgresql-common', 'supervisor', 'pm2'].map((who) => (
    { text: `${kList}: what ${who} takes`, least: 30, unit: 'x', figure: timesOurs(kList, who) })),
  { text: 'list, 10000 live, beside the floor', most: 3, unit: 'x', figure: ratio('list, 10000 live', kBerth, kFloor) },
  { text: 'find one by name', most: 12, unit: 'µs', figure: value(kFind) },
  { text: 'find one by name: the most beside the fewest', most: 1.5, unit: 'x', figure: flatness(kFind) },
  { text: `${kKill}, median`, most: 150, unit: 'µs', figure: value(kKill) },
  { text: `${kKill}, p99`, most: 10_000, unit: 'µs', figure: value(kKill, kBerth, 'p99') },
  ...[['epmd', 20], ['Avahi', 1000], ['etcd', 1000]].map(([who, least]) => (
    { text: `${kKill}: what ${who} takes`, least, unit: 'x', figure: timesOurs(kKills, who) })),
  { text: `${kStart}, over the floor`, most: 10, unit: 'ms', figure: over(kStart, kFloor) },
  ...['pm2', 'postgresql-common'].map((who) => (
    { text: `${kStart}: what ${who} takes`, least: 10, unit: 'x', figure: timesOurs(kStart, who) })),
  { text: `${kStart}, 50 at once`, most: 600, unit: 'ms', figure: value(`${kStart}, 50 at once`) },
  { text: kIdle, most: 7, unit: 'MiB', figure: value(kIdle) },
  { text: `${kIdle}, with mDNS`, most: 9, unit: 'MiB', figure: value(kIdle, 'berth with mDNS') },
  { text: `${kIdle}, after TLS`, most: 14, unit: 'MiB', figure: value(kIdle, 'berth after TLS') },
  { text: `${kIdle}: what Node ws takes`, least: 7, unit: 'x', figure: timesOurs(kIdle, 'Node ws') },
  { text: 'JSON-RPC, requests a second beside the floor', least: 0.9, unit: 'x',
    figure: ratio(kRpc('requests a second'), kBerth, kFloor, { choose: Math.min }) },
  { text: 'JSON-RPC, server CPU a request beside the floor', most: 1.15, unit: 'x',
    figure: ratio(kRpc('server CPU a request'), kBerth, kFloor) },
  { text: 'JSON-RPC, 64 connections: p99 beside Node ws', most: 1, unit: 'x',
    figure: ratio(kRpc('64 connections: latency'), kBerth, 'Node ws', { key: 'p99' }) },
  { text: '1,000 proven connections, each', most: 40, unit: 'KiB', figure: value('1,000 proven connections, each') },
  { text: 'clean release build', most: 300, unit: 's', figure: value('clean release build') },
  { text: 'one changed .cpp, built', most: 30, unit: 's', figure: value(/^one changed \.cpp, .*, built$/) },
]

// [{text, bound, unit, seen, reached}]: `seen` undefined: it was not measured.
export const judged = (rows) => kTargets.map(({ text, most, least, unit, figure }) => {
  const seen = figure(rows)
  const reached = seen === undefined ? undefined : most !== undefined ? seen <= most : seen >= least
  return { text, bound: most !== undefined ? `at most ${most.toLocaleString('en')}` : `at least ${least.toLocaleString('en')}`, unit, seen, reached }
})
