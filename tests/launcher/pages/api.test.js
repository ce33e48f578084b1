import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test from 'node:test';
import { request } from '../../../launcher/gateway/assets/api.js';
import { parseExactly } from '../../../launcher/gateway/assets/exact_json.js';

async function serve(t, handler) {
  const server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}/`;
}

test('numbers are what was written, whatever a double holds', () => {
  const cases = [
    ['[1,-2,0.5,31337]', [1, -2, 0.5, 31337]],
    ['[9007199254740993]', ['9007199254740993']],
    ['{"a":18446744073709551615}', { a: '18446744073709551615' }],
    ['[0.1234567890123456789]', ['0.1234567890123456789']],
    ['[1e400]', ['1e400']],
    ['["12345678901234567890 \\" 12345678901234567890"]', ['12345678901234567890 " 12345678901234567890']],
    ['[true,null,""]', [true, null, '']],
  ];
  for (const [text, value] of cases) assert.deepEqual(parseExactly(text), value);
});

test('a text of 4 MiB is parsed', () => {
  const long = 'ab"\\'.repeat(1 << 20);
  assert.equal(parseExactly(JSON.stringify([long]))[0], long);
});

test('an answer is its JSON', async (t) => {
  const path = await serve(t, async (asked, response) => {
    let body = '';
    for await (const piece of asked) body += piece;
    response.end(JSON.stringify({ body, type: asked.headers['content-type'], auth: asked.headers.authorization }));
  });
  assert.deepEqual(await request('POST', path, { a: 1 }, { session: 's' }),
    { body: '{"a":1}', type: 'application/json', auth: 'Bearer s' });
});

test('a refusal says what happened and what to do', async (t) => {
  const path = await serve(t, (asked, response) => {
    response.statusCode = 409;
    response.end('{"error":"is locked: bob","hint":"unlock it","code":"locked"}');
  });
  await assert.rejects(request('POST', path, {}), {
    name: 'ApiError', status: 409, code: 'locked', message: 'is locked: bob', hint: 'unlock it',
  });
});

test('what is no JSON is an error of that answer', async (t) => {
  const path = await serve(t, (asked, response) => response.end('<html>'));
  await assert.rejects(request('GET', path), { name: 'ApiError', status: 200 });
});

test('a gateway that is not there has status 0, and a hint', async (t) => {
  const path = await serve(t, (asked, response) => response.destroy());
  await assert.rejects(request('GET', path),
    { name: 'ApiError', status: 0, code: 'unreachable', hint: 'Start it with: berth up' });
});

test('a silent gateway has status 0 when the time is over', async (t) => {
  const path = await serve(t, () => {});
  await assert.rejects(request('GET', path, undefined, { limitMs: 20 }), { status: 0 });
});

test('who asked can take it back', async (t) => {
  const stop = new AbortController();
  const path = await serve(t, () => stop.abort());
  await assert.rejects(request('GET', path, undefined, { signal: stop.signal }), { name: 'AbortError' });
});
