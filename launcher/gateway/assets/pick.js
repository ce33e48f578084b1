// The picker's popup: everything put together.
import { render } from './ui/lit/lit-html.js';
import { guardWindow } from './ui/guarded_click.js';
import { OpenerLink } from './opener_link.js';
import { page } from './pick_views.js';
import { Picker } from './picker.js';
import { PickerRequests } from './picker_requests.js';
import { recover } from './recover.js';
import { Relay } from './relay.js';
import { Heartbeat } from './heartbeat.js';

const kCloseAfterMs = 300;  // a message to another process is on its way so long
const kLateMs = 5000;       // a page says hello every 200 ms
const kHintMs = 4000;
const kHints = {
  early: 'That was too quick after a change. Look again, then choose.',
  small: 'Make this window larger first.',
};

const ui = { filter: '', current: null, hint: '', isLate: false, isNameless: false };
const guard = guardWindow(window, draw);
let picker = null;     // from the page's first word on
let scene = '';
let asked = new Set(); // ids of the questions that were shown
let watching = new AbortController();

const link = new OpenerLink(window, {
  pinned: begin,
  message: (message) => picker.hear(message),
  nameless: () => {
    ui.isNameless = true;
    draw();
  },
  foreign: () => picker.foreign(),
});

function begin(origin) {
  const relay = new Relay({
    frame: (rdns, text) => picker.frame(rdns, text),
    lost: () => picker.lost(),
  });
  const requests = new PickerRequests(origin);
  picker = new Picker({
    send: (message) => link.send(message),
    relay,
    requests,
    close: () => setTimeout(() => window.close(), kCloseAfterMs),
    recover: () => {
      watching.abort();
      recover(window);
    },
    changed,
  });
  watch(requests);
  act.retry = () => watch(requests);
  new Heartbeat(link, picker, () => window.close()).begin();
}

function watch(requests) {
  watching.abort();
  watching = new AbortController();
  requests.follow({
    onState: (state) => picker.tell(state),
    onTrouble: (trouble) => picker.troubled(trouble),
    signal: watching.signal,
  });
}

function changed() {
  if (picker.scene !== scene) guard.disturb();
  scene = picker.scene;
  draw();
  callAttention();
}

function callAttention() {
  const ids = picker.view === 'lost' ? [] : picker.questions.map(({ id }) => id);
  document.title = ids.length > 0 ? `(${ids.length}) Berth asks you` : 'Berth';
  if (ids.some((id) => !asked.has(id))) window.focus();
  asked = new Set(ids);
}

// A granting control's click: dropped unless it was meant.
function guarded(handler) {
  return (event) => {
    const refusal = guard.judge(event);
    if (refusal === null) handler();
    else if (kHints[refusal]) hint(kHints[refusal]);
  };
}

function trusted(handler) {
  return (event) => event.isTrusted && handler(event);
}

let hintTimer;
function hint(text) {
  clearTimeout(hintTimer);
  hintTimer = setTimeout(() => hint(''), kHintMs);
  if (ui.hint === text) return;
  ui.hint = text;
  draw();
}

const act = {
  choose: (profile, canChoose) => guarded(() => canChoose && picker.choose(profile)),
  start: (profile) => guarded(() => picker.start(profile)),
  approve: (question) => guarded(() => picker.decide(question, 'approve')),
  deny: (question) => trusted(() => picker.decide(question, 'deny')),
  disconnect: (profile) => trusted(() => picker.disconnect(profile)),
  another: trusted(() => picker.chooseAnother()),
  cancel: trusted(() => picker.cancel()),
  close: trusted(() => window.close()),
  current: (name) => {
    ui.current = name;
    draw();
  },
  filter: ({ target }) => {
    ui.filter = target.value;
    guard.disturb();
  },
};

function draw() {
  document.body.classList.toggle('settling', !guard.isLive());
  document.body.classList.toggle('too-small', !guard.isLargeEnough());
  render(page({ origin: link.origin, view: viewOf(), picker, ui, act, guard }), document.body);
}

function viewOf() {
  if (!link.exists) return 'alone';
  if (picker) return picker.view;
  return ui.isNameless ? 'nameless' : 'waiting';
}

const kSteps = { ArrowDown: 1, ArrowUp: -1 };

function move(event) {
  const rows = [...document.querySelectorAll('.choice')];
  if (rows.length === 0) return;
  const at = rows.indexOf(document.activeElement);
  const from = at < 0 ? rows.findIndex((row) => row.tabIndex === 0) : at + kSteps[event.key];
  rows[Math.min(Math.max(from, 0), rows.length - 1)].focus();
  event.preventDefault();
}

addEventListener('keydown', (event) => {
  if (!event.isTrusted || picker?.view !== 'choosing') return;
  if (event.key in kSteps) move(event);
  if (event.key !== 'Escape') return;
  if (ui.filter === '') picker.cancel();
  ui.filter = '';
  changed();
});

setTimeout(() => {
  ui.isLate = true;
  draw();
}, kLateMs);
draw();
