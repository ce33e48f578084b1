// One question of a wallet, with everything that a person needs to decide it.
// Nothing of what is signed is cut: long things scroll.
import { html, nothing } from './lit/lit-html.js';
import { decodeCall } from './calldata.js';
import { chainLabel } from './chains.js';
import { originNote, originTemplate } from './origin.js';
import { dataOf, sentence, transactionRows, warnings } from './question_facts.js';
import { visible } from './text.js';
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

function callTemplate(data) {
  const call = decodeCall(data);
  if (!call) return nothing;
  return html`<h4 class="block-title">What the data says</h4>
    ${valueTemplate({ call: call.name, ...Object.fromEntries(call.arguments) })}`;
}

function transactionTemplate(transaction) {
  const data = dataOf(transaction);
  return html`
    <dl class="rows">
      ${transactionRows(transaction).map(([label, value]) => row(label, valueTemplate(value)))}
    </dl>
    ${data.map((each) => html`${callTemplate(each)}
      ${long(`Data (${Math.max(0, (each.length - 2) / 2)} bytes)`, visible(each))}`)}
    ${data.length === 0 ? html`<p class="muted">Without data.</p>` : nothing}`;
}

const kContent = {
  accounts: ({ accounts }) => valueTemplate(accounts),
  message: messageTemplate,
  typed_data: typedTemplate,
  transaction: transactionTemplate,
};

function contentTemplate({ kind, content }) {
  const known = kContent[kind];
  if (known && content !== null && typeof content === 'object' && !Array.isArray(content))
    return known(content);
  const only = Array.isArray(content) && content.length === 1 ? content[0] : content;
  return valueTemplate(only);
}

function warningsTemplate(question) {
  const lines = warnings(question);
  if (lines.length === 0) return nothing;
  return html`<ul class="warnings" aria-label="Warnings">
    ${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

function whoTemplate({ origin }) {
  return origin === null || origin === undefined
    ? html`<strong>A program of yours</strong>`
    : originTemplate(origin);
}

function time(text) {
  const date = new Date(text);
  return Number.isNaN(date.getTime())
    ? visible(text ?? '')
    : date.toLocaleTimeString([], kTimeOfDay);
}

/**
 * A question, in the form of `GET /v1/approvals` with `profile`, the name of
 * the profile that asks. Buttons are the caller's; question.css is its style.
 */
export function questionTemplate(question) {
  const note = originNote(question.origin);
  return html`
    <p class="asks">${whoTemplate(question)} ${sentence(question)}.</p>
    ${note ? html`<p class="muted note">${note}</p>` : nothing}
    ${warningsTemplate(question)}
    <dl class="rows">
      ${row('Profile', visible(question.profile ?? ''))}
      ${question.account ? row('Account', html`<code>${visible(question.account)}</code>`) : nothing}
      ${row('Chain', chainLabel(question.chain_id) ?? 'not known')}
    </dl>
    ${contentTemplate(question)}
    <p class="muted asked">${visible(question.method)} · asked at ${time(question.asked_at)},
      ends by itself at ${time(question.expires_at)}</p>`;
}
