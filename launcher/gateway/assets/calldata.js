// The calls by which tokens are moved and lent, read from a transaction's data
// itself: what the page says of its data is not to be believed.
import { quantity } from './units.js';

// By selector; the names are those of ERC-20, ERC-721 and ERC-1155.
const kCalls = {
  '0x095ea7b3': ['approve', ['spender', 'address'], ['value', 'uint256']],
  '0x39509351': ['increaseAllowance', ['spender', 'address'], ['value', 'uint256']],
  '0xa22cb465': ['setApprovalForAll', ['operator', 'address'], ['approved', 'bool']],
  '0xa9059cbb': ['transfer', ['to', 'address'], ['value', 'uint256']],
  '0x23b872dd': ['transferFrom', ['from', 'address'], ['to', 'address'], ['value', 'uint256']],
  '0x42842e0e': ['safeTransferFrom', ['from', 'address'], ['to', 'address'], ['id', 'uint256']],
};
const kWord = 64;  // hex digits

// Nobody owns as much of a token: it is meant without a limit.
export const kUnlimited = 1n << 128n;

function read(type, word) {
  const value = BigInt(`0x${word}`);
  if (type === 'uint256') return value.toString();
  if (type === 'bool') return value < 2n ? value === 1n : null;
  return value >> 160n === 0n ? `0x${word.slice(24)}` : null;
}

/**
 * `{name, arguments: [[name, value]...]}` where `data` (hex) is exactly one of
 * the well-known calls; else null.
 */
export function decodeCall(data) {
  if (typeof data !== 'string' || !/^0x[0-9a-f]*$/i.test(data)) return null;
  const call = kCalls[data.slice(0, 10).toLowerCase()];
  if (!call) return null;
  const [name, ...parameters] = call;
  const words = data.slice(10).toLowerCase();
  if (words.length !== parameters.length * kWord) return null;
  const values = parameters.map(([label, type], i) =>
    [label, read(type, words.slice(i * kWord, (i + 1) * kWord))]);
  if (values.some(([, value]) => value === null)) return null;
  return { name, arguments: values };
}

/** What a decoded call does that a person must know before; null: nothing. */
export function callWarning(call) {
  const value = (name) => call.arguments.find(([label]) => label === name)?.[1];
  if (call.name === 'setApprovalForAll' && value('approved'))
    return 'This lets the operator move every token of this collection that you own, now and later.';
  if (!['approve', 'increaseAllowance'].includes(call.name)) return null;
  return quantity(value('value')) >= kUnlimited
    ? 'This lets the spender move all of this token that you own, now and later: there is no limit.'
    : 'This lets the spender move this token for you, up to the value.';
}
