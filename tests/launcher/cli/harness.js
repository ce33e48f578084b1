// A scratch BERTH_HOME with a copy of `berth` and, beside it, the stub or the
// real berth-instance. Everything that was started is killed by its pid at the
// end.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const BIN = process.env.BERTH_BIN;
if (!BIN) throw new Error('set BERTH_BIN to the directory of the programs');

// Every test file has ports of its own, so that they can run side by side, and
// below those that the kernel gives to whoever connects (32768 and up).
let nextPort = 10000 + (process.pid % 200) * 100;

export class Home {
  // `programs`: name beside berth -> name in BERTH_BIN, or the text of a script.
  constructor(t, programs = { 'berth-instance': 'berth_stub_instance' }) {
    this.spawned = [];
    this.root = fs.mkdtempSync(path.join(os.tmpdir(), 'berth-cli-'));
    this.bin = path.join(this.root, 'bin');
    this.home = path.join(this.root, 'home');
    fs.mkdirSync(this.bin);
    this.install('berth', 'berth');
    for (const [name, from] of Object.entries(programs)) this.install(name, from);
    this.ports = `${nextPort}-${nextPort + 49}`;
    nextPort += 50;
    this.env = {
      PATH: process.env.PATH,
      HOME: this.root,
      BERTH_HOME: this.home,
      BERTH_PORT_RANGE: this.ports,
      BERTH_BERTHD: 'off', // the tests of berthd start it themselves
      LANG: 'C.UTF-8',
    };
    t.after(() => this.close());
  }

  install(name, from) {
    const to = path.join(this.bin, name);
    if (from.startsWith('#!')) fs.writeFileSync(to, from, { mode: 0o755 });
    else fs.copyFileSync(path.join(BIN, from), to);
  }

  get registry() {
    return path.join(this.home, 'run/instances');
  }
  record(name) {
    return path.join(this.registry, `${name}.json`);
  }
  log(name) {
    return path.join(this.home, `state/logs/${name}.log`);
  }

  // A profile titled "stub:gated" stays "starting" until then.
  letGo(name) {
    fs.writeFileSync(path.join(this.home, `data/${name}/go`), '');
  }

  // Runs `berth` to its end.
  berth(...args) {
    return this.berthWith({}, ...args);
  }
  berthWith({ env = {}, input = '' }, ...args) {
    const { status, signal, stdout, stderr } = spawnSync(path.join(this.bin, 'berth'), args, {
      env: { ...this.env, ...env },
      input,
      encoding: 'utf8',
      timeout: 60000,
    });
    return { code: signal ?? status, out: stdout, err: stderr };
  }
  // Runs `berth` and goes on.
  spawn(args, options = {}) {
    const running = new Running(spawn(path.join(this.bin, 'berth'), args, { env: this.env, ...options }));
    this.spawned.push(running);
    return running;
  }

  json(...args) {
    const { code, out, err } = this.berth(...args);
    if (code !== 0) throw new Error(`berth ${args.join(' ')}: ${code} ${err}`);
    return JSON.parse(out);
  }
  instance(name) {
    return this.json('list', '--all', '--json').find((item) => item.name === name);
  }
  create(name, ...args) {
    const { code, err } = this.berth('profile', 'create', name, ...args);
    if (code !== 0) throw new Error(err);
  }
  start(name) {
    const { code, err } = this.berth('start', name);
    if (code !== 0) throw new Error(err);
    return this.json('show', name, '--json');
  }

  async close() {
    for (const running of this.spawned) running.child.kill('SIGKILL');
    await Promise.all(this.spawned.map((running) => running.exit));
    // Instances are detached, and some never publish: told by their program.
    for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        if (fs.readlinkSync(`/proc/${pid}/exe`).startsWith(this.bin)) process.kill(Number(pid), 'SIGKILL');
      } catch {
        // Another user's process, or one that has ended.
      }
    }
    fs.rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

// When the process started; undefined once it has ended. One that nobody has
// reaped yet (Z) has ended.
export function ticksOf(pid) {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : Number(fields[19]);
  } catch {
    return undefined;
  }
}

// The pids, as text, of `program` beside berth that live.
export function processesOf(home, program) {
  return fs.readdirSync('/proc').filter((pid) => {
    try {
      return fs.readlinkSync(`/proc/${pid}/exe`) === path.join(home.bin, program) && ticksOf(pid) !== undefined;
    } catch {
      return false;
    }
  });
}

class Running {
  constructor(child) {
    this.child = child;
    this.out = '';
    this.err = '';
    this.waiters = [];
    child.stdout.on('data', (data) => this.add('out', data));
    child.stderr.on('data', (data) => this.add('err', data));
    this.exit = new Promise((resolve) => {
      child.on('close', (code, signal) => resolve(signal ?? code));
    });
  }
  add(where, data) {
    this[where] += data;
    this.waiters = this.waiters.filter((check) => !check());
  }
  // Resolves as soon as `condition(this)` holds, looked at with each output.
  until(condition) {
    return new Promise((resolve) => {
      const check = () => condition(this) && (resolve(), true);
      if (!check()) this.waiters.push(check);
    });
  }
  lines() {
    return this.out.split('\n').slice(0, -1);
  }
}

// Holds a port as a stranger would.
export function takePort(t, port, host = '127.0.0.1') {
  const server = net.createServer();
  t.after(() => server.close());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
