import { html, nothing } from './ui/lit/lit-html.js';
import { visible } from './ui/text.js';

// Pixels that still count as the end.
const kNearEnd = 8;

// The style lays the lines out from below, so that the browser itself keeps
// the end in view, and 0 is the end.
function isAtEnd(element) {
  return Math.abs(element.scrollTop) <= kNearEnd;
}

function linesTemplate(lines) {
  if (lines === null) return 'Reading…';
  if (lines.length === 0) return 'Nothing was written yet.';
  return lines.map((line) => visible(line)).join('\n');
}

function stateTemplate({ error, follows }) {
  if (error) return html`<span class="bad">${visible(error.message)}</span>`;
  return follows ? 'as it grows' : 'held: scroll to its end to go on';
}

/** The panel of a log, or nothing. `close` puts it away. */
export function logView(panel, close) {
  if (panel.shown === null) return nothing;
  const { name, lines } = panel.shown;
  return html`
    <aside class="log" aria-labelledby="log">
      <header>
        <h2 id="log">Log of ${visible(name)}</h2>
        <span class="muted">${stateTemplate(panel.shown)}</span>
        <button type="button" class="button small" @click=${close}>Close</button>
      </header>
      <div class="lines" tabindex="0" role="region" aria-labelledby="log"
        @scroll=${({ target }) => panel.follow(isAtEnd(target))}>
        <pre>${linesTemplate(lines)}</pre>
      </div>
    </aside>`;
}
