import { html, nothing } from './lit/lit-html.js';
import { visible } from './text.js';

/** An error as a person reads it: what happened, and what to do. */
export function errorNotice({ message, hint }) {
  return html`<div class="notice bad" role="alert">
    <strong>${visible(message)}</strong>
    ${hint ? html`<div>${visible(hint)}</div>` : nothing}
  </div>`;
}
