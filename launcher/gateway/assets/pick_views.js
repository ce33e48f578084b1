// The popup's frame, and the views that have little to say.
import { html, nothing } from './ui/lit/lit-html.js';
import { choiceView } from './ui/choice_view.js';
import { originHeader, plainView, sizeNotice } from './ui/window_frame.js';
import { walletView } from './wallet_view.js';

const aloneView = () => plainView(
  'No page opened this window',
  'This is where you choose a wallet profile for a web page. It works only in the window that the page itself opens: go to the page and choose Berth there.',
  'If the page did open it, the page has cut the link between its windows (Cross-Origin-Opener-Policy: same-origin). Its makers can allow it with same-origin-allow-popups.');

const namelessView = () => plainView(
  'This page has no origin',
  'It is in a sandboxed frame, or was opened from a file, so that nothing tells it from other pages. It gets no profile.',
  'Open it in a tab of its own, at an http: or https: address.');

const waitingView = ({ ui }) => ui.isLate
  ? plainView('The page does not answer',
      'Close this window, go back to the page and connect again.')
  : html`<section class="plain" role="status"><span class="spinner"></span>
      <p class="muted">Waiting for the page…</p></section>`;

const cancelledView = () => plainView(
  'Cancelled', 'The page got nothing. You can close this window.');

const handedView = () => plainView(
  'Connected', 'The page has your profile now. You can close this window.');

const lostView = () => html`<section class="plain" role="status">
  <span class="spinner"></span>
  <h1>Berth has stopped</h1>
  <p class="muted">The page is disconnected until it runs again. This window looks for it.</p>
  <p class="muted">Start it with <code>berth up</code></p>
</section>`;

const kViews = {
  alone: aloneView,
  nameless: namelessView,
  waiting: waitingView,
  choosing: choiceView,
  cancelled: cancelledView,
  handed: handedView,
  wallet: walletView,
  lost: lostView,
};

/** `scene`: what pick.js shows; see there. */
export function page(scene) {
  const { origin, view, guard } = scene;
  const says = view === 'wallet' ? 'Wallet window of' : 'Berth, for';
  return html`
    ${origin ? originHeader(origin, says) : nothing}
    ${sizeNotice(guard)}
    ${kViews[view](scene)}`;
}
