// Checked by tsc, never run: what a dApp writes compiles, and with the types it
// expects; what it must not write does not.
import {
  type BerthErrorCode, type BerthProvider, connect, type Instance, instances,
  isBerthError, isProviderRpcError, watch,
} from 'berth-provider/node';
import { BrowserProvider } from 'ethers';
import { createWalletClient, custom } from 'viem';

const list: Instance[] = await instances({ directory: '/x', all: true });
const port: number | null = list[0]!.port;
// @ts-expect-error the token is never shown
list[0]!.token;

const stop: () => void = watch({}, (event) => {
  if (event.type === 'error') {
    const { error }: { error: Error } = event;
    throw error;
  }
  const name: string = event.instance.name;
  console.log(name, port);
});
stop();
// @ts-expect-error a watch needs a listener
watch({});

const { signal } = new AbortController();
const provider: BerthProvider =
  await connect('alice', { signal, timeoutMs: 1000 });
// @ts-expect-error a name is a string
await connect(7);
provider.on('connect', ({ chainId }) => chainId.toUpperCase());
provider.on('accountsChanged', (accounts) => accounts.map((one) => one.length));
provider.once('disconnect', ({ code }) => code + 1);
// @ts-expect-error no such event
provider.on('gone', () => {});
const state: 'connecting' | 'ready' | 'gone' = provider.state;
// @ts-expect-error read only
provider.state = state;

createWalletClient({ transport: custom(provider) });
new BrowserProvider(provider);

try {
  await provider.request({ method: 'eth_accounts', params: [] });
} catch (error) {
  if (isBerthError(error)) {
    const code: BerthErrorCode = error.code;
    console.error(code, error.hint);
  } else if (isProviderRpcError(error)) {
    const code: number = error.code;
    console.error(code, error.data);
  }
}
