// Names of well-known chains, by their EIP-155 number.
const kNames = new Map([
  [1n, 'Ethereum'],
  [10n, 'OP Mainnet'],
  [56n, 'BNB Smart Chain'],
  [100n, 'Gnosis'],
  [137n, 'Polygon'],
  [324n, 'ZKsync Era'],
  [1337n, 'Local test chain'],
  [8453n, 'Base'],
  [17000n, 'Holesky (test)'],
  [31337n, 'Local test chain'],
  [42161n, 'Arbitrum One'],
  [42220n, 'Celo'],
  [43114n, 'Avalanche C-Chain'],
  [59144n, 'Linea'],
  [84532n, 'Base Sepolia (test)'],
  [421614n, 'Arbitrum Sepolia (test)'],
  [534352n, 'Scroll'],
  [560048n, 'Hoodi (test)'],
  [11155111n, 'Sepolia (test)'],
  [11155420n, 'OP Sepolia (test)'],
]);

/** A chain's number from whatever writes it (7, "7", "0x7"), or null. */
export function chainNumber(chain) {
  if (chain === null || chain === undefined || chain === '') return null;
  try {
    const number = BigInt(chain);
    return number > 0n ? number : null;
  } catch {
    return null;
  }
}

/** "Ethereum (1)", "Chain 4242", or null where `chain` is none. */
export function chainLabel(chain) {
  const number = chainNumber(chain);
  if (number === null) return null;
  const name = kNames.get(number);
  return name ? `${name} (${number})` : `Chain ${number}`;
}
