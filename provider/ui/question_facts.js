// What a question means, as sentences and rows; how it looks is question.js's.
import { callWarning, kUnlimited } from './token_call.js';
import { chainLabel, chainNumber } from './chains.js';
import { readOrigin } from './origin_parts.js';
import { ether, gwei, quantity } from './units.js';

const kSentences = {
  accounts: 'wants to see your accounts',
  message: 'wants you to sign a message',
  typed_data: 'wants you to sign structured data',
  transaction: 'wants to send a transaction',
  chain: 'wants to switch the chain',
  asset: 'wants to add a token to the wallet',
};
const kByMethod = {
  eth_signTransaction: 'wants you to sign a transaction, and will send it itself',
  wallet_addEthereumChain: 'wants to add a chain to the wallet',
};
const kApproveWords = {
  accounts: 'Connect',
  message: 'Sign',
  typed_data: 'Sign',
  transaction: 'Send',
  chain: 'Switch',
  asset: 'Add',
};

/** What is asked, after the name of who asks. */
export function sentence({ kind, method }) {
  return kByMethod[method] ?? kSentences[kind] ?? `asks for ${method}`;
}

/** The word on the button that approves. */
export function approveWord({ kind, method }) {
  if (method === 'eth_signTransaction') return 'Sign';
  if (method === 'wallet_addEthereumChain') return 'Add';
  return kApproveWords[kind] ?? 'Approve';
}

const object = (value) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};

function otherChain(asked, question, what) {
  const own = chainNumber(question.chain_id);
  const chain = chainNumber(asked);
  if (asked === undefined || own === null || chain === own) return [];
  const label = chainLabel(asked) ?? 'one that cannot be read';
  return [`${what} is for another chain: ${label}. This profile is on ${chainLabel(own)}.`];
}

// EIP-4361. The host that a message signs in to must be the page's own.
function signInWarnings(text, origin) {
  const found = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(\S+) wants you to sign in with your Ethereum account:/i.exec(text);
  const parts = readOrigin(origin);
  if (!found || !parts) return [];
  const hosts = [parts.host, `${parts.host}:${parts.port}`];
  return hosts.includes(found[1].toLowerCase())
    ? []
    : ['This message signs you in to another site than the one that asks.'];
}

function messageWarnings({ content, origin }) {
  if (typeof content.text === 'string') return signInWarnings(content.text, origin);
  return ['This is no text. Nobody can read what it means: sign it only if you know why it is asked.'];
}

function typedDataWarnings(question) {
  const { domain, primaryType, message } = question.content;
  const warnings = otherChain(object(domain).chainId, question, 'This');
  if (/^permit/i.test(String(primaryType))) {
    const amount = quantity(object(message).value);
    const limit = amount !== null && amount >= kUnlimited ? ', without a limit' : '';
    warnings.push(`Who has this signature can move your tokens${limit}, without asking you again.`);
  }
  return warnings;
}

/** The data of a transaction as text; both where a page says two. */
export function dataOf(transaction) {
  return ['data', 'input']
    .map((key) => transaction[key])
    .filter((data, i, all) => data !== undefined && data !== null && data !== '0x' &&
      all.indexOf(data) === i)
    .map((data) => (typeof data === 'string' ? data : JSON.stringify(data)));
}

function transactionWarnings(question) {
  const transaction = question.content;
  const warnings = otherChain(transaction.chainId, question, 'This transaction');
  if (!transaction.to) warnings.push('This creates a contract: its code is the data below.');
  const data = dataOf(transaction);
  if (data.length > 1) warnings.push('This has two different kinds of data.');
  const { decoded } = transaction;
  const warning = decoded && callWarning(decoded);
  if (warning) warnings.push(warning);
  else if (transaction.to && data.length > 0 && !decoded)
    warnings.push('This calls a contract with data that is not explained: make sure that you know what it does.');
  return warnings;
}

const kWarnings = {
  message: messageWarnings,
  typed_data: typedDataWarnings,
  transaction: transactionWarnings,
};

/** What is dangerous about a question: sentences, the worst first. */
export function warnings(question) {
  const content = object(question.content);
  return kWarnings[question.kind]?.({ ...question, content }) ?? [];
}

// Rows are [label, value] or [label, value, the same in its smallest unit].
function amount(value, inUnit, unit) {
  const wei = quantity(value);
  return wei === null ? [value] : [`${inUnit(wei)} ${unit}`, `${wei} wei`];
}

const money = (value) => amount(value, ether, 'ether');
const price = (value) => amount(value, gwei, 'gwei');
const count = (value) => [quantity(value)?.toString() ?? value];

const kRows = [
  ['to', 'To', (value) => [value]],
  ['value', 'Value', money],
  ['gas', 'Gas limit', count],
  ['gasLimit', 'Gas limit', count],
  ['gasPrice', 'Gas price', price],
  ['maxFeePerGas', 'Most per gas', price],
  ['maxPriorityFeePerGas', 'Tip per gas', price],
  ['nonce', 'Nonce', count],
  ['chainId', 'Chain', (value) => [chainLabel(value) ?? value]],
];
const kShownElsewhere = ['from', 'data', 'input', 'decoded'];

function highestFee({ gas, gasLimit, gasPrice, maxFeePerGas }) {
  const units = quantity(gas ?? gasLimit);
  const each = quantity(maxFeePerGas ?? gasPrice);
  return units === null || each === null ? null : money(units * each);
}

/**
 * A transaction's fields but for its data, in a person's order: `[label,
 * value]`, and the same in wei behind it where the value is in ether or gwei.
 * What nobody knows comes last, as it came.
 */
export function transactionRows(transaction) {
  const { to, value } = transaction;
  const whole = { ...transaction, to: to || 'nobody: a new contract', value: value ?? 0 };
  const known = kRows.filter(([key]) => (whole[key] ?? null) !== null);
  const names = [...kRows.map(([key]) => key), ...kShownElsewhere];
  const others = Object.entries(transaction).filter(([key]) => !names.includes(key));
  return [
    ...known.map(([key, label, show]) => [label, ...show(whole[key])]),
    ['Highest fee', ...(highestFee(transaction) ?? ['as the wallet decides'])],
    ...others,
  ];
}
