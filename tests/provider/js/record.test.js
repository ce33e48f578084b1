import assert from 'node:assert/strict';
import test from 'node:test';
import { parseRecord } from '../../../provider/js/lib/record.js';
import { makeRecord } from './support/registry.js';

const parse = (value) => parseRecord(
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  'alice');

test('a record with all its fields is read', () => {
  const record = makeRecord('alice', { extra: { a: 1 }, icon: 'data:,x' });
  assert.deepEqual(parse(record), { record });
});

test('a record with nothing but what is required is read', () => {
  const { format, name, id, kind, pid, uid, started_at, endpoint } =
    makeRecord('alice');
  const record =
    { format, name, id, kind, pid, uid, started_at, endpoint, level: 0 };
  assert.deepEqual(parse(record), { record });
});

test('keys that are not known are no fault', () => {
  assert.ok(parse(makeRecord('alice', { later: [1] })).record);
});

const kWrong = {
  format: [undefined, 0, '1', 1.5],
  name: ['bob', undefined, 7],
  id: [undefined, 'x', '2c5ea4c0-4067-1f1b-9c51-7d2b3a0e8f6d'],
  kind: [undefined, 'other'],
  pid: [undefined, 0, -1, '7', 1.5],
  uid: [undefined, -1, '0'],
  started_at: [undefined, 'now', '2026-13-02T03:04:05Z', 7],
  endpoint: [
    undefined, null, [], { host: 'localhost', port: 1 },
    { host: '192.168.0.1', port: 1 }, { host: '127.0.0.256', port: 1 },
    { host: '127.1', port: 1 }, { host: '0.0.0.0', port: 1 },
    { host: '127.0.0.1', port: 0 }, { host: '127.0.0.1', port: 65536 },
    { host: '127.0.0.1', port: '80' }, { host: '127.0.0.1' },
  ],
  level: [undefined, 3, '1'],
  token: [undefined, 'short', `${'A'.repeat(42)}B`, `${'A'.repeat(43)}=`],
  boot_id: [7],
  start_ticks: ['7'],
  approvals: ['other'],
  state: ['other'],
  label: ['1bcdefghijklmnop', 'short', 'ABCDEFGHIJKLMNOP'],
  title: [7],
  color: [7],
  icon: ['https://example.com/x.png', 7],
  chain_id: ['1', 1, '0x01', '0x'],
  software: ['x', { name: 'x' }, null],
  started_by: ['other'],
  extra: [[], 'x'],
};

for (const [key, values] of Object.entries(kWrong)) {
  for (const value of values) {
    test(`${key} = ${JSON.stringify(value)} is refused`, () => {
      const { record, newer, reason } = parse(makeRecord('alice', { [key]: value }));
      assert.equal(record ?? newer, undefined);
      assert.match(reason, new RegExp(`"${key}"`));
    });
  }
}

test('a higher format is told from a damaged one', () => {
  const { record, newer, reason } = parse({ format: 2, name: 'alice' });
  assert.equal(record, undefined);
  assert.equal(newer.format, 2);
  assert.match(reason, /format 2 is newer than this program/);
});

const nested = (depth) => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1);

for (const [what, text, reason] of [
  ['nothing', '', /damaged/],
  ['half a record', JSON.stringify(makeRecord('alice')).slice(0, 200), /damaged/],
  ['an array', '[]', /not an object/],
  ['a key twice', '{"a":1,"b":{"a":2},"a":3}', /duplicate key "a"/],
  ['a key twice, once escaped', '{"a":1,"\\u0061":3}', /duplicate key/],
  ['a key twice in an inner object', '{"a":[{"b":1,"b":2}]}', /duplicate key/],
  ['a byte order mark', '\ufeff{}', /damaged/],
  ['depth 9', nested(9), /nested deeper than 8/],
]) {
  test(`${what} is refused`, () => {
    assert.match(parse(text).reason, reason);
  });
}

test('depth 8 is none too many, and a colon in a string is no key', () => {
  assert.match(parse(nested(8)).reason, /"format" is not 1/);
  assert.match(parse('{"a":"\\":","b":["a","a"]}').reason, /"format" is not 1/);
});

test('bytes that are not UTF-8 are refused', () => {
  const bytes = Buffer.from('{"a":"\xff"}', 'latin1');
  assert.match(parseRecord(bytes, 'alice').reason, /damaged/);
});
