// The calls by which tokens are moved and lent, as the instance has read them
// from a transaction's data (`content.decoded` of a question; it refuses a
// transaction that brings such a member itself).
import { quantity } from './units.js';

// Nobody owns as much of a token: it is meant without a limit.
export const kUnlimited = 1n << 128n;

const kLends = ['approve', 'increaseAllowance', 'permit'];

const nameOf = ({ function: signature }) => String(signature).split('(')[0];
const argumentsOf = (call) => (Array.isArray(call.arguments) ? call.arguments : []);

/** `{call, <argument>: value..., note?}` for a person; null where it is none. */
export function callFields(call) {
  if (typeof call?.function !== 'string') return null;
  const fields = argumentsOf(call).map(({ name, value }) => [name, value]);
  return {
    call: nameOf(call), ...Object.fromEntries(fields),
    ...(call.note && { note: call.note }),
  };
}

/** What the call does that a person must know before; null: nothing. */
export function callWarning(call) {
  const value = (wanted) =>
    argumentsOf(call).find(({ name }) => name === wanted)?.value;
  const name = nameOf(call);
  if (name === 'multicall')
    return 'This makes several calls in one, which are not explained here. Send it only if you trust this page.';
  if (name === 'setApprovalForAll' && value('approved') === 'true')
    return 'This lets the operator move every token of this collection that you own, now and later.';
  if (!kLends.includes(name)) return null;
  return quantity(value('amount')) >= kUnlimited
    ? 'This lets the spender move all of this token that you own, now and later: there is no limit.'
    : 'This lets the spender move this token for you, up to the amount.';
}
