// Text from outside, as the terminal shows it: registry/base/text.cpp.

// Unicode category Cc, the Cf characters that can hide or reorder text, and
// halves of surrogate pairs. The order of the alternatives does not matter.
const kInvisible = new RegExp(
  '[\\u{0}-\\u{1f}\\u{7f}-\\u{9f}\\u{ad}\\u{61c}\\u{180e}\\u{200b}-\\u{200f}' +
    '\\u{2028}-\\u{202e}\\u{2060}-\\u{206f}\\u{d800}-\\u{dfff}' +
    '\\u{fe00}-\\u{fe0f}\\u{feff}\\u{fff9}-\\u{fffb}\\u{e0000}-\\u{e0fff}]',
  'gu');
const kNamed = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escape(character) {
  if (kNamed[character]) return kNamed[character];
  const point = character.codePointAt(0);
  const hex = (digits) => point.toString(16).padStart(digits, '0');
  if (point < 0x100) return `\\x${hex(2)}`;
  return point < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`;
}

/**
 * `text` with what cannot be seen, or changes the order of what can, spelled
 * out: U+202E becomes `\u202e`. `keepNewlines`: line feeds stay, for text that
 * is shown on several lines.
 */
export function visible(text, { keepNewlines = false } = {}) {
  return String(text).replace(kInvisible, (character) =>
    keepNewlines && character === '\n' ? character : escape(character));
}
