// Behind the toolbar's button: what waits, what this site may, what runs.
import { render } from '../../ui/lit/lit-html.js';
import { Confirmation } from '../../ui/confirmation.js';
import { keepFocus } from '../../ui/focus.js';
import { GuardedPage } from '../../ui/guarded_page.js';
import { onceSoon } from '../../ui/once_soon.js';
import { BackgroundLink } from '../lib/background_link.js';
import { Desk } from '../lib/desk.js';
import { page } from './views.js';

const timers = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer),
  now: () => performance.now(),
};

const { runtime } = globalThis.browser ?? globalThis.chrome;
const draw = onceSoon(drawNow);
const guard = new GuardedPage(window, draw);
const confirmation = new Confirmation(draw, timers);
const desk = new Desk({ call: (message) => link.call(message), changed });
let scene = '';
let isLater = false;  // the user looks at the profiles first

const act = {
  approve: (question) => guard.granting(() => desk.decide(question, 'approve')),
  deny: (question) => guard.trusted(() => desk.decide(question, 'deny')),
  later: () => putOff(true),
  look: () => putOff(false),
};

function putOff(later) {
  isLater = later;
  guard.disturb();
}

function changed() {
  if (desk.questions.length === 0) isLater = false;
  if (desk.scene !== scene) guard.disturb();
  scene = desk.scene;
  draw();
}

function drawNow() {
  const isDeciding = desk.questions.length > 0 && !isLater;
  guard.mark();
  document.body.classList.toggle('deciding', isDeciding);
  keepFocus(() => render(page({ desk, guard, act, confirmation, isDeciding }), document.body));
}

const link = new BackgroundLink({
  name: 'popup',
  runtime,
  timers,
  onState: (state) => desk.tell(state),
  onLate: (error) => desk.late(error),
});
draw();
