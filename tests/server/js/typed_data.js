// Typed data documents with one oddity each. `recursive` is apart: ethers
// refuses recursive types.

const domainType = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
]
const domain = {
  name: 'Ether Mail',
  version: '1',
  chainId: 31337,
  verifyingContract: '0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC',
}
const person = [
  { name: 'name', type: 'string' },
  { name: 'wallet', type: 'address' },
]
const cow = { name: 'Cow', wallet: '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826' }
const bob = { name: 'Bob', wallet: '0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB' }

function document(primaryType, types, message) {
  return { types: { EIP712Domain: domainType, ...types }, primaryType, domain, message }
}

// One field `x` of a built-in type or an array of it.
function one(type, x) {
  return document('One', { One: [{ name: 'x', type }] }, { x })
}

export const documents = {
  'nested structs': document(
    'Mail',
    {
      Person: person,
      Mail: [
        { name: 'from', type: 'Person' },
        { name: 'to', type: 'Person' },
        { name: 'contents', type: 'string' },
      ],
    },
    { from: cow, to: bob, contents: 'Hello, Bob! ✓ 你好' },
  ),
  'arrays of structs': document(
    'Group',
    {
      Group: [
        { name: 'members', type: 'Person[]' },
        { name: 'pairs', type: 'Person[2][]' },
      ],
      Person: person,
    },
    { members: [cow, bob, cow], pairs: [[cow, bob], [bob, bob]] },
  ),
  'types whose names need sorting': document(
    'Middle',
    {
      Middle: [
        { name: 'z', type: 'Zebra' },
        { name: 'a', type: 'Ant' },
      ],
      Zebra: [{ name: 'a', type: 'Ant' }],
      Ant: [{ name: 'legs', type: 'uint8' }],
    },
    { z: { a: { legs: 6 } }, a: { legs: 5 } },
  ),
  'a struct without fields': document(
    'Empty',
    { Empty: [] },
    {},
  ),
  'a domain with a salt': {
    types: {
      EIP712Domain: [{ name: 'salt', type: 'bytes32' }],
      One: [{ name: 'x', type: 'bool' }],
    },
    primaryType: 'One',
    domain: { salt: '0x' + '5a'.repeat(32) },
    message: { x: true },
  },
  'nested arrays': one('uint16[][2][]', [[[1, 2], []], [[3], [4, 5, 65535]]]),
  'an empty array': one('bytes32[]', []),
  'an empty array of arrays': one('string[][]', []),
  'strings in arrays': one('string[]', ['', 'a', 'ä']),
  'a negative int256': one('int256', '-170141183460469231731687303715884105729'),
  'the lowest int256': one('int256', (-(2n ** 255n)).toString()),
  'a negative int8': one('int8', -1),
  'the highest uint256': one('uint256', (2n ** 256n - 1n).toString()),
  'a hex integer': one('uint64', '0xdeadbeef'),
  'bytes32': one('bytes32', '0x' + 'ab'.repeat(32)),
  'bytes1': one('bytes1', '0xff'),
  'dynamic bytes': one('bytes', '0x' + '01'.repeat(33)),
  'no bytes': one('bytes', '0x'),
  'false': one('bool', false),
  'an address': one('address', bob.wallet),
  'addresses': one('address[3]', [bob.wallet, cow.wallet, cow.wallet.toLowerCase()]),
}

export const recursive = document(
  'Tree',
  {
    Tree: [
      { name: 'label', type: 'string' },
      { name: 'children', type: 'Tree[]' },
    ],
  },
  {
    label: 'root',
    children: [
      { label: 'leaf', children: [] },
      { label: 'branch', children: [{ label: 'leaf', children: [] }] },
    ],
  },
)
