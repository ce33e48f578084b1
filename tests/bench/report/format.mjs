// How figures are written, and the order of the rows.
import { kBerth, kFloor, rowOf } from '../support/rows.mjs'

const kUnits = { µs: 1, ms: 1e3, s: 1e6 }

// Three digits that count.
export function digits(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value === 0 ? '0' : value.toPrecision(value >= 1 ? 3 : 2)
}

// Of a time in the unit that reads best; anything else as it is.
export function figure(value, unit) {
  if (!(unit in kUnits)) return `${digits(value)} ${unit}`.trim()
  const micro = value * kUnits[unit]
  const best = micro >= 1e6 ? 's' : micro >= 1e3 ? 'ms' : 'µs'
  return `${digits(micro / kUnits[best])} ${best}`
}

// How many times what Berth takes; undefined for Berth, and where it has none or 0.
export function timesOurs(row, rows) {
  const ours = rowOf(rows, row.what, kBerth)
  return row.who === kBerth || !ours || ours.median === 0 ? undefined : `${digits(row.median / ours.median)} x`
}

const rank = ({ who }) => who === kBerth ? 0 : who === kFloor ? 1 : 2

// [{what, rows}] in the order of their first row; ours first, then the floor,
// then the others as they are fast.
export function byWhat(rows) {
  const groups = new Map()
  for (const row of rows) groups.set(row.what, [...groups.get(row.what) ?? [], row])
  return [...groups].map(([what, of]) => ({ what, rows: of.sort((a, b) => rank(a) - rank(b) || a.median - b.median) }))
}

export const reachedInWords = ({ reached }) => reached === undefined ? 'not measured' : reached ? 'reached' : 'not reached'
export const seenInWords = ({ seen, unit }) => seen === undefined ? '' : unit === 'x' ? `${digits(seen)} x` : figure(seen, unit)
