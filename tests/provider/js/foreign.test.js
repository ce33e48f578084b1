import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { connect } from 'berth-provider/node';
import { makeRecord, publish, temporaryDirectory } from './support/registry.js';
import { until } from './support/wait.js';

const kNobody = 65534;
const kProgram = readFileSync(new URL('support/foreign.cjs', import.meta.url));
const kSkip = process.geteuid() !== 0 && 'only root can start one';

// A process of `uid` that holds the port of alice and knows her token.
async function startForeign(t, directory, uid) {
  const record = makeRecord('alice');
  const child = spawn(
    process.execPath, ['-e', `${kProgram}`, record.id, record.token],
    { uid, gid: uid, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines = [];
  child.stdout.on('data', (data) => lines.push(...`${data}`.trim().split('\n')));
  await once(child.stdout, 'data');
  record.endpoint.port = Number(lines[0]);
  await publish(t, directory, 'alice', record);
  return { child, lines, port: record.endpoint.port };
}

const isUntrusted = ({ code, message }) =>
  code === 'untrusted' && /no process of this user/.test(message);

test('this user\'s own process with that proof is asked', { skip: kSkip },
  async (t) => {
    const directory = temporaryDirectory(t);
    const { lines } = await startForeign(t, directory, process.geteuid());
    const provider = await connect('alice', { directory });
    t.after(provider.close);
    await until(() => lines.includes('asked'));
  });

test('row 26: a process of another user is asked nothing, whatever it proves',
  { skip: kSkip }, async (t) => {
    const directory = temporaryDirectory(t);
    const { lines } = await startForeign(t, directory, kNobody);
    await assert.rejects(connect('alice', { directory }), isUntrusted);
    await until(() => lines.includes('closed'));
    assert.ok(!lines.includes('asked'));
  });

// Whether bytes for `port` wait in a socket: the receive queue in /proc/net/tcp.
function hasWaitingBytes(port) {
  const local = port.toString(16).toUpperCase().padStart(4, '0');
  const entry = new RegExp(`: 0100007F:${local} \\S+ 01 \\S+:(\\S+) `, 'g');
  return [...readFileSync('/proc/net/tcp', 'latin1').matchAll(entry)]
    .some(([, size]) => parseInt(size, 16) > 0);
}

test('one that takes the connection only after the handshake was sent, too',
  { skip: kSkip }, async (t) => {
    const directory = temporaryDirectory(t);
    const { child, lines, port } = await startForeign(t, directory, kNobody);
    child.kill('SIGSTOP');
    const connecting = connect('alice', { directory });
    const refused = assert.rejects(connecting, isUntrusted);
    await until(() => hasWaitingBytes(port));
    child.kill('SIGCONT');
    await refused;
    await until(() => lines.includes('closed'));
    assert.ok(!lines.includes('asked'));
  });
