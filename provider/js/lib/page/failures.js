// What can go wrong on the way to a wallet, and what to do about it.
import { BerthError, isBerthError, ProviderRpcError } from '../errors.js';

const berthError = (code, message, hint, cause) =>
  new BerthError(code, message, { hint, cause });

export const noWindow = () => berthError(
  'no_window', 'there is no window to open the picker from',
  'call pick() in the browser, in a click; not on a server');

export const noOrigin = () => berthError(
  'no_origin', 'this page has no origin that a wallet could be granted to',
  'serve it over http: or https:, not from a file or in a sandboxed frame');

export const popupBlocked = () => berthError(
  'popup_blocked', 'the browser did not let the Berth window open',
  'connect by a click, and allow pop-ups for this site');

export const popupClosed = () => berthError(
  'popup_closed', 'the Berth window was closed before a wallet was chosen',
  'connect again and choose a wallet in the window that opens');

export const openerCut = (header) => berthError(
  'coop', 'this page cannot hear the Berth window that it opened: it is sent ' +
    `with Cross-Origin-Opener-Policy: ${header}`,
  'send Cross-Origin-Opener-Policy: same-origin-allow-popups');

export const noGateway = (host) => berthError(
  'no_gateway', `no Berth gateway answers at ${host}: berthd does not run, ` +
    'or another program has taken its port',
  'start it: berth up; or see what is wrong: berth doctor. Where it runs at ' +
    'another port, berth ui shows which');

export const denied = () => berthError(
  'denied', 'the request was closed without choosing a wallet',
  'connect again and choose a wallet');

export const anotherChosen = (name) => berthError(
  'denied', `another wallet than ${name} was chosen`,
  `connect again and choose ${name}`);

export const ticketRefused = (host, cause) => berthError(
  'ticket', `the gateway at ${host} did not open the channel of this page`,
  'connect again; if it stays so, see: berth doctor', cause);

export const superseded = () => berthError(
  'superseded', 'a newer request took the Berth window over',
  'wait for the answer to one request before the next');

export const closed = () => berthError(
  'closed', 'the provider was closed', 'connect again');

const kRejected = 4001;
const kResourceUnavailable = -32002;
const kRefusals = ['denied', 'popup_closed'];

/**
 * For `request`, which answers with numbers; `cause` is the BerthError. What
 * is no refusal is -32002 (EIP-1474 "resource unavailable"): on any code but
 * that and 4001 wagmi would ask again, and open the picker a second time.
 */
export function toRpcError(error) {
  if (!isBerthError(error)) return error;
  const code =
    kRefusals.includes(error.code) ? kRejected : kResourceUnavailable;
  const message = `${error.message}. To do: ${error.hint}`;
  return new ProviderRpcError(code, message, { cause: error });
}
