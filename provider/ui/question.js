// One question of a wallet, with everything that a person needs to decide it.
// Nothing of what is signed is cut: long things scroll.
import { html, nothing } from './lit/lit-html.js';
import { chainLabel } from './chains.js';
import { originNote, originTemplate } from './origin.js';
import { dataOf, sentence, transactionRows, warnings } from './question_facts.js';
import { visible } from './text.js';
import { callFields } from './token_call.js';
import { typedTemplate } from './typed_data.js';
import { valueTemplate } from './value.js';

const kTimeOfDay = { hour: '2-digit', minute: '2-digit', second: '2-digit' };

function row(label, value) {
  return html`<div class="row"><dt>${visible(label)}</dt><dd>${value}</dd></div>`;
}

function long(label, content) {
  return html`<h4 class="block-title">${label}</h4>
    <pre class="block" tabindex="0" role="region" aria-label=${label}>${content}</pre>`;
}

function messageTemplate({ text, hex }) {
  if (typeof text !== 'string') return long('Bytes', visible(hex));
  return html`
    ${long('Message', visible(text, { keepNewlines: true }))}
    <details><summary>The same as bytes</summary>
      ${long('Bytes', visible(hex))}</details>`;
}

function callTemplate(call) {
  const fields = callFields(call);
  if (!fields) return nothing;
  return html`<h4 class="block-title">What the data says</h4>
    ${valueTemplate(fields)}`;
}

function transactionTemplate(transaction) {
  const data = dataOf(transaction);
  return html`
    <dl class="rows">
      ${transactionRows(transaction).map(([label, value, detail]) => row(label, html`
        ${valueTemplate(value)}${detail ? html`<div class="muted detail">${detail}</div>` : nothing}`))}
    </dl>
    ${callTemplate(transaction.decoded)}
    ${data.map((each) =>
      long(`Data (${Math.max(0, (each.length - 2) / 2)} bytes)`, visible(each)))}
    ${data.length === 0 ? html`<p class="muted no-data">Without data.</p>` : nothing}`;
}

function accountsTemplate({ accounts }) {
  return html`<h4 class="block-title">Accounts</h4>
    <ul>${accounts.map((account) => html`<li>${valueTemplate(account)}</li>`)}</ul>`;
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const kContent = {
  accounts: accountsTemplate,
  message: messageTemplate,
  typed_data: typedTemplate,
  transaction: transactionTemplate,
};
const kTitles = { chain: 'The chain', asset: 'The token' };

function contentTemplate({ kind, content }) {
  if (kContent[kind] && isObject(content)) return kContent[kind](content);
  const only = Array.isArray(content) && content.length === 1 ? content[0] : content;
  return html`<h4 class="block-title">${kTitles[kind] ?? 'In full'}</h4>${valueTemplate(only)}`;
}

function warningsTemplate(question) {
  const lines = warnings(question);
  if (lines.length === 0) return nothing;
  return html`<ul class="warnings" aria-label="Warnings">
    ${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

function whoTemplate(origin) {
  if (origin === null || origin === undefined) return html`<strong>A program of yours</strong>`;
  return originTemplate(origin);
}

function asksTemplate(question) {
  const note = originNote(question.origin);
  return html`<p class="asks">${whoTemplate(question.origin)} ${sentence(question)}.</p>
    ${note ? html`<p class="muted note">${note}</p>` : nothing}`;
}

function time(text) {
  const date = new Date(text);
  return Number.isNaN(date.getTime())
    ? visible(text ?? '')
    : date.toLocaleTimeString([], kTimeOfDay);
}

function profileName({ profile = '' }, title) {
  return title ? `${visible(title)} (${visible(profile)})` : visible(profile);
}

/**
 * A question, in the form of `GET /v1/approvals` with `profile`, the name of
 * the profile that asks; `title` is that profile's. Without an origin where
 * `hasOrigin`: it stands above already. Buttons are the caller's; question.css
 * is its style.
 */
export function questionTemplate(question, { title = null, hasOrigin = false } = {}) {
  return html`
    ${hasOrigin ? html`<h1>This page ${sentence(question)}</h1>` : asksTemplate(question)}
    ${warningsTemplate(question)}
    <dl class="rows">
      ${row('Profile', profileName(question, title))}
      ${question.account ? row('Account', html`<code>${visible(question.account)}</code>`) : nothing}
      ${row('Chain', chainLabel(question.chain_id) ?? 'not known')}
    </dl>
    ${contentTemplate(question)}
    <p class="muted asked">${visible(question.method)} · asked at ${time(question.asked_at)},
      ends by itself at ${time(question.expires_at)}</p>`;
}
