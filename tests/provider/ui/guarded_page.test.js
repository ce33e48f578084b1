import assert from 'node:assert/strict';
import test from 'node:test';
import { GuardedPage } from '../../../provider/ui/guarded_page.js';
import { fakeWindow } from './support/fake_window.js';

const kClick = { isTrusted: true, detail: 1 };

function setUp(t) {
  const window = fakeWindow(t);
  const done = [];
  const page = new GuardedPage(window, () => done.push('draw'));
  const granted = page.granting(() => done.push('granted'));
  window.pass(500);
  done.length = 0;
  return { window, page, granted, done };
}

test('a granting control does what it says only where the click was meant', (t) => {
  const { window, page, granted, done } = setUp(t);
  granted(kClick);
  assert.deepEqual(done, ['granted']);
  page.disturb();
  granted(kClick);
  assert.equal(page.hint, 'That was too quick after a change. Look again, then choose.');
  window.pass(500);
  granted({ ...kClick, isTrusted: false });
  window.innerHeight = 399;
  granted(kClick);
  assert.match(page.hint, /larger/);
  assert.deepEqual(done.filter((each) => each === 'granted'), ['granted']);
});

test('why a press did nothing is said for four seconds after the last one', (t) => {
  const { window, page, granted, done } = setUp(t);
  window.innerWidth = 300;
  granted(kClick);
  window.pass(3000);
  granted(kClick);
  window.pass(3999);
  assert.match(page.hint, /larger/);
  assert.deepEqual(done, ['draw']);
  window.pass(1);
  assert.equal(page.hint, '');
  assert.deepEqual(done, ['draw', 'draw']);
});

test('of a script\'s click nobody is told', (t) => {
  const { page, granted, done } = setUp(t);
  granted({ ...kClick, isTrusted: false });
  page.trusted(() => done.push('heard'))({ isTrusted: false });
  assert.deepEqual([page.hint, done], ['', []]);
  page.trusted(() => done.push('heard'))(kClick);
  assert.deepEqual(done, ['heard']);
});

test('the body says whether granting controls are dead', (t) => {
  const { window, page } = setUp(t);
  const { classList } = window.document.body;
  const classes = () => {
    page.mark();
    return ['settling', 'too-small'].filter((name) => classList.contains(name));
  };
  assert.deepEqual(classes(), []);
  page.disturb();
  window.innerWidth = 319;
  assert.deepEqual(classes(), ['settling', 'too-small']);
  window.pass(500);
  window.innerWidth = 320;
  assert.deepEqual(classes(), []);
});
