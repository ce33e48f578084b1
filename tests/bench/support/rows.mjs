// A row of the result: what `who` took of `what`.
//   {what, who, unit, median, p99, least, count, memory?}
// Rows of one `what` are compared with each other, so they have one unit.
// `who` is 'berth', 'floor' (the least that such a program can do) or the name
// of what a user would take instead. `memory`: peak resident MiB.
export const kBerth = 'berth'
export const kFloor = 'floor'

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

// Of many values of one thing.
export function timed(what, who, unit, values, memory) {
  if (values.length === 0) throw new Error(`${what}, ${who}: nothing was measured`)
  return {
    what, who, unit, count: values.length,
    median: quantile(values, 0.5), p99: quantile(values, 0.99), least: quantile(values, 0),
    ...(memory !== undefined && { memory }),
  }
}

// Of one value.
export const counted = (what, who, unit, value) => timed(what, who, unit, [value])

// The row of `who`, or undefined.
export const rowOf = (rows, what, who) => rows.find((row) => row.what === what && row.who === who)
