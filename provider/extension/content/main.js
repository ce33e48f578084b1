// Carries texts between the page and the background, and reads none of them:
// the page speaks for itself, and the background knows its origin from the
// browser.
import { kAlive, kPort, kReady } from '../lib/handshake.js';

const { runtime } = globalThis.browser ?? globalThis.chrome;

let page;
let background;

// `isFinal`: this script belongs to an extension that was removed or updated.
function tellCut() {
  background = undefined;
  const isFinal = runtime.id === undefined;
  page.postMessage(JSON.stringify({ type: 'cut', isFinal }));
}

function connect() {
  const port = runtime.connect({ name: 'page' });
  port.onMessage.addListener((text) => page.postMessage(text));
  port.onDisconnect.addListener(() => {
    if (port === background) tellCut();
  });
  return port;
}

function cut() {
  const port = background;
  tellCut();
  port?.disconnect();
}

// `active`: the page cannot know better of its own user than this world does.
function toBackground({ data: text }) {
  if (typeof text !== 'string') return;
  const active = navigator.userActivation?.isActive ?? false;
  try {
    background ??= connect();
    background.postMessage({ text, active });
  } catch {
    // "Extension context invalidated": nobody is there any more. Or it is
    // longer than what browsers carry.
    cut();
  }
}

function takePort(event) {
  const [port] = event.ports ?? [];
  if (port === undefined) return;
  removeEventListener(kPort, takePort);
  event.preventDefault();
  page = port;
  page.onmessage = toBackground;
}

// A page that the back button brings back has lost its port meanwhile.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted && background !== undefined) cut();
});
addEventListener(kPort, takePort);
dispatchEvent(new Event(kReady));
// After that: the page offers a port where nobody has answered before. In the
// capturing phase, where no listener of the page is earlier.
addEventListener(kAlive, (event) => event.preventDefault(), true);
