// A profile's face: its icon, else its initial on its colour.
import { html } from './lit/lit-html.js';
import { visible } from './text.js';

const kColor = /^#[0-9a-f]{6}$/i;
const kIcon = /^data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,]/i;
const kColors = [
  '#0b5d7a', '#7a3b8f', '#1f6f4a', '#9a4a12', '#3553a8', '#9b2d4e', '#5a6b12', '#5b4bb0',
];

function colorOf({ color, name }) {
  if (kColor.test(color ?? '')) return color;
  const sum = [...name].reduce((total, letter) => total * 31 + letter.codePointAt(0), 7);
  return kColors[sum % kColors.length];
}

// Whether dark text reads better on it (WCAG's relative luminance, roughly).
function isLight(color) {
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16) / 255);
  return 0.2126 * red ** 2.2 + 0.7152 * green ** 2.2 + 0.0722 * blue ** 2.2 > 0.3;
}

export function avatarTemplate(profile) {
  const color = colorOf(profile);
  const title = profile.title || profile.name;
  return html`<span class="avatar ${isLight(color) ? 'light' : ''}" aria-hidden="true"
    .style=${`--color: ${color}`}>${kIcon.test(profile.icon ?? '')
      ? html`<img src=${profile.icon} alt="">`
      : visible([...title][0].toUpperCase())}</span>`;
}
