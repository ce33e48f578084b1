import { html } from './lit/lit-html.js';

/**
 * A button that calls `act`. `about`: what it acts on, for who hears it only.
 * `busy`: what it says while it waits for the end of an action, else null; it
 * keeps the focus meanwhile.
 */
export function actionButton({ label, about, busy = null, act }) {
  return template({ text: busy ?? label, about, busy, act });
}

/** The same, but its first press only asks for a second one: `question`. */
export function confirmButton(
  { label, question, about, busy = null, act, key, confirmation }) {
  const armed = confirmation.isArmed(key);
  return template({
    text: busy ?? (armed ? question : label),
    about,
    busy,
    armed,
    act: () => confirmation.press(key, act),
    leave: () => confirmation.disarm(key),
  });
}

// One template for both: a button that turns from one into the other is the
// same element and keeps the focus.
function template({ text, about, busy, act, armed = false, leave = () => {} }) {
  const onKey = (event) => {
    if (event.key !== 'Escape' || !armed) return;
    event.stopPropagation();
    leave();
  };
  return html`
    <button type="button" class=${`button small${armed ? ' armed' : ''}`}
      aria-label=${`${text} ${about}`} aria-disabled=${busy !== null}
      @click=${busy === null ? act : null} @blur=${leave} @keydown=${onKey}
    >${text}</button>`;
}
