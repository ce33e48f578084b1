import { kPort, kReady } from '../lib/handshake.js';

/** A MessagePort whose other end the content script has, or takes when it runs. */
export function handOver(window) {
  const { port1, port2 } = new window.MessageChannel();
  const offer = () => {
    const event =
      new window.MessageEvent(kPort, { ports: [port2], cancelable: true });
    if (window.dispatchEvent(event)) return;
    window.removeEventListener(kReady, offer);
  };
  window.addEventListener(kReady, offer);
  offer();
  return port1;
}
