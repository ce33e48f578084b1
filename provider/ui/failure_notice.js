import { html, nothing } from './lit/lit-html.js';
import { errorNotice } from './error_notice.js';

/**
 * A failure of Actions with what to do about it, and a button to put it away;
 * nothing for null.
 */
export function failureNotice(failure, dismiss) {
  if (failure === null) return nothing;
  const { key, verb, error } = failure;
  return html`
    <div class="failure">
      ${errorNotice({ message: `could not ${verb}: ${error.message}`, hint: error.hint })}
      <button type="button" class="button small" @click=${() => dismiss(key)}
      >Dismiss</button>
    </div>`;
}
