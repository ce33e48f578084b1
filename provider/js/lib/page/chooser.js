// A session by a person, who chooses in the popup.
import { abortable } from '../abortable.js';
import { withLimit } from '../limit.js';
import { noOrigin, ticketRefused } from './failures.js';

const kLimitMs = 5 * 60_000;

/** Asks in the popup that is open; see `Popup.ask`. */
export async function askPopup(page, want, rdns, signal) {
  const { gateway, popup, sessions } = page;
  const { info } = await popup.ask(want, rdns, signal);
  const session = sessions.get(info.rdns);
  if (await abortable(session.opened, signal)) return session;
  throw ticketRefused(gateway.host);
}

async function askAndTidy(page, want, rdns, signal) {
  try {
    return await askPopup(page, want, rdns, signal);
  } catch (error) {
    const isOver = signal.aborted || error.code === 'no_gateway';
    if (isOver) page.popup.closeIfIdle();
    throw error;
  }
}

/**
 * Opens the popup, so it must be called within a click, and asks there.
 * Rejects with a BerthError, or with the signal's reason.
 */
export async function choose(
  page, want, rdns, { signal, timeoutMs = kLimitMs } = {}) {
  const { window, popup, memory } = page;
  if (window.origin === 'null') throw noOrigin();
  const limit =
    { what: 'choosing a wallet', signal, timeoutMs, timers: window };
  const session = await withLimit(limit, (limited) => {
    limited.throwIfAborted();
    popup.start();
    popup.open();
    return askAndTidy(page, want, rdns, limited);
  });
  memory.choose(session.info);
  return session;
}
