// A profile in a list, with what can be done to it.
import { html, nothing } from './lit/lit-html.js';
import { avatarTemplate } from './avatar.js';
import { chainLabel } from './chains.js';
import { errorNotice } from './error_notice.js';
import { stateOf } from './profile_state.js';
import { visible } from './text.js';

/** What a person calls it. */
export const labelOf = ({ name, title }) => visible(title || name);

/** `failure`: of the last act on it, or null. */
export function profileRow(profile, { showState, buttons, failure }) {
  const { name, title, chain_id } = profile;
  const { tone, word } = stateOf(profile);
  const details = [title ? visible(name) : null, chainLabel(chain_id)].filter(Boolean).join(' · ');
  return html`<li class="card">
    <div class="profile">
      ${avatarTemplate(profile)}
      <span class="names"><strong>${labelOf(profile)}</strong><span class="muted">${details}</span>
        ${showState ? html`<span><span class="tag ${tone}">${word}</span></span>` : nothing}</span>
      ${buttons}
    </div>
    ${failure ? errorNotice(failure) : nothing}
  </li>`;
}
