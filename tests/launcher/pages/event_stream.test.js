import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import test from 'node:test';
import { EventStreamParser } from '../../../launcher/gateway/assets/event_stream_parser.js';
import { follow } from '../../../launcher/gateway/assets/event_stream.js';

const kWhole = 'event: state\ndata: {"a":\ndata:1}\n\n: a comment\n\ndata: x\r\n\r\nid: 7\n\n';
const kEvents = [
  { type: 'state', data: '{"a":\n1}' },
  { type: 'message', data: 'x' },
];

test('events are the same however the stream is cut', () => {
  for (let cut = 0; cut <= kWhole.length; cut += 1) {
    const parser = new EventStreamParser();
    const events = [
      ...parser.push(kWhole.slice(0, cut)), ...parser.push(kWhole.slice(cut))];
    assert.deepEqual(events, kEvents, `cut at ${cut}`);
  }
});

test('an event without its blank line is not told', () => {
  assert.deepEqual(new EventStreamParser().push('event: state\ndata: {}\n'), []);
});

// Serves each request by the next of `answers`, the last for all that follow.
async function serve(t, ...answers) {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(request);
    (answers.length > 1 ? answers.shift() : answers[0])(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const path = `http://127.0.0.1:${server.address().port}/events`;
  return { requests, request: { method: 'POST', path, body: { origin: 'o' }, session: 's' } };
}

const refuse = (status) => (response) => {
  response.writeHead(status);
  response.end('{"error":"no","hint":"do","code":"c"}');
};
const state = (number) => (response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.end(`event: other\ndata: 0\n\nevent: state\ndata: ${number}\n\n`);
};

test('each state is told, and a stream that ended is asked for again', async (t) => {
  const { request, requests } = await serve(t, state(1), refuse(503), state(2));
  const heard = [];
  const stop = new AbortController();
  await follow(request, {
    onState: (data) => {
      heard.push(data);
      if (data === 2) stop.abort();
    },
    onTrouble: ({ kind, error }) => heard.push([kind, error.status]),
    signal: stop.signal,
  });
  assert.deepEqual(heard, [1, ['gone', 0], ['gone', 503], 2]);
  assert.equal(requests[0].headers.authorization, 'Bearer s');
});

for (const status of [401, 403, 404])
  test(`${status} is final`, async (t) => {
    const { request, requests } = await serve(t, refuse(status));
    const heard = [];
    await follow(request, {
      onState: () => assert.fail('no state'),
      onTrouble: ({ kind, error }) => heard.push([kind, error.status, error.code, error.hint]),
    });
    assert.deepEqual(heard, [['refused', status, 'c', 'do']]);
    assert.equal(requests.length, 1);
  });

test('the pauses double from 250 ms to 5 s, and begin anew after a state', async (t) => {
  const stop = new AbortController();
  const pauses = [];
  let troubles = 0;
  const { request } = await serve(t, ...Array(7).fill(refuse(503)), state(1), refuse(503));
  const { setTimeout: later } = globalThis;
  t.mock.method(globalThis, 'setTimeout', (run, ms, ...rest) => {
    if (ms >= 10_000 || run.name !== 'done') return later(run, ms, ...rest);
    pauses.push(ms);
    return later(run, 0);
  });
  await follow(request, {
    onState: () => {},
    onTrouble: () => {
      troubles += 1;
      if (troubles === 9) stop.abort();
    },
    signal: stop.signal,
  });
  assert.deepEqual(pauses.slice(0, 8), [250, 500, 1000, 2000, 4000, 5000, 5000, 250]);
});

test('what a callback throws is not taken for trouble of the stream', async (t) => {
  const { request } = await serve(t, state(1));
  await assert.rejects(
    follow(request, {
      onState: () => {
        throw new TypeError('a bug');
      },
      onTrouble: () => {},
    }),
    /a bug/);
});
