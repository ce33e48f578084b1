import { kAlive, kPort, kReady } from '../lib/handshake.js';

/**
 * A MessagePort whose other end the content script has, or takes when it runs.
 * `onNext(port)`: another one took over. Firefox ends the one of an extension
 * that is updated or removed without a word, and puts the new one into pages
 * that are open.
 */
export function handOver(window, onNext) {
  const first = new window.MessageChannel();
  let next = first;
  const offer = () => {
    // A page may say so itself: there is no second port beside the first.
    if (next !== first && isAlive(window)) return;
    const { port1, port2 } = next;
    const event =
      new window.MessageEvent(kPort, { ports: [port2], cancelable: true });
    if (window.dispatchEvent(event)) return;
    if (next !== first) onNext(port1);
    next = new window.MessageChannel();
  };
  window.addEventListener(kReady, offer);
  offer();
  return first.port1;
}

/** Whether there is a content script. */
export const isAlive = (window) =>
  !window.dispatchEvent(new window.Event(kAlive, { cancelable: true }));
