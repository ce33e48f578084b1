import { html, nothing } from './ui/lit/lit-html.js';
import { errorNotice } from './ui/error_notice.js';
import { grantsView } from './grants_view.js';
import { instancesView } from './instances_view.js';
import { logView } from './log_view.js';
import { questionsView } from './questions_view.js';
import { visible } from './ui/text.js';

function messageScreen(title, content) {
  return html`
    <main class="message card">
      <img src="/assets/ui/icon.svg" alt="" width="56" height="56">
      <h1>${title}</h1>
      ${content}
    </main>`;
}

const signIn = html`<p>Run <code>berth ui</code> in a terminal.</p>`;

export function signedOutView() {
  return messageScreen('Not signed in', signIn);
}

/** This page is of a berthd that has ended. */
export function restartedView() {
  return messageScreen('berthd was restarted',
    html`<p>Run <code>berth ui</code> again.</p>`);
}

/** Why the sign-in did not work: an ApiError. */
export function failedView({ status, message, hint }) {
  // What to do about a code that is refused stands below anyway.
  const notice = errorNotice({ message, hint: status === 403 ? null : hint });
  return messageScreen('Not signed in', html`${notice} ${signIn}`);
}

/** Nothing is known yet. `trouble`: why not, or null. */
export function openingView(trouble) {
  return messageScreen('Berth', trouble === null
    ? html`<p class="muted" role="status">Asking berthd…</p>`
    : troubleTemplate(trouble));
}

function topTemplate({ version, port }, page) {
  return html`
    <header class="top">
      <img src="/assets/ui/icon.svg" alt="" width="32" height="32">
      <h1>Berth</h1>
      <span class="muted">berthd ${visible(version)} · port ${port}</span>
      <button type="button" class="button quiet small"
        @click=${() => page.signOut()}>Sign out</button>
    </header>`;
}

function troubleTemplate(trouble) {
  if (trouble === null) return nothing;
  return html`
    <p class="notice warn trouble" role="alert">
      <span class="spinner" aria-hidden="true"></span>
      <span><strong>berthd does not answer, trying again.</strong>
        If it has ended, run <code>berth ui</code>.</span>
    </p>`;
}

function sectionsTemplate({ instances, approvals, grants, error }, page) {
  // Nothing else is known then.
  if (error) return errorNotice({ message: error, hint: 'see: berth doctor' });
  return html`
    ${questionsView(approvals, instances, page)}
    ${instancesView(instances, page)}
    ${grantsView(grants, instances, page)}`;
}

/** What berthd says, or said before the `trouble` (null: there is none). */
export function overviewView(state, trouble, page) {
  return html`
    ${topTemplate(state, page)}
    ${troubleTemplate(trouble)}
    <main class=${trouble === null ? '' : 'stale'}>
      ${sectionsTemplate(state, page)}
    </main>
    ${logView(page.logs, () => page.closeLog())}`;
}
