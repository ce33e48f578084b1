import assert from 'node:assert/strict';
import test from 'node:test';
import { visible } from '../../../provider/ui/text.js';

test('what cannot be seen is spelled out, as in the terminal', () => {
  const cases = [
    ['plain, Bär, 漢字, 🙂', 'plain, Bär, 漢字, 🙂'],
    ['a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
    ['\x1b[31m', '\\x1b[31m'],
    ['a\tb\r\n', 'a\\tb\\r\\n'],
    ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
    ['\u{e0041}', '\\U000e0041'],
    ['\x00\x7f\x9f\xad', '\\x00\\x7f\\x9f\\xad'],
    ['half \ud800.', 'half \\ud800.'],
    ['\ufe0f\u061c\u180e\ufffa', '\\ufe0f\\u061c\\u180e\\ufffa'],
  ];
  for (const [text, shown] of cases) assert.equal(visible(text), shown);
});

test('line feeds stay where lines are shown, carriage returns do not', () => {
  assert.equal(visible('a\nb\r\nc', { keepNewlines: true }), 'a\nb\\r\nc');
});
