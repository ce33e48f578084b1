// The dashboard: from the sign-in to what is shown. Its public members are what
// the templates use.
import { html, render } from './lit/lit-html.js';
import { Actions } from './actions.js';
import { Confirmation } from './confirmation.js';
import { dashboardApi, exchangeCode } from './dashboard_api.js';
import { grantKey, newQuestions, questionKey, titleFor }
  from './dashboard_model.js';
import { follow } from './event_stream.js';
import { keepFocus } from './focus.js';
import { LogPanel } from './log_panel.js';
import { newsOf } from './questions.js';
import { openingTemplate, overviewTemplate, restartedTemplate, signedOutTemplate }
  from './screens.js';
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
  #screen = openingTemplate;
  #state = null;
  #trouble = null;
  #api = null;
  #following = null;
  #logOpener = null;
  #drawing = false;

  constructor() {
    const draw = () => this.#draw();
    this.questionActions = new Actions(draw);
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
    const code = takeCode();
    try {
      if (code) setSession(await exchangeCode(code));
    } catch (error) {
      return this.#refused(error);
    }
    if (getSession() === null) return this.#leave(() => signedOutTemplate(null));
    return this.#follow(getSession());
  }

  /** Uptimes and countdowns go on. */
  tick() {
    if (!document.hidden) this.#draw();
  }

  manage(name, verb) {
    this.instanceActions.run({ key: name, verb },
      () => this.#api.manage(name, verb));
  }

  decide(question, decision) {
    const key = questionKey(question);
    this.questionActions.run({ key, verb: decision, final: true },
      () => this.#api.decide(question, decision));
  }

  revoke(grant) {
    const key = grantKey(grant);
    this.grantActions.run({ key, verb: 'revoke', final: true },
      () => this.#api.revoke(grant));
  }

  openLog(name) {
    this.#logOpener = document.activeElement;
    this.logs.open(name);
  }

  closeLog() {
    if (this.logs.shown === null) return;
    this.logs.close();
    this.#logOpener?.focus();
  }

  async signOut() {
    await this.#api.signOut().catch(() => {});
    this.#leave(() => signedOutTemplate(null));
  }

  #follow(session) {
    this.#following?.abort();
    this.#following = new AbortController();
    this.#api = dashboardApi(session, (error) => this.#refused(error));
    return follow({ method: 'GET', path: '/v1/events', session }, {
      onState: (state) => this.#take(state),
      onTrouble: ({ kind, error }) =>
        (kind === 'refused' ? this.#refused(error) : this.#lost(error)),
      signal: this.#following.signal,
    });
  }

  #take(state) {
    const fresh = newQuestions(this.#state?.approvals ?? [], state.approvals);
    this.#state = state;
    this.#trouble = null;
    this.questionActions.keep(state.approvals.map(questionKey));
    this.grantActions.keep(state.grants.map(grantKey));
    if (fresh.length > 0) this.#news.textContent = fresh.map(newsOf).join(' ');
    this.#show(() => overviewTemplate(this.#state, this.#trouble, this));
  }

  #lost(error) {
    this.#trouble = error;
    if (this.#state === null) this.#show(() => openingTemplate(error));
    else this.#draw();
  }

  // 401: the session has ended. Everything else that is final: so has the
  // berthd that knew this page's host name.
  #refused(error) {
    this.#leave(error.status === 401 ? () => signedOutTemplate(null) : restartedTemplate)
  }

  #leave(screen) {
    this.#following?.abort();
    this.logs.close();
    clearSession();
    this.#state = null;
    this.#show(screen);
  }
}
