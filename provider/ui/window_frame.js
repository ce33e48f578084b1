// What stands in every small window, whatever it asks.
import { html, nothing } from './lit/lit-html.js';
import { originNote, originTemplate } from './origin.js';

const mark = html`<span class="mark"></span>`;

/**
 * Who asks: it stays in sight. `says`: what comes before, for who hears it;
 * `start`: what is seen before.
 */
export function originHeader(origin, says, start = mark) {
  const note = originNote(origin);
  return html`<header class="top">
    ${start}
    <div class="who"><div>
      <span class="visually-hidden">${says} </span>
      ${originTemplate(origin)}
      ${note ? html`<p class="muted note">${note}</p>` : nothing}
    </div></div>
  </header>`;
}

/** Why nothing can be granted, where `guard` (a GuardedPage) finds it too small. */
export const sizeNotice = (guard) => guard.isLargeEnough
  ? nothing
  : html`<p class="notice warn size-notice" role="alert">
      This window is too small to choose safely. Make it larger.</p>`;

/** A window that has little to say. */
export function plainView(title, ...lines) {
  return html`<section class="plain" role="status">
    <h1>${title}</h1>${lines.map((line) => html`<p class="muted">${line}</p>`)}
  </section>`;
}
