// The dashboard: from the sign-in to what is shown. Its public members are what
// the templates use.
import { render } from './ui/lit/lit-html.js';
import { Actions } from './ui/actions.js';
import { Confirmation } from './ui/confirmation.js';
import { dashboardApi, exchangeCode } from './dashboard_api.js';
import { grantKey, newQuestions, questionKey, titleFor }
  from './dashboard_model.js';
import { follow } from './event_stream.js';
import { keepFocus } from './ui/focus.js';
import { guardWindow } from './ui/guarded_click.js';
import { LogPanel } from './log_panel.js';
import { onceSoon } from './ui/once_soon.js';
import { newsOf } from './questions_view.js';
import { failedView, openingView, overviewView, restartedView,
  signedOutView } from './dashboard_views.js';
import { answerForSession, clearSession, getSession, setSession }
  from './session.js';

const kTickMs = 1000;
const timers = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer),
  now: () => performance.now(),
};

// What `berth ui` put behind the address. It is good only once, and goes from
// the address bar all the same.
function takeCode() {
  const code = location.hash.slice(1);
  if (code) history.replaceState(null, '', location.pathname);
  return code;
}

class Dashboard {
  #root = document.getElementById('page');
  #news = document.getElementById('news');
  #screen = null;
  #state = null;
  #trouble = null;
  #api = null;
  #following = null;
  #logOpener = null;
  #draw = onceSoon(() => this.#drawNow());
  #guard;

  now = Date.now();
  refusal = null;  // of the last click that would grant: {key, why}

  constructor() {
    const draw = this.#draw;
    this.#guard = guardWindow(window, draw);
    this.questionActions = new Actions(() => this.#moved());
    this.instanceActions = new Actions(draw);
    this.grantActions = new Actions(draw);
    this.confirmation = new Confirmation(draw, timers);
    this.logs = new LogPanel({
      read: (name, signal) => this.#api.logs(name, signal),
      onChange: draw,
      timers,
    });
  }

  async signIn() {
    this.#show(() => openingView(this.#trouble));
    const code = takeCode();
    try {
      if (code) setSession(await exchangeCode(code));
    } catch (error) {
      return this.#leave(() => failedView(error));
    }
    const session = getSession();
    return session ? this.#follow(session) : this.#leave(signedOutView);
  }

  /** Uptimes and countdowns go on. */
  tick() {
    if (!document.hidden) this.#draw();
  }

  manage(name, verb) {
    this.instanceActions.run({ key: name, verb },
      () => this.#api.manage(name, verb));
  }

  approve(question, click) {
    const why = this.#guard.judge(click);
    this.refusal = why && { key: questionKey(question), why };
    if (why === null) this.decide(question, 'approve');
    else this.#moved();
  }

  /** `decision`: approve or deny. */
  decide(question, decision) {
    this.questionActions.run(
      { key: questionKey(question), verb: decision, final: true },
      () => this.#api.decide(question, decision));
  }

  revoke(grant) {
    this.grantActions.run({ key: grantKey(grant), verb: 'revoke', final: true },
      () => this.#api.revoke(grant));
  }

  openLog(name) {
    this.#logOpener = document.activeElement;
    this.logs.open(name);
    this.#drawNow();
    this.#root.querySelector('.log .lines').focus({ preventScroll: true });
  }

  closeLog() {
    if (this.logs.shown === null) return;
    this.logs.close();
    this.#logOpener?.focus();
  }

  async signOut() {
    // The session is forgotten here whatever berthd says.
    await this.#api.signOut().catch(() => {});
    this.#leave(signedOutView);
  }

  #follow(session) {
    this.#following?.abort();
    this.#following = new AbortController();
    this.#api = dashboardApi(session, () => this.#leave(signedOutView));
    return follow({ method: 'GET', path: '/v1/events', session }, {
      onState: (state) => this.#take(state),
      onTrouble: (trouble) => this.#lost(trouble),
      signal: this.#following.signal,
    });
  }

  #take(state) {
    const before = this.#state?.approvals ?? [];
    const come = newQuestions(before, state.approvals);
    const moves = come.length > 0 || this.#trouble !== null ||
      newQuestions(state.approvals, before).length > 0;
    if (come.length > 0) this.#news.textContent = come.map(newsOf).join(' ');
    this.#state = state;
    this.#trouble = null;
    this.#show(() => overviewView(this.#state, this.#trouble, this));
    this.questionActions.keep(state.approvals.map(questionKey));
    this.grantActions.keep(state.grants.map(grantKey));
    if (moves) this.#moved();
  }

  // Every other refusal than 401: the berthd that knew this page's host name
  // has ended.
  #lost({ kind, error }) {
    if (kind === 'refused')
      return this.#leave(error.status === 401 ? signedOutView : restartedView);
    this.#trouble = error;
    this.#moved();
  }

  #leave(screen) {
    this.#following?.abort();
    this.logs.close();
    clearSession();
    this.#state = null;
    this.#trouble = null;
    this.#show(screen);
  }

  #show(screen) {
    this.#screen = screen;
    this.#draw();
  }

  // What is above the buttons may have grown.
  #moved() {
    this.#guard.disturb();
    this.#draw();
  }

  #drawNow() {
    this.now = Date.now();
    document.body.classList.toggle('settling', !this.#guard.isLive());
    document.title = titleFor(this.#state?.approvals.length ?? 0);
    keepFocus(() => render(this.#screen(), this.#root));
  }
}

const dashboard = new Dashboard();
answerForSession();
window.addEventListener('hashchange', () => dashboard.signIn());
window.addEventListener('keydown', ({ key }) => key === 'Escape' && dashboard.closeLog());
document.addEventListener('visibilitychange', () => dashboard.tick());
setInterval(() => dashboard.tick(), kTickMs);
dashboard.signIn();
