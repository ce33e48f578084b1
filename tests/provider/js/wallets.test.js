import assert from 'node:assert/strict';
import test from 'node:test';
import { connect } from 'berth-provider/node';
import { BrowserProvider, verifyMessage as ethersVerify } from 'ethers';
import { createWalletClient, custom, verifyMessage } from 'viem';
import { startInstance, wallet } from './support/fake_instance.js';
import { temporaryDirectory } from './support/registry.js';

async function connected(t) {
  const directory = temporaryDirectory(t);
  await startInstance(t, directory, 'alice');
  const provider = await connect('alice', { directory });
  t.after(provider.close);
  return provider;
}

test('viem signs through a provider', async (t) => {
  const provider = await connected(t);
  const client = createWalletClient({ transport: custom(provider) });
  const [account] = await client.requestAddresses();
  const message = 'hello from viem';
  const signature = await client.signMessage({ account, message });
  assert.equal(account, wallet.address);
  assert.equal(await client.getChainId(), 31337);
  assert.ok(await verifyMessage({ address: account, message, signature }));
});

test('viem sees the codes of EIP-1193', async (t) => {
  const provider = await connected(t);
  const client = createWalletClient({ transport: custom(provider) });
  provider.close();
  await assert.rejects(client.getAddresses(), (error) =>
    error.walk(({ code }) => code === 4900) !== null);
});

test('ethers signs through a provider', async (t) => {
  const browser = new BrowserProvider(await connected(t));
  t.after(() => browser.destroy());
  const signer = await browser.getSigner();
  const message = 'hello from ethers';
  const signature = await signer.signMessage(message);
  assert.equal(await signer.getAddress(), wallet.address);
  assert.equal(ethersVerify(message, signature), wallet.address);
  assert.equal((await browser.getNetwork()).chainId, 31337n);
});
