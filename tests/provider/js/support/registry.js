// A registry in a directory of its own, and publishers that hold real locks.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kSource = fileURLToPath(new URL('publisher.c', import.meta.url));

export function temporaryDirectory(context) {
  const path = mkdtempSync(join(tmpdir(), 'berth-js-'));
  chmodSync(path, 0o700);
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

let publisherDirectory;

function publisherProgram() {
  if (publisherDirectory === undefined) {
    publisherDirectory = mkdtempSync(join(tmpdir(), 'berth-publisher-'));
    process.once('exit', () => rmSync(publisherDirectory, { recursive: true }));
    const program = join(publisherDirectory, 'publisher');
    execFileSync('cc', ['-o', program, kSource], { stdio: 'inherit' });
  }
  return join(publisherDirectory, 'publisher');
}

export const bootId =
  readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();

/** A whole record; `changes` replace or, as undefined, remove fields. */
export function makeRecord(name, changes = {}) {
  return {
    format: 1,
    name,
    id: randomUUID(),
    kind: 'wallet',
    pid: process.pid,
    boot_id: bootId,
    uid: process.geteuid(),
    started_at: '2026-01-02T03:04:05.678Z',
    endpoint: { host: '127.0.0.1', port: 8766 },
    token: randomBytes(32).toString('base64url'),
    level: 2,
    approvals: 'berth',
    state: 'ready',
    label: 'abcdefghijklmnop',
    title: 'A wallet',
    color: '#336699',
    chain_id: '0x7a69',
    software: { name: 'fake', version: '1' },
    started_by: 'start',
    ...changes,
  };
}

/**
 * Publishes `record` (an object, or the text of the file) from a process of
 * its own. `withdraw()` and `crash()` resolve when that process has ended.
 */
export async function publish(context, directory, name, record) {
  const text = typeof record === 'string' ? record : JSON.stringify(record);
  const owner = spawn(publisherProgram(), [directory, name],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(owner, 'exit');
  const end = async (act) => {
    if (owner.exitCode === null && owner.signalCode === null) act();
    await ended;
  };
  const crash = () => end(() => owner.kill('SIGKILL'));
  context.after(crash);
  owner.stdin.write(`${text}\0`);
  await once(owner.stdout, 'data');
  return { crash, withdraw: () => end(() => owner.stdin.end()) };
}
