// Square SVGs of 96 pixels as data URIs, as EIP-6963 wants them.

const kSize = 'xmlns="http://www.w3.org/2000/svg" width="96" height="96"';
const kPlainColor = '#335c81';

const toUri = (svg) => `data:image/svg+xml,${encodeURIComponent(svg)}`;

/** Berth's own: a boat in its berth. */
export const kBerthIcon = toUri(
  `<svg ${kSize} viewBox="0 0 96 96"><rect width="96" height="96" rx="22" ` +
  'fill="#12324f"/><g fill="none" stroke="#fff" stroke-width="7" ' +
  'stroke-linecap="round" stroke-linejoin="round"><path d="M18 26v40a10 10 0 ' +
  '0 0 10 10h40a10 10 0 0 0 10-10V26"/></g><path d="M48 14c11 12 14 22 14 ' +
  '44a4 4 0 0 1-4 4H38a4 4 0 0 1-4-4c0-22 3-32 14-44z" fill="#5cc8d7"/></svg>');

const kEntities = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The icon of a profile, or one of its colour and initial. */
export function iconOf({ name, color, icon }) {
  if (icon !== null) return icon;
  const [initial] = name.trim().toUpperCase();
  const text = (initial ?? '?').replace(/[&<>]/, (char) => kEntities[char]);
  return toUri(
    `<svg ${kSize}><rect width="96" height="96" rx="22" ` +
    `fill="${color ?? kPlainColor}"/><text x="48" y="66" fill="#fff" ` +
    'font-family="sans-serif" font-size="52" font-weight="600" ' +
    `text-anchor="middle">${text}</text></svg>`);
}
