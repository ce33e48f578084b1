import { html, nothing } from './ui/lit/lit-html.js';
import { repeat } from './ui/lit/directives/repeat.js';
import { avatarTemplate } from './ui/avatar.js';
import { confirmButton } from './ui/buttons.js';
import { grantKey, groupGrants } from './dashboard_model.js';
import { since } from './durations.js';
import { failureNotice } from './ui/failure_notice.js';
import { originTemplate } from './ui/origin.js';
import { visible } from './ui/text.js';

function sinceTemplate({ granted_at: moment, remembered }, now) {
  const ago = since(moment, now);
  return html`
    <span class="muted">
      ${ago === null ? nothing : html`<time datetime=${moment}
        title=${new Date(moment).toLocaleString()}>${ago} ago</time>`}
      ${remembered ? nothing : html`<span class="tag">until it stops</span>`}
    </span>`;
}

function grantTemplate(grant, page) {
  const key = grantKey(grant);
  const { grantActions, confirmation } = page;
  return html`
    <li>
      ${originTemplate(grant.origin)}
      ${sinceTemplate(grant, page.now)}
      ${confirmButton({
        label: 'Revoke',
        question: 'Really revoke?',
        about: visible(grant.origin),
        busy: grantActions.busy(key) && 'Revoking…',
        key: `revoke ${key}`,
        confirmation,
        act: () => page.revoke(grant),
      })}
      ${failureNotice(grantActions.failure(key), (it) => grantActions.dismiss(it))}
    </li>`;
}

function groupTemplate({ profile, grants }, instances, page) {
  const instance = instances.find(({ name }) => name === profile);
  return html`
    <div class="group">
      <h3>${avatarTemplate({ ...instance, name: profile })}
        ${visible(instance?.title || profile)}
        ${instance?.title ? html`<span class="count">${visible(profile)}</span>`
          : nothing}</h3>
      <ul>${repeat(grants, grantKey, (grant) => grantTemplate(grant, page))}</ul>
    </div>`;
}

const empty = html`
  <p class="empty">
    No web page may use a wallet. One that asks opens Berth's picker, where you
    choose a profile for it.
  </p>`;

export function grantsView(grants, instances, page) {
  const groups = groupGrants(grants);
  return html`
    <section aria-labelledby="grants">
      <h2 id="grants" tabindex="-1">Web pages
        <span class="count">${grants.length || 'none'} granted</span></h2>
      ${groups.length === 0 ? empty
        : repeat(groups, ({ profile }) => profile,
          (group) => groupTemplate(group, instances, page))}
    </section>`;
}
