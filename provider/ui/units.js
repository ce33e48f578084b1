/** A quantity ("0x...", decimal, number) as BigInt; null: it is none. */
export function quantity(value) {
  if (value === null || value === undefined || value === '') return null;
  try {
    const number = BigInt(value);
    return number >= 0n ? number : null;
  } catch {
    return null;
  }
}

/** `units` (BigInt) with `decimals` places, exact, without trailing zeros. */
export function withDecimals(units, decimals) {
  const digits = units.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, -decimals);
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  return fraction ? `${whole}.${fraction}` : whole;
}

export const ether = (wei) => withDecimals(wei, 18);
export const gwei = (wei) => withDecimals(wei, 9);
