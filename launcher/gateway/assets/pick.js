// The picker's popup: everything put together.
import { render } from './ui/lit/lit-html.js';
import { moveAmongChoices } from './ui/choice_keys.js';
import { GuardedPage } from './ui/guarded_page.js';
import { OpenerLink } from './opener_link.js';
import { page } from './pick_views.js';
import { Picker } from './picker.js';
import { PickerRequests } from './picker_requests.js';
import { recover } from './recover.js';
import { Relay } from './relay.js';
import { Heartbeat } from './heartbeat.js';

const kCloseAfterMs = 300;  // a message to another process is on its way so long
const kLateMs = 5000;       // a page says hello every 200 ms

const ui = { filter: '', current: null, isLate: false, isNameless: false };
const guard = new GuardedPage(window, draw);
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

const act = {
  choose: (profile, canChoose) => guard.granting(() => canChoose && picker.choose(profile)),
  start: (profile) => guard.granting(() => picker.start(profile)),
  approve: (question) => guard.granting(() => picker.decide(question, 'approve')),
  deny: (question) => guard.trusted(() => picker.decide(question, 'deny')),
  disconnect: (profile) => guard.trusted(() => picker.disconnect(profile)),
  another: guard.trusted(() => picker.chooseAnother()),
  cancel: guard.trusted(() => picker.cancel()),
  close: guard.trusted(() => window.close()),
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
  guard.mark();
  render(page({ origin: link.origin, view: viewOf(), picker, ui, act, guard }), document.body);
}

function viewOf() {
  if (!link.exists) return 'alone';
  if (picker) return picker.view;
  return ui.isNameless ? 'nameless' : 'waiting';
}

addEventListener('keydown', (event) => {
  if (!event.isTrusted || picker?.view !== 'choosing') return;
  moveAmongChoices(event, document);
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
