// One running sample, as its user would start it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scratch } from '../../../e2e/support/berth.js';

export const kDeadline = 30_000;

// A scratch home, whose wallets end before it goes: one that lives would heal
// its record into it.
export function walletHome(t, options) {
  const wallets = [];
  t.after(() => Promise.all(wallets.map((wallet) => wallet.kill())));
  return { ...scratch(t, options), wallets };
}

export class Wallet {
  // Ends with the test. `home` is walletHome()'s.
  constructor(home, sample, name, env = {}) {
    const [file, ...args] = [...sample.argv, name];
    this.child = spawn(file, args, {
      env: { ...home.env, BERTH_REGISTRY: home.registry, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.stdout = '';
    this.stderr = '';
    this.child.stdout.on('data', (data) => (this.stdout += data));
    this.child.stderr.on('data', (data) => (this.stderr += data));
    // Resolves to {code, signal} once it has been reaped and all was read.
    this.exit = once(this.child, 'close').then(([code, signal]) => ({ code, signal }));
    home.wallets.push(this);
  }

  get pid() {
    return this.child.pid;
  }
  kill(signal = 'SIGKILL') {
    this.child.kill(signal);
    return this.exit;
  }

  // SIGSTOP, and until it has stopped: a thread may go on for a moment.
  async stop() {
    this.child.kill('SIGSTOP');
    const tasks = `/proc/${this.pid}/task`;
    await until(() => readdirSync(tasks).every((task) => / T /.test(readFileSync(join(tasks, task, 'stat'), 'utf8'))));
  }

  // Its port, once it says that it is published; or what it failed with.
  async port() {
    const line = await Promise.race([
      until(() => /^(\S+) (\d+)\n/.exec(this.stdout)),
      this.exit.then(() => undefined),
    ]);
    if (!line) throw new Error(`ended: ${this.stderr}`);
    return Number(line[2]);
  }
}

// The first true value of `look`, looked at every few milliseconds.
export async function until(look) {
  for (const end = Date.now() + kDeadline; Date.now() < end; await sleep(5)) {
    const value = look();
    if (value) return value;
  }
  throw new Error(`not within ${kDeadline} ms: ${look}`);
}

export function recordPath(home, name) {
  return join(home.registry, `${name}.json`);
}

export function inodeOf(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}

export function temporaries(home) {
  return readdirSync(home.registry).filter((file) => file.endsWith('.tmp'));
}

// One JSON-RPC request over HTTP.
export async function ask(port, method, id = 1) {
  const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: [] });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body, signal: AbortSignal.timeout(kDeadline) });
  return response.json();
}

// Another process that holds one byte of a file, until release() or the end of
// the test: {locked, release()}. In Python, since Node has no such locks.
export function lockByte(t, path, byte) {
  const script = `import fcntl, struct, sys; f = open(sys.argv[1], 'r+'); \
fcntl.fcntl(f, fcntl.F_OFD_SETLK, struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, ${byte}, 1, 0)); \
print('locked', flush=True); sys.stdin.read()`;
  const child = spawn('/usr/bin/python3', ['-c', script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const release = () => child.kill('SIGKILL');
  t.after(release);
  return { locked: once(child.stdout, 'data'), release };
}
