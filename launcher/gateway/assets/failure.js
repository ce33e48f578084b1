import { html, nothing } from './lit/lit-html.js';
import { visible } from './text.js';

/**
 * A failure of Actions with what to do about it, and a button to put it away;
 * nothing for null.
 */
export function failureTemplate(failure, dismiss) {
  if (failure === null) return nothing;
  const { key, verb, error } = failure;
  return html`
    <div class="notice bad failure" role="alert">
      <p>
        <strong>Could not ${verb}.</strong> ${visible(error.message)}
        ${error.hint ? html`<span class="hint">${visible(error.hint)}</span>`
          : nothing}
      </p>
      <button type="button" class="button quiet small"
        @click=${() => dismiss(key)}>Dismiss</button>
    </div>`;
}
