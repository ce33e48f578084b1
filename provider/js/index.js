// berth-provider: a wallet instance of this machine for a web page, chosen by
// its user. On a server it does nothing.
import { noWindow } from './lib/page/failures.js';
import { Hub } from './lib/page/hub.js';
import { kInstalled } from './lib/page/installed.js';
import { PopupWay } from './lib/page/popup_way.js';

export {
  BerthError, isBerthError, isProviderRpcError, ProviderRpcError,
} from './lib/errors.js';

const isPage = () => typeof window !== 'undefined';

// One for all of the page: there is one popup, or the extension. The first call
// says where the gateway is.
let hub;

function hubOf(options) {
  hub ??= window[kInstalled] ??
    new Hub(window, (page) => new PopupWay(page, options));
  return hub;
}

export const announce = (options) =>
  (isPage() ? hubOf(options).announce() : () => {});

export async function pick(options) {
  if (!isPage()) throw noWindow();
  return hubOf(options).pick(options);
}

export const restore = async (options) =>
  (isPage() ? hubOf(options).restore(options) : null);
