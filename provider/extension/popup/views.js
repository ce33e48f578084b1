// How the popup looks.
import { html, nothing } from '../../ui/lit/lit-html.js';
import { decisionView } from '../../ui/decision_view.js';
import { errorNotice } from '../../ui/error_notice.js';
import { originHeader, sizeNotice } from '../../ui/window_frame.js';
import { profilesView, siteView } from './profiles.js';

const brandHeader = html`<header class="top">
  <span class="mark"></span><h1 class="brand">Berth</h1>
</header>`;

function waitingTemplate({ desk, act }) {
  const count = desk.questions.length;
  if (count === 0) return nothing;
  return html`<div class="notice warn waiting">
    <span>${count === 1 ? 'A question waits' : `${count} questions wait`}</span>
    <button type="button" class="button small" @click=${act.look}>Look</button>
  </div>`;
}

function homeView(popup) {
  const { desk } = popup;
  const isLoading = desk.profiles === null && desk.trouble === null;
  return html`
    ${desk.site ? originHeader(desk.site, 'Berth, for') : brandHeader}
    <main>
      ${desk.trouble ? errorNotice(desk.trouble) : nothing}
      ${waitingTemplate(popup)}
      ${isLoading ? html`<p class="loading" role="status"><span class="spinner"></span>
        Looking for profiles…</p>` : nothing}
      ${siteView(popup)}
      ${profilesView(popup)}
    </main>`;
}

function questionView({ desk, guard, act }) {
  const back = html`<button type="button" class="button quiet back"
    aria-label="Back to the profiles" @click=${act.later}>‹</button>`;
  return html`
    ${originHeader(desk.questions[0].origin, 'Berth, for', back)}
    ${sizeNotice(guard)}
    ${decisionView({ picker: desk, guard, act })}`;
}

/**
 * `popup`: `{desk, guard, act, confirmation, isDeciding}`. `isDeciding`: the
 * oldest question is shown, not the profiles.
 */
export function page(popup) {
  return popup.isDeciding ? questionView(popup) : homeView(popup);
}
