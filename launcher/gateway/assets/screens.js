import { html, nothing } from './lit/lit-html.js';
import { grantsTemplate } from './grants.js';
import { instancesTemplate } from './instances.js';
import { logTemplate } from './log.js';
import { questionsTemplate } from './questions.js';
import { visible } from './text.js';

function messageScreen(title, content) {
  return html`
    <main class="message card">
      <img src="/assets/icon.svg" alt="" width="56" height="56">
      <h1>${title}</h1>
      ${content}
    </main>`;
}

const signIn = html`<p>Run <code>berth ui</code> in a terminal.</p>`;

/** Nobody is signed in. `error`: why that failed, or null. */
export function signedOutTemplate(error) {
  return messageScreen('Not signed in', html`
    ${error === null ? nothing : html`
      <p class="notice bad" role="alert">${visible(error.message)}</p>`}
    ${signIn}`);
}

/** This page belongs to a berthd that has ended. */
export function restartedTemplate() {
  return messageScreen('berthd was restarted', html`
    <p>Run <code>berth ui</code> again.</p>`);
}

export function openingTemplate() {
  return messageScreen('Berth', html`
    <p class="muted" role="status">Asking berthd…</p>`);
}

function topTemplate({ version, port }, page) {
  return html`
    <header class="top">
      <img src="/assets/icon.svg" alt="" width="32" height="32">
      <h1>Berth</h1>
      <span class="muted">berthd ${visible(version)} · port ${port}</span>
      <button type="button" class="button quiet small"
        @click=${page.signOut}>Sign out</button>
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

/**
 * What berthd says. `trouble`: it does not answer any more, this is what it
 * said last; else null.
 */
export function overviewTemplate({ state, trouble }, page) {
  const { instances, approvals, grants } = state;
  return html`
    ${topTemplate(state, page)}
    ${troubleTemplate(trouble)}
    <main class=${trouble === null ? '' : 'stale'}>
      ${questionsTemplate(approvals, instances, page)}
      ${instancesTemplate(instances, page)}
      ${grantsTemplate(grants, page)}
    </main>
    ${logTemplate(page.logs, page.closeLog)}`;
}
