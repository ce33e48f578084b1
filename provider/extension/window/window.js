// The window where the user chooses a profile and decides questions.
import { render } from '../../ui/lit/lit-html.js';
import { moveAmongChoices } from '../../ui/choice_keys.js';
import { GuardedPage } from '../../ui/guarded_page.js';
import { onceSoon } from '../../ui/once_soon.js';
import { BackgroundLink } from '../lib/background_link.js';
import { Desk } from '../lib/desk.js';
import { page } from './views.js';

// Long enough for a glance, and for a page that asks the next thing at once.
const kCloseAfterMs = 800;
const kCloseUnaskedMs = 2500;

const { runtime } = globalThis.browser ?? globalThis.chrome;
const ui = { filter: '', current: null };
const draw = onceSoon(drawNow);
const guard = new GuardedPage(window, draw);
const desk = new Desk({ call: (message) => link.call(message), changed });
let scene = '';
let subject = null;
let closing;

const act = {
  choose: (profile, canChoose) => guard.granting(() => canChoose && desk.choose(profile)),
  start: (profile) => guard.granting(() => desk.start(profile)),
  approve: (question) => guard.granting(() => desk.decide(question, 'approve')),
  deny: (question) => guard.trusted(() => desk.decide(question, 'deny')),
  cancel: guard.trusted(() => desk.cancel()),
  current: (name) => {
    ui.current = name;
    draw();
  },
  filter: ({ target }) => search(target.value),
};

function search(words) {
  ui.filter = words;
  guard.disturb();
}

function changed() {
  if (desk.scene !== scene) guard.disturb();
  scene = desk.scene;
  if (desk.subject !== subject) ui.filter = '';
  subject = desk.subject;
  document.title = desk.questions.length > 0 ? `(${desk.questions.length}) Berth asks you` : 'Berth';
  closeWhenOver();
  draw();
}

function closeWhenOver() {
  clearTimeout(closing);
  if (!desk.isKnown || desk.subject !== null) return;
  closing = setTimeout(close, desk.outcome ? kCloseAfterMs : kCloseUnaskedMs);
}

// By the background, which knows whether something was asked meanwhile.
async function close() {
  try {
    await link.call({ type: 'close' });
  } catch {
    window.close();
  }
}

function drawNow() {
  guard.mark();
  render(page({ picker: desk, ui, guard, act }), document.body);
}

addEventListener('keydown', (event) => {
  if (!event.isTrusted || desk.ask === null) return;
  moveAmongChoices(event, document);
  if (event.key !== 'Escape') return;
  if (ui.filter === '') desk.cancel();
  else search('');
});

const link = new BackgroundLink({
  name: 'window',
  runtime,
  timers: globalThis,
  onState: (state) => desk.tell(state),
  onLate: (error) => desk.late(error),
});
draw();
