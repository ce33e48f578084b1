// berth-provider/node: the registry of this machine, and the way to one of its
// instances.
import { Hello } from './lib/hello.js';
import { toInstances } from './lib/instance.js';
import { nodeCrypto } from './lib/node/crypto.js';
import { find, list } from './lib/node/listing.js';
import { registryDirectory } from './lib/node/paths.js';
import { CheckedWebSocket } from './lib/node/socket.js';
import { watchRegistry } from './lib/node/watcher.js';
import { connectProvider } from './lib/provider.js';

export {
  BerthError, isBerthError, isProviderRpcError, ProviderRpcError,
} from './lib/errors.js';

const timers = {
  setTimeout, clearTimeout, setInterval, clearInterval,
  now: () => performance.now(),
};

export async function instances({ directory, all } = {}) {
  return toInstances(list(registryDirectory(directory)), { all });
}

export function watch({ directory, signal, all }, onEvent) {
  const path = registryDirectory(directory);
  return watchRegistry(path, { signal, timers, all }, onEvent);
}

export async function connect(name, options = {}) {
  const { directory, webSocket = CheckedWebSocket, ...limits } = options;
  const path = registryDirectory(directory);
  const registry = {
    find: (wanted) => find(path, wanted),
    watch: (onEvent) => watchRegistry(path, { timers }, onEvent),
  };
  const env = {
    WebSocket: webSocket, timers, random: Math.random,
    createHello: (record) => new Hello(record, nodeCrypto),
  };
  return connectProvider(name, { registry, env, ...limits });
}
