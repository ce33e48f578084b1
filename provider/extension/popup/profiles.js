// The popup's profiles: those of the site below, and all.
import { html, nothing } from '../../ui/lit/lit-html.js';
import { repeat } from '../../ui/lit/directives/repeat.js';
import { actionButton, confirmButton } from '../../ui/buttons.js';
import { noProfiles } from '../../ui/choice_view.js';
import { labelOf, profileRow } from '../../ui/profile_row.js';
import { stateOf } from '../../ui/profile_state.js';
import { runningFirst } from './order.js';

const kBusy = { start: 'Starting…', stop: 'Stopping…', revoke: 'Disconnecting…' };

const byName = ({ name }) => name;

function listTemplate(profiles, rowOf) {
  return html`<ul class="profiles">${repeat(profiles, byName, rowOf)}</ul>`;
}

function disconnectButton(profile, { desk, confirmation }) {
  return confirmButton({
    label: 'Disconnect',
    question: 'Really?',
    about: labelOf(profile),
    busy: desk.busy(profile.name) === 'revoke' ? kBusy.revoke : null,
    key: `disconnect ${profile.name}`,
    confirmation,
    act: () => desk.disconnect(profile),
  });
}

/** What the site below may use. */
export function siteView(popup) {
  const { desk } = popup;
  if (desk.site === null || !desk.profiles?.length) return nothing;
  const granted = desk.profiles.filter((profile) => profile.granted);
  return html`<section>
    <h2 tabindex="-1">Connected to this site</h2>
    ${granted.length === 0
      ? html`<p class="muted">None. Connect on the page, and choose Berth there.</p>`
      : listTemplate(granted, (profile) => profileRow(profile, {
        showState: !stateOf(profile).canChoose,
        buttons: disconnectButton(profile, popup),
        failure: null,
      }))}
  </section>`;
}

function stopButton(profile, verb, { desk, confirmation }) {
  const isStopping = verb === 'stop' || profile.status === 'stopping';
  return confirmButton({
    label: 'Stop',
    question: 'Really stop?',
    about: labelOf(profile),
    busy: isStopping ? kBusy.stop : null,
    key: `stop ${profile.name}`,
    confirmation,
    act: () => desk.stop(profile),
  });
}

// The same button for both: who pressed it keeps the focus.
function startOrStop(profile, popup) {
  const { desk } = popup;
  const verb = desk.busy(profile.name);
  const isStarting = verb === 'start' || profile.status === 'starting';
  if (isStarting || stateOf(profile).canStart) {
    return actionButton({
      label: 'Start',
      about: labelOf(profile),
      busy: isStarting ? kBusy.start : null,
      act: () => desk.start(profile),
    });
  }
  return stopButton(profile, verb, popup);
}

export function profilesView(popup) {
  const { desk } = popup;
  if (desk.profiles === null) return nothing;
  if (desk.profiles.length === 0) return noProfiles;
  return html`<section>
    <h2 tabindex="-1">Profiles</h2>
    ${listTemplate(runningFirst(desk.profiles), (profile) => profileRow(profile, {
      showState: true,
      buttons: startOrStop(profile, popup),
      failure: desk.failureOf(profile.name),
    }))}
  </section>`;
}
