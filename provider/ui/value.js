// Any JSON value, in full, as nested tables.
import { html } from './lit/lit-html.js';
import { visible } from './text.js';

// Deeper ones are shown as JSON: a page must not be able to exhaust the stack.
const kMaxDepth = 24;

/** Strings as they are but visible, everything else as JSON writes it. */
export function valueTemplate(value, depth = 0) {
  if (typeof value === 'string')
    return html`<code class="value">${value === '' ? '""' : visible(value)}</code>`;
  if (value === null || typeof value !== 'object' || depth >= kMaxDepth)
    return html`<code class="value">${visible(JSON.stringify(value) ?? '')}</code>`;
  const entries = Object.entries(value);
  if (entries.length === 0)
    return html`<span class="muted">${Array.isArray(value) ? 'an empty list' : 'empty'}</span>`;
  return html`<dl class="tree">
    ${entries.map(([key, each]) => fieldTemplate(key, valueTemplate(each, depth + 1)))}
  </dl>`;
}

/** One named field of such a table. `type` is what the name is of, if known. */
export function fieldTemplate(name, content, type = '') {
  return html`<div class="field">
    <dt>${visible(name)}${type ? html` <span class="type">${visible(type)}</span>` : ''}</dt>
    <dd>${content}</dd>
  </div>`;
}
