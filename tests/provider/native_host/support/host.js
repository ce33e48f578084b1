// The real berth-native-host over pipes, as a browser runs it.
import { spawn } from 'node:child_process';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { bin } from '../../../e2e/support/berth.js';

const kHeader = readFileSync(new URL('../../../../provider/native_host/extension_ids.h', import.meta.url), 'utf8');
const constant = (name) => new RegExp(`${name} = "([^"]+)"`).exec(kHeader)[1];
export const kChromiumOrigin = `chrome-extension://${constant('kChromiumId')}/`;
export const kFirefoxId = constant('kFirefoxId');

export function lengthOf(bytes) {
  const length = Buffer.alloc(4);
  if (endianness() === 'LE') length.writeUInt32LE(bytes);
  else length.writeUInt32BE(bytes);
  return length;
}

export function frame(text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([lengthOf(bytes.length), bytes]);
}

// {code, stdout, stderr} of a host that is given `input` and then the end of
// stdin; it may have ended by itself before.
export async function runHost(env, args, input = '') {
  const child = spawn(join(bin, 'berth-native-host'), args, { env });
  child.stdin.on('error', () => {}); // it need not read all
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([child.stdout, child.stderr].map(textOf));
  const code = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
  return { code, stdout, stderr };
}

async function textOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

// One that runs until the test ends, or end() is called.
export class Host {
  #chunks = Buffer.alloc(0);
  #pieces = '';
  #id = 0;
  #messages = [];
  #waiters = [];

  // `home`: of homeWith().
  constructor(home, { env = {}, args = [kChromiumOrigin] } = {}) {
    this.frames = []; // lengths
    this.bytes = ''; // all that it has written
    this.stderr = '';
    this.child = spawn(join(bin, 'berth-native-host'), args, { env: { ...home.env, ...env } });
    this.exit = new Promise((resolve) => this.child.once('close', (code, signal) => resolve(signal ?? code)));
    this.exit.then(() => this.#wake());
    this.child.stdin.on('error', () => {});
    this.child.stdout.on('data', (chunk) => this.#read(chunk));
    this.child.stderr.on('data', (chunk) => (this.stderr += chunk));
    home.hosts.push(this);
  }

  // Its exit code, or the signal that ended it.
  end() {
    this.child.stdin.end();
    this.child.stdout.resume();
    return this.exit;
  }

  write(bytes) {
    this.child.stdin.write(bytes);
  }

  send(message) {
    this.write(frame(JSON.stringify(message)));
  }

  // The answer to a message that has an id.
  async ask(message) {
    const id = ++this.#id;
    this.send({ ...message, id });
    return this.next((answer) => answer.id === id);
  }

  rpc(message, method, params) {
    return this.ask({ type: 'rpc', ...message, request: { method, params } });
  }

  // The first message not taken yet that `matches`; later ones are waited for.
  async next(matches) {
    for (;;) {
      const at = this.#messages.findIndex(matches);
      if (at >= 0) return this.#messages.splice(at, 1)[0];
      if (this.child.exitCode !== null) throw new Error(`the host has ended: ${this.stderr}`);
      await new Promise((resolve) => this.#waiters.push(resolve));
    }
  }

  // What has come and was not taken.
  get untaken() {
    return this.#messages;
  }

  #read(chunk) {
    this.bytes += chunk.toString('latin1');
    this.#chunks = Buffer.concat([this.#chunks, chunk]);
    for (;;) {
      if (this.#chunks.length < 4) return;
      const length = endianness() === 'LE' ? this.#chunks.readUInt32LE() : this.#chunks.readUInt32BE();
      if (this.#chunks.length < 4 + length) return;
      this.frames.push(length);
      this.#take(JSON.parse(this.#chunks.subarray(4, 4 + length)));
      this.#chunks = this.#chunks.subarray(4 + length);
    }
  }

  #take(message) {
    if (message.type === 'piece') {
      this.#pieces += message.text;
      if (!message.last) return;
      message = JSON.parse(this.#pieces);
      this.#pieces = '';
    } else if (this.#pieces) throw new Error(`between pieces: ${message.type}`);
    this.#messages.push(message);
    this.#wake();
  }

  #wake() {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}

export const isType = (type) => (message) => message.type === type;
