// The questions that wait, first on the page: a program waits for each.
import { html, nothing } from './ui/lit/lit-html.js';
import { repeat } from './ui/lit/directives/repeat.js';
import { avatarTemplate } from './ui/avatar.js';
import { inOrder, questionKey } from './dashboard_model.js';
import { countdown } from './durations.js';
import { failureNotice } from './ui/failure_notice.js';
import { kLeastHeight, kLeastWidth } from './ui/guarded_click.js';
import { questionTemplate } from './ui/question.js';
import { approveWord, sentence } from './ui/question_facts.js';
import { visible } from './ui/text.js';

const kQuick = 'Something had just moved. Look, then press again.';
const kRefusals = {
  early: kQuick,
  repeated: kQuick,
  small: `Make the window larger: ${kLeastWidth} × ${kLeastHeight} at least.`,
};

/** What is told of a question that has just come. */
export function newsOf(question) {
  const who = visible(question.origin ?? 'A program of yours');
  return `${visible(question.profile)}: ${who} ${visible(sentence(question))}.`;
}

function headTemplate({ profile, expires_at: end }, instances, now) {
  const instance = instances.find(({ name }) => name === profile);
  const left = countdown(end, now);
  return html`
    <header>
      ${avatarTemplate({ ...instance, name: profile })}
      <h3>${visible(instance?.title || profile)}</h3>
      ${left === null ? nothing : html`
        <span class="tag left"><span class="visually-hidden">Time left:</span
          >${left}</span>`}
    </header>`;
}

function decisionTemplate(question, page) {
  const key = questionKey(question);
  const busy = page.questionActions.busy(key);
  const refusal = page.refusal?.key === key ? kRefusals[page.refusal.why] : null;
  const about = visible(`: ${question.profile}, ${sentence(question)}`);
  const button = (decision, label, busyLabel, kind, act) => html`
    <button type="button" class=${`button ${kind}`}
      aria-label=${`${label}${about}`} aria-disabled=${busy !== null}
      @click=${busy === null ? act : null}
    >${busy === decision ? busyLabel : label}</button>`;
  return html`
    <footer>
      <span class="muted" role="status">${refusal ?? nothing}</span>
      ${button('deny', 'Deny', 'Denying…', 'danger',
        () => page.decide(question, 'deny'))}
      ${button('approve', approveWord(question), 'Approving…', 'primary granting',
        (event) => page.approve(question, event))}
    </footer>`;
}

function cardTemplate(question, instances, page) {
  const key = questionKey(question);
  const { questionActions: actions } = page;
  return html`
    <article class="card question">
      ${headTemplate(question, instances, page.now)}
      ${questionTemplate(question)}
      ${failureNotice(actions.failure(key), (it) => actions.dismiss(it))}
      ${decisionTemplate(question, page)}
    </article>`;
}

// Failures of those that have gone, most often because somebody else was
// quicker.
function goneTemplate(questions, actions) {
  const there = new Set(questions.map(questionKey));
  return actions.failures().filter(({ key }) => !there.has(key))
    .map((failure) => failureNotice(failure, (it) => actions.dismiss(it)));
}

export function questionsView(questions, instances, page) {
  return html`
    <section aria-labelledby="questions">
      <h2 id="questions" tabindex="-1">Questions
        <span class="count">${questions.length || 'none'} waiting</span></h2>
      ${goneTemplate(questions, page.questionActions)}
      <div class="questions">
        ${repeat(inOrder(questions), questionKey,
          (question) => cardTemplate(question, instances, page))}
      </div>
      ${questions.length > 0 ? nothing : html`
        <p class="muted">Before a wallet signs or sends anything that you must
          agree to, it asks here.</p>`}
    </section>`;
}
