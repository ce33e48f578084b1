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

// `own`: the URL of the extension. Firefox says no origin of its own pages.
const isOwn = ({ origin, url = '' }, own) =>
  (origin === undefined ? url.startsWith(own) : `${origin}/` === own);
const isPageOrigin = (origin) => /^https?:\/\/[^/]+$/.test(origin ?? '');

// Only the top page of a tab, and only one that has an origin.
function originOf({ frameId, tab, origin }) {
  const isTop = frameId === 0 && tab !== undefined;
  return isTop && isPageOrigin(origin) ? origin : undefined;
}

/**
 * `openChannel(native, name, origin, onEvent, signal)`: a proven Channel.
 * `timers`: setTimeout and clearTimeout.
 */
export function start(browser, openChannel, timers = globalThis) {
  const native = new Native(browser.runtime, timers);
  const directory = new Directory(native);
  const asks = new Asks();
  const app = {
    browser, native, directory, asks, timers,
    openChannel: (...args) => openChannel(native, ...args),
  };
  app.window = new BerthWindow(browser, () => asks.refuseAll());
  const attention = new Attention(app);
  const own = browser.runtime.getURL('');

  browser.runtime.onConnect.addListener((port) => {
    const { name, sender } = port;
    if (['window', 'popup'].includes(name) && isOwn(sender, own)) {
      new Face(port, app);
      return;
    }
    const origin = name === 'page' ? originOf(sender) : undefined;
    if (origin === undefined) port.disconnect();
    else attention.add(port, new Page(port, origin, app));
  });
}
