// The popup of a public page while it is connected: its questions, one at a
// time, and the profiles that it uses.
import { html, nothing } from './ui/lit/lit-html.js';
import { decisionView } from './ui/decision_view.js';
import { errorNotice } from './ui/error_notice.js';
import { labelOf, profileRow } from './ui/profile_row.js';
import { stateOf } from './ui/profile_state.js';

export function walletView(scene) {
  return scene.picker.questions.length > 0 ? decisionView(scene) : homeView(scene);
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
  return profileRow(profile, {
    showState: !stateOf(profile).canChoose,
    buttons: html`<button class="button small danger" type="button"
      aria-label=${`Disconnect ${labelOf(profile)}`}
      ?disabled=${picker.busy !== null} @click=${act.disconnect(profile)}>Disconnect</button>`,
    failure: picker.failureOf(profile.name),
  });
}
