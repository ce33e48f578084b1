// Web origins, as a browser writes them and as a person should read them.
import { html, nothing } from './lit/lit-html.js';
import { readOrigin } from './origin_parts.js';
import { visible } from './text.js';

/** `origin` in full, its host emphasised. Anything else is made visible(). */
export function originTemplate(origin) {
  const parts = readOrigin(origin);
  if (!parts) return html`<span class="origin">${visible(origin)}</span>`;
  const { scheme, host, port } = parts;
  return html`<span class="origin" dir="ltr"><span>${scheme}://</span><strong>${host}</strong
    >${port ? html`<span>:${port}</span>` : nothing}</span>`;
}

/** What is worth knowing of an origin besides its name; null: nothing. */
export function originNote(origin) {
  const parts = readOrigin(origin);
  if (!parts) return null;
  if (parts.loopback) return 'A program on this computer.';
  if (parts.host.split('.').some((label) => label.startsWith('xn--')))
    return 'This name has letters of other alphabets, written in code (xn--). Check that it is the one you mean.';
  if (parts.scheme === 'http')
    return 'Not encrypted: others on the network can change this page.';
  return null;
}
