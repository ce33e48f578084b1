import { html, nothing } from './ui/lit/lit-html.js';
import { repeat } from './ui/lit/directives/repeat.js';
import { avatarTemplate } from './ui/avatar.js';
import { actionButton, confirmButton } from './ui/buttons.js';
import { countRunning, instanceRow, kNone } from './dashboard_model.js';
import { failureNotice } from './ui/failure_notice.js';
import { visible } from './ui/text.js';

const kColumns = ['Profile', 'Status', 'Chain', 'Port', 'Uptime', 'PID'];
const kBusy = { start: 'Starting…', stop: 'Stopping…', restart: 'Restarting…' };

function whoTemplate(row) {
  return html`
    <div class="who">
      ${avatarTemplate(row)}
      <div>
        <span class="title">${visible(row.title)}</span>
        <span class="muted">${row.details.map((each) => visible(each)).join(' · ')}</span>
      </div>
    </div>`;
}

function statusTemplate({ status, tone, locked }) {
  return html`
    <span class=${`tag status ${tone}`}>${visible(status)}</span>
    ${locked ? html`<span class="tag warn">locked</span>` : nothing}`;
}

// Start and stop are the same button: who pressed it keeps the focus.
function startOrStop(row, page) {
  const { name } = row;
  const about = visible(name);
  const running = page.instanceActions.busy(name);
  const verb = running ?? row.verbs[0];
  if (verb === 'start') {
    const act = () => page.manage(name, 'start');
    return actionButton({ label: 'Start', about, busy: kBusy[running], act });
  }
  const stopping = running === 'stop' || row.status === 'stopping';
  if (verb !== 'stop' && !stopping) return nothing;
  return confirmButton({
    label: 'Stop',
    question: 'Really stop?',
    about,
    busy: stopping ? kBusy.stop : null,
    key: `stop ${name}`,
    confirmation: page.confirmation,
    act: () => page.manage(name, 'stop'),
  });
}

function restartButton({ name, verbs }, page) {
  const running = page.instanceActions.busy(name);
  const shown = running ? running === 'restart' : verbs.includes('restart');
  if (!shown) return nothing;
  return actionButton({
    label: 'Restart',
    about: visible(name),
    busy: kBusy[running],
    act: () => page.manage(name, 'restart'),
  });
}

function logsButton({ name }, page) {
  return actionButton(
    { label: 'Logs', about: visible(name), act: () => page.openLog(name) });
}

function cell(label, text) {
  return html`<td role="cell" data-label=${label}
    class=${text === kNone ? 'none' : ''}>${text}</td>`;
}

function noteTemplate(row, page) {
  const failure = page.instanceActions.failure(row.name);
  if (row.note === null && failure === null) return nothing;
  return html`
    <tr role="row" class="note">
      <td role="cell" colspan="7">
        ${row.note === null ? nothing
          : html`<p class=${row.tone}>${visible(row.note)}</p>`}
        ${failureNotice(failure, (key) => page.instanceActions.dismiss(key))}
      </td>
    </tr>`;
}

function rowTemplate(row, page) {
  return html`
    <tbody role="rowgroup">
      <tr role="row">
        <th role="rowheader" scope="row">${whoTemplate(row)}</th>
        <td role="cell">${statusTemplate(row)}</td>
        ${cell('Chain', row.chain)}
        ${cell('Port', row.port)}
        ${cell('Uptime', row.uptime)}
        ${cell('PID', row.pid)}
        <td role="cell">
          <div class="acts">
            <span>${startOrStop(row, page)}</span>
            <span>${restartButton(row, page)}</span>
            <span>${logsButton(row, page)}</span>
          </div>
        </td>
      </tr>
      ${noteTemplate(row, page)}
    </tbody>`;
}

const empty = html`
  <p class="empty">
    There is no profile yet. Make one and start it:
    <code>berth start alice --create</code>
  </p>`;

// The roles say again what the elements are: as cards they are no table for
// the browser, but still one for who hears them.
function tableTemplate(instances, page) {
  return html`
    <table role="table" class="instances">
      <thead role="rowgroup">
        <tr role="row">
          ${kColumns.map((name) =>
            html`<th role="columnheader" scope="col">${name}</th>`)}
          <th role="columnheader" scope="col">
            <span class="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      ${repeat(instances, ({ name }) => name,
        (instance) => rowTemplate(instanceRow(instance, page.now), page))}
    </table>`;
}

export function instancesView(instances, page) {
  return html`
    <section aria-labelledby="instances">
      <h2 id="instances" tabindex="-1">Instances
        <span class="count">${countRunning(instances)}</span></h2>
      ${instances.length === 0 ? empty : tableTemplate(instances, page)}
    </section>`;
}
