// A window's question, and the two buttons that decide it.
import { html, nothing } from './lit/lit-html.js';
import { keyed } from './lit/directives/keyed.js';
import { errorNotice } from './error_notice.js';
import { approveWord } from './question_facts.js';
import { questionTemplate } from './question.js';

/**
 * The oldest of `picker.questions`, under its origin's header. `picker`:
 * `{questions, profiles, isBusy(subject), failureOf(subject)}`, the subject of
 * an act being the question's id; `guard`: a GuardedPage; `act`: `approve` and
 * `deny` make listeners of clicks, `approve` guarded ones.
 */
export function decisionView({ picker, guard, act }) {
  const [question] = picker.questions;
  const failure = picker.failureOf(question.id);
  const count = picker.questions.length;
  return keyed(question.id, html`
    <main class="asking">
      ${count > 1 ? html`<p class="count muted">The first of ${count} questions</p>` : nothing}
      ${questionTemplate(question, { title: titleOf(picker, question), hasOrigin: true })}
      ${failure ? errorNotice(failure) : nothing}
    </main>
    <footer class="bottom">
      <span class="hint muted" role="status">${guard.hint}</span>
      <button class="button danger" type="button" @click=${act.deny(question)}>Deny</button>
      ${approveButton(question, picker.isBusy(question.id), act)}
    </footer>`);
}

function approveButton(question, isBusy, act) {
  return html`<button class="button primary granting" type="button"
    aria-disabled=${isBusy ? 'true' : 'false'} @click=${act.approve(question)}
    >${isBusy ? html`<span class="spinner"></span>` : nothing} ${approveWord(question)}</button>`;
}

function titleOf({ profiles }, question) {
  return profiles?.find(({ name }) => name === question.profile)?.title;
}
