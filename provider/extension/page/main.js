// Berth in every page: what the npm package gives a page that asks for it, over
// the extension. Runs before any script of the page.
import { Hub } from '../../js/lib/page/hub.js';
import { kInstalled } from '../../js/lib/page/installed.js';
import { ExtensionWay } from './extension_way.js';

function install() {
  const hub = new Hub(window, (page) => new ExtensionWay(page));
  hub.announce();
  // Announced by the extension whatever the page does with its own package.
  const installed = {
    announce: () => () => {},
    pick: (options) => hub.pick(options),
    restore: (options) => hub.restore(options),
  };
  Object.defineProperty(
    window, kInstalled, { value: Object.freeze(installed) });
}

// What has no origin cannot be granted anything. Firefox runs this again in open
// pages when the extension is updated: what is there goes on.
if (window.origin !== 'null' && !(kInstalled in window)) install();
