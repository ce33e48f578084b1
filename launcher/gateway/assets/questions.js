import { html, nothing } from './lit/lit-html.js';
import { repeat } from './lit/directives/repeat.js';
import { avatarTemplate } from './avatar.js';
import { inOrder, questionKey } from './dashboard_model.js';
import { countdown } from './durations.js';
import { failureTemplate } from './failure.js';
import { questionTemplate } from './question.js';
import { approveWord } from './question_facts.js';
import { visible } from './text.js';

function headTemplate({ profile, expires_at: end }, instances, now) {
  const instance = instances.find(({ name }) => name === profile);
  const left = countdown(end, now);
  return html`
    <header>
      ${avatarTemplate({ ...instance, name: profile })}
      <h3>${visible(instance?.title || profile)}</h3>
      ${left === null ? nothing
        : html`<span class="tag left"><span class="visually-hidden">Time left:
          </span>${left}</span>`}
    </header>`;
}
