// A page with Berth in it.
import { Hub } from '../../../../provider/js/lib/page/hub.js';
import { PopupWay } from '../../../../provider/js/lib/page/popup_way.js';
import { Picker } from './fake_popup.js';
import { FakeWindow } from './fake_window.js';

export const createHub = (window, options) =>
  new Hub(window, (page) => new PopupWay(page, options));

export function createPage(url) {
  const window = new FakeWindow(url);
  return { window, hub: createHub(window) };
}

/** The same page, loaded anew; its popup, if it has one, is still there. */
export function reload({ window }) {
  window.dispatchEvent(new Event('pagehide'));
  const next = window.reloaded();
  if (window.popup) window.popup.opener = next;
  return { window: next, hub: createHub(next), popup: window.popup };
}

/** `pick()` whose user chooses `name`, over the popup. */
export async function pickRelayed({ window, hub }, name) {
  const picking = hub.pick();
  const picker = Picker.in(window);
  picker.choice = name;
  await window.advance(200);
  return { provider: await picking, picker };
}

export function record(provider) {
  const events = [];
  const kEvents =
    ['connect', 'disconnect', 'chainChanged', 'accountsChanged', 'message'];
  for (const event of kEvents) {
    provider.on(event, (payload) => events.push([event, payload]));
  }
  return events;
}

/** The EIP-6963 details that a page has heard, by name. */
export function listen(window) {
  const details = new Map();
  window.addEventListener('eip6963:announceProvider', ({ detail }) =>
    details.set(detail.info.name, detail));
  return details;
}

/** The same, of one that announces and asks, as dApps do when they load. */
export function announce({ window, hub }) {
  const details = listen(window);
  hub.announce();
  window.dispatchEvent(new Event('eip6963:requestProvider'));
  return details;
}
