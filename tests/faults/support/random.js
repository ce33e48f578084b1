// The same numbers for the same seed: mulberry32, from 0 to below 1.
export function randomFrom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Of what is random: BERTH_FAULTS_SEED brings the same back. */
export const kSeed = Number(process.env.BERTH_FAULTS_SEED ?? Date.now() % 1_000_000)
