// Checked by tsc, never run: what a page writes compiles, and with the types it
// expects; what it must not write does not.
import {
  announce, type BerthErrorCode, type BerthProvider, isBerthError, pick,
  type ProfileInfo, restore,
} from 'berth-provider';
import { BrowserProvider } from 'ethers';
import { createWalletClient, custom } from 'viem';

const undo: () => void = announce();
undo();
announce({ gateway: 'http://127.0.0.1:18765' });
// @ts-expect-error a URL is a string
announce({ gateway: 18765 });
// @ts-expect-error announcing is nothing to be awaited for long
announce({ timeoutMs: 1 });

const { signal } = new AbortController();
const provider: BerthProvider = await pick({ signal, timeoutMs: 1000 });
const again: BerthProvider | null = await restore({ signal });
// @ts-expect-error there may be none
again.request;

const info: ProfileInfo = provider.info;
const color: string | null = info.color;
// @ts-expect-error a page learns no port
info.port;
const state: 'connecting' | 'ready' | 'gone' = provider.state;
provider.on('connect', ({ chainId }) => chainId.toUpperCase());
provider.on('accountsChanged', (accounts) => accounts.map((one) => one.length));
// @ts-expect-error no such event
provider.on('gone', () => {});

createWalletClient({ transport: custom(provider) });
new BrowserProvider(provider);

try {
  await pick();
} catch (error) {
  if (isBerthError(error)) {
    const code: BerthErrorCode = error.code;
    if (error.code === 'coop') console.error(code, error.hint, color, state);
  }
}
provider.close();
