import { html, nothing } from './lit/lit-html.js';
import { visible } from './text.js';

// Most hints end in what to type: "see why: berth logs bob".
const kCommand = /^(.*: )(berth [^,;]+)$/s;

function hintTemplate(hint) {
  const [, text, command] = kCommand.exec(hint) ?? [null, hint, null];
  return html`<div>${visible(text)}${command
    ? html`<code class="typed">${visible(command)}</code>` : nothing}</div>`;
}

/** An error as a person reads it: what happened, and what to do. */
export function errorNotice({ message, hint }) {
  return html`<div class="notice bad" role="alert">
    <strong>${visible(message)}</strong>
    ${hint ? hintTemplate(hint) : nothing}
  </div>`;
}
