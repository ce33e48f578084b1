// The popup of a public page while it is connected: its questions, one at a
// time, and the profiles that it uses.
import { html, nothing } from './ui/lit/lit-html.js';
import { keyed } from './ui/lit/directives/keyed.js';
import { avatarTemplate } from './ui/avatar.js';
import { chainLabel } from './ui/chains.js';
import { errorNotice } from './ui/error_notice.js';
import { stateOf } from './ui/profile_state.js';
import { approveWord } from './ui/question_facts.js';
import { questionTemplate } from './ui/question.js';
import { visible } from './ui/text.js';

export function walletView(scene) {
  const [question] = scene.picker.questions;
  return question ? questionView(scene, question) : homeView(scene);
}

function titleOf({ profiles }, question) {
  return profiles?.find(({ name }) => name === question.profile)?.title;
}

function questionView({ picker, ui, act }, question) {
  const isBusy = picker.busy === question.id;
  const failure = picker.failure?.subject === question.id ? picker.failure.error : null;
  const count = picker.questions.length;
  return keyed(question.id, html`
    <main class="asking">
      ${count > 1 ? html`<p class="count muted">The first of ${count} questions</p>` : nothing}
      ${questionTemplate(question, { title: titleOf(picker, question), hasOrigin: true })}
      ${failure ? errorNotice(failure) : nothing}
    </main>
    <footer class="bottom">
      <span class="hint muted" role="status">${ui.hint}</span>
      <button class="button danger" type="button" @click=${act.deny(question)}>Deny</button>
      <button class="button primary granting" type="button" aria-disabled=${isBusy ? 'true' : 'false'}
        @click=${act.approve(question)}>${isBusy ? html`<span class="spinner"></span>` : nothing}
        ${approveWord(question)}</button>
    </footer>`);
}

function homeView(scene) {
  const { picker, act } = scene;
  const { connected } = picker;
  return html`
    <main class="home">
      ${noticeTemplate(picker)}
      <h1>${connected.length > 0 ? 'Connected' : 'Not connected'}</h1>
      ${connected.length > 0
        ? html`<ul class="connected">${connected.map((profile) => profileTemplate(scene, profile))}</ul>`
        : html`<p class="muted">The page uses none of your profiles now. You can close this window.</p>`}
      <div class="acts">
        <button class="button" type="button" @click=${act.another}>${connected.length > 0
          ? 'Use another profile' : 'Choose a profile'}</button>
        ${connected.length > 0 ? nothing : html`<button class="button quiet" type="button"
          @click=${act.close}>Close</button>`}
      </div>
    </main>
    ${connected.length > 0 ? html`<footer class="keep muted">Keep this window open: the page speaks to your
      wallet through it, and its questions appear here.</footer>` : nothing}`;
}

function noticeTemplate({ isForeign, isAway, trouble }) {
  if (isForeign)
    return html`<p class="notice warn" role="alert">The page has gone: its tab shows another site now,
      which gets nothing through this window.</p>`;
  if (trouble) return errorNotice(trouble);
  if (isAway)
    return html`<p class="notice" role="status">The page has gone, or is loading. It is connected again
      when it comes back.</p>`;
  return nothing;
}

function profileTemplate({ picker, act }, profile) {
  const { name, title, chain_id } = profile;
  const state = stateOf(profile);
  const failure = picker.failure?.subject === name ? picker.failure.error : null;
  const label = visible(title || name);
  const details = [title ? visible(name) : null, chainLabel(chain_id)].filter(Boolean).join(' · ');
  return html`<li class="card">
    <div class="profile">
      ${avatarTemplate(profile)}
      <span class="names"><strong>${label}</strong><span class="muted">${details}</span>
        ${state.canChoose ? nothing : html`<span><span class="tag ${state.tone}">${state.word}</span></span>`}</span>
      <button class="button small danger" type="button" aria-label=${`Disconnect ${label}`}
        ?disabled=${picker.busy !== null} @click=${act.disconnect(profile)}>Disconnect</button>
    </div>
    ${failure ? errorNotice(failure) : nothing}
  </li>`;
}
