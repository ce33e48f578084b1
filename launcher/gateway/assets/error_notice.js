import { html, nothing } from './lit/lit-html.js';
import { visible } from './text.js';

function sentence(text) {
  const shown = visible(text);
  return shown.charAt(0).toUpperCase() + shown.slice(1);
}

/** An error as a person reads it: what happened, and what to do. */
export function errorNotice({ message, hint }) {
  return html`<div class="notice bad" role="alert">
    <strong>${sentence(message)}</strong>
    ${hint ? html`<div>${sentence(hint)}</div>` : nothing}
  </div>`;
}
