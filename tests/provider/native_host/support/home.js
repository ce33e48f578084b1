// Homes with profiles in them, for a host to look at.
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { ok, portRange, scratch } from '../../../e2e/support/berth.js';
import { recordOf } from '../../../e2e/support/wire.js';
import { makeRecord, publish } from '../../js/support/registry.js';
import { listen } from '../../js/support/wait.js';

export const kApp = 'https://app.example';

// One in which these run; `dev` wallets with the options that are given.
export async function homeWith(test, names, ...options) {
  const hosts = [];
  // They end before their home does.
  test.after(() => Promise.all(hosts.map((host) => host.end())));
  const home = scratch(test, { portRange: portRange(40) });
  home.hosts = hosts;
  mkdirSync(home.registry, { recursive: true, mode: 0o700 });
  for (const name of names) {
    await ok(home.berth('profile', 'create', name, ...options));
    await ok(home.berth('start', name));
  }
  return home;
}

// Publishes a record that no instance is behind.
export async function publishRecord(test, home, name, changes) {
  const record = makeRecord(name, changes);
  return { record, owner: await publish(test, home.registry, name, record) };
}

// A `forward` wallet named big, whose node answers eth_call with `big`, of that
// many bytes; `answered` says how often.
export async function bigWallet(test, home, bytes) {
  const big = `0x${'ab'.repeat(bytes / 2)}`;
  const node = { big, answered: 0 };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => response.end(JSON.stringify(answer(JSON.parse(text)))));
  });
  const answer = ({ id, method }) => {
    if (method === 'eth_call') ++node.answered;
    const results = { eth_chainId: '0x7a69', eth_accounts: [`0x${'11'.repeat(20)}`], eth_call: big };
    const result = results[method];
    return result ? { jsonrpc: '2.0', id, result }
      : { jsonrpc: '2.0', id, error: { code: -32601, message: method } };
  };
  const port = await listen(test, server);
  test.after(() => server.closeAllConnections());
  await ok(home.berth('profile', 'create', 'big', '--wallet', 'forward', '--upstream', `http://127.0.0.1:${port}`));
  await ok(home.berth('start', 'big'));
  return node;
}

// Nothing in `bytes` says where an instance is or what proves it.
export function secretsIn(bytes, home, ...names) {
  return names.flatMap((name) => {
    const { token, endpoint, pid, label } = recordOf(home, name);
    return [token, String(endpoint.port), String(pid), label, home.home].filter((secret) =>
      new RegExp(`(?<!\\d)${secret}(?!\\d)`).test(bytes));
  });
}
