// The background put together. It may be ended by the browser at any moment
// and run anew: pages and windows connect again, and the registry knows the
// rest.
import { Asks } from './asks.js';
import { Attention } from './attention.js';
import { BerthWindow } from './berth_window.js';
import { Directory } from './directory.js';
import { Face } from './face.js';
import { Native } from './native.js';
import { Page } from './page.js';

// Firefox says no origin of its own pages.
const ownerOf = ({ origin, url }) => origin ?? new URL(url).origin;
const isPageOrigin = (origin) => /^https?:\/\/[^/]+$/.test(origin ?? '');

// Only the top page of a tab, and only one that has an origin.
function originOf({ frameId, tab, origin }) {
  const isTop = frameId === 0 && tab !== undefined;
  return isTop && isPageOrigin(origin) ? origin : undefined;
}

/** `openChannel(native, name, origin, onEvent, signal)`: a proven Channel. */
export function start(browser, openChannel) {
  const native = new Native(browser.runtime, globalThis);
  const directory = new Directory(native);
  const asks = new Asks();
  const app = {
    browser, native, directory, asks, timers: globalThis,
    openChannel: (...args) => openChannel(native, ...args),
  };
  const berthWindow = new BerthWindow(browser, () => asks.refuseAll());
  const attention = new Attention(app, berthWindow);
  const own = new URL(browser.runtime.getURL('')).origin;

  browser.runtime.onConnect.addListener((port) => {
    const { name, sender } = port;
    const isOwn = ownerOf(sender) === own;
    if (isOwn && ['window', 'popup'].includes(name)) {
      new Face(port, app);
      return;
    }
    const origin = name === 'page' ? originOf(sender) : undefined;
    if (origin === undefined) port.disconnect();
    else attention.add(port, new Page(port, origin, app));
  });
}
