import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Hello } from '../../../provider/js/lib/hello.js';
import { nodeCrypto } from '../../../provider/js/lib/node/crypto.js';

const vector = JSON.parse(readFileSync(
  new URL('../../../registry/hello-vector.json', import.meta.url)));

function makeHello(changes = {}) {
  const { token, id, host, port } = { ...vector, ...changes };
  const record = { token, id, endpoint: { host, port } };
  return new Hello(record, nodeCrypto, Buffer.from(vector.nonce, 'base64url'));
}

test('the client proof is that of the test vector', () => {
  assert.deepEqual(makeHello().subprotocols,
    ['berth.v1', `berth.hello.${vector.nonce}.${vector.client_proof}`]);
});

test('the server proof of the test vector is accepted', () => {
  assert.equal(makeHello().verify(vector.server_proof), true);
});

test('an id is signed in lower case', () => {
  const hello = makeHello({ id: vector.id.toUpperCase() });
  assert.equal(hello.verify(vector.server_proof), true);
});

for (const [key, value] of [
  ['token', Buffer.alloc(32, 7).toString('base64url')],
  ['id', '00000000-0000-4000-8000-000000000000'],
  ['host', '127.0.0.2'],
  ['port', 8767],
]) {
  test(`a proof made for another ${key} is refused`, () => {
    assert.equal(makeHello({ [key]: value }).verify(vector.server_proof), false);
  });
}

for (const [what, proof] of [
  ['the client proof sent back', vector.client_proof],
  ['a shorter one', vector.server_proof.slice(1)],
  ['none', undefined],
  ['one that is no string', [vector.server_proof]],
]) {
  test(`${what} is no server proof`, () => {
    assert.equal(makeHello().verify(proof), false);
  });
}

test('each hello has a nonce of its own', () => {
  const record = { ...vector, endpoint: vector };
  const offers = [1, 2].map(() => new Hello(record, nodeCrypto).subprotocols[1]);
  assert.notEqual(offers[0], offers[1]);
});
