// Which profile the page gets.
import { html, nothing } from './lit/lit-html.js';
import { repeat } from './lit/directives/repeat.js';
import { avatarTemplate } from './avatar.js';
import { chainLabel } from './chains.js';
import { errorNotice } from './error_notice.js';
import { stateOf } from './profile_state.js';
import { visible } from './text.js';

const kFilterFrom = 9;  // fewer are seen at a glance

/**
 * `picker`: `{profiles, trouble, canRetry, isBusy(subject), failureOf(subject)}`,
 * the subject of an act being the profile's name, `profiles` null before they
 * are known; `ui`: `{filter, current}`; `guard`: a GuardedPage; `act`:
 * `choose(profile, canChoose)` and `start(profile)` make guarded listeners of
 * clicks; `filter`, `cancel`, `retry` are listeners; `current(name)`: that one
 * has the focus.
 */
export function choiceView(scene) {
  const { picker, ui, guard, act } = scene;
  const { profiles, trouble } = picker;
  return html`
    <main class="choosing">
      <h1>Choose a profile</h1>
      <p class="muted">The page sees nothing before you choose. Then it sees that profile's accounts, and may ask you to sign.</p>
      ${trouble ? troubleTemplate(picker, act) : nothing}
      ${profiles === null ? loading(trouble) : listTemplate(scene, shown(profiles, ui.filter))}
    </main>
    <footer class="bottom">
      <span class="hint muted" role="status">${guard.hint}</span>
      <button class="button" type="button" @click=${act.cancel}>Cancel</button>
    </footer>`;
}

const loading = (trouble) => trouble
  ? nothing
  : html`<p class="loading" role="status"><span class="spinner"></span> Looking for profiles…</p>`;

function troubleTemplate({ trouble, canRetry }, act) {
  return html`
    ${errorNotice(trouble)}
    ${canRetry ? html`<button class="button" type="button"
      @click=${act.retry}>Try again</button>` : nothing}`;
}

function shown(profiles, filter) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return profiles.filter(({ name, title }) => {
    const text = `${name} ${title ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Instead of a list of profiles. */
export const noProfiles = html`<div class="empty">
  <p>There is no profile yet.</p>
  <p class="muted">Make one, and it appears here:</p>
  <code class="command">berth start NAME --create</code></div>`;

function listTemplate(scene, profiles) {
  const { picker, ui, act } = scene;
  if (picker.profiles.length === 0)
    return noProfiles;
  const current = profiles.some(({ name }) => name === ui.current)
    ? ui.current : profiles[0]?.name;
  return html`
    ${picker.profiles.length < kFilterFrom ? nothing : html`<input class="field-input" type="search"
      placeholder=${`Find among ${picker.profiles.length} profiles`} aria-label="Find a profile"
      autocomplete="off" spellcheck="false" .value=${ui.filter} @input=${act.filter}>`}
    ${profiles.length === 0 ? html`<p class="muted">None is called so.</p>` : nothing}
    <ul class="choices" aria-label="Profiles">
      ${repeat(profiles, ({ name }) => name, (profile) =>
        choiceTemplate(scene, profile, profile.name === current))}
    </ul>`;
}

function choiceTemplate({ picker, act }, profile, isCurrent) {
  const { name } = profile;
  const state = stateOf(profile);
  const isBusy = picker.isBusy(name);
  const failure = picker.failureOf(name);
  const granting = state.canChoose || state.canStart;
  return html`<li class="choice-item">
    <button type="button" class="choice granting ${isCurrent ? 'current' : ''}"
      tabindex=${isCurrent ? 0 : -1} aria-disabled=${granting && !isBusy ? 'false' : 'true'}
      aria-busy=${isBusy ? 'true' : 'false'}
      @focus=${() => act.current(name)}
      @click=${state.canStart ? act.start(profile) : act.choose(profile, state.canChoose)}>
      ${avatarTemplate(profile)}
      <span class="names">
        <strong>${visible(profile.title || name)}</strong>
        <span class="muted">${details(profile)}</span>
        ${state.advice ? html`<span class="advice">${state.advice}</span>` : nothing}
      </span>
      <span class="state">
        <span class="tag ${state.tone}">${isBusy ? html`<span class="spinner"></span>` : nothing}${
          isBusy && state.canStart ? 'Starting' : state.word}</span>
        ${state.canStart && !isBusy ? html`<span class="start">Start</span>` : nothing}
      </span>
    </button>
    ${failure ? errorNotice(failure) : nothing}
  </li>`;
}

function details({ name, title, chain_id, granted }) {
  const parts = [title ? visible(name) : null, chainLabel(chain_id), granted ? 'used here before' : null];
  return parts.filter(Boolean).join(' · ');
}
