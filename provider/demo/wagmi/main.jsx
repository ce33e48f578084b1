// An ordinary wagmi app. All that it does for Berth is the one line announce().
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { announce } from 'berth-provider';
import { createRoot } from 'react-dom/client';
import { createConfig, http, useConnect, useConnection, useConnectors, useDisconnect, useSignMessage, WagmiProvider } from 'wagmi';
import { foundry, mainnet } from 'wagmi/chains';

announce();

const config = createConfig({
  chains: [foundry, mainnet],
  transports: { [foundry.id]: http(), [mainnet.id]: http() },
});

function Wallets() {
  const connectors = useConnectors();
  const { mutate: connect, error, isPending } = useConnect();
  return (
    <>
      <h1>Choose a wallet</h1>
      {connectors.map((connector) => (
        <p key={connector.uid}>
          <button disabled={isPending} onClick={() => connect({ connector })}>{connector.name}</button>
        </p>
      ))}
      {connectors.length === 0 && <p>No wallet has announced itself.</p>}
      <Failure error={error} />
    </>
  );
}

function Account({ address, chainId, connector }) {
  const { mutate: disconnect } = useDisconnect();
  const { mutate: sign, data, error, isPending } = useSignMessage();
  return (
    <>
      <h1>{connector.name}</h1>
      <p>Account <code id="account">{address}</code></p>
      <p>Chain <code id="chain">{chainId}</code></p>
      <button disabled={isPending} onClick={() => sign({ message: 'Hello from wagmi' })}>Sign</button>
      <button onClick={() => disconnect()}>Disconnect</button>
      {data && <p><code id="signature">{data}</code></p>}
      <Failure error={error} />
    </>
  );
}

const Failure = ({ error }) => error && <p role="alert">{error.shortMessage ?? error.message}</p>;

function App() {
  const connection = useConnection();
  if (connection.isConnected) return <Account {...connection} />;
  if (connection.isReconnecting) return <p>Connecting again…</p>;
  return <Wallets />;
}

createRoot(document.getElementById('app')).render(
  <WagmiProvider config={config}>
    <QueryClientProvider client={new QueryClient()}>
      <App />
    </QueryClientProvider>
  </WagmiProvider>,
);
