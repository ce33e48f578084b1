// What the window and the popup show and do, apart from how they look.
import { Actions } from '../../ui/actions.js';

/**
 * `call(message)` asks the background and settles with what became of it;
 * `changed()` asks for a new picture. What there is to show is a state of the
 * background (README.md, "Window, popup and background"), and how the user's
 * acts go, by their subject: a profile's name or a question's id. One at a time
 * a subject.
 */
export class Desk {
  trouble = null;
  ask = null;
  profiles = null;
  questions = [];
  site = null;
  /** Whether the background has told anything. */
  isKnown = false;
  /** How the last subject went: the act that ended it; null: by itself. */
  outcome = null;
  canRetry = false;  // the background does
  #call;
  #changed;
  #actions;
  #ending = null;    // the last act that ends a subject: {subject, verb}
  #chosen = null;    // a profile's name

  constructor({ call, changed }) {
    this.#call = call;
    this.#changed = changed;
    this.#actions = new Actions(changed);
  }

  /** What the window is about, the id of an ask or a question; null: nothing. */
  get subject() {
    return this.ask?.id ?? this.questions[0]?.id ?? null;
  }

  /** Another one: what is under the pointer is not what it was. */
  get scene() {
    const rows = this.profiles?.map(({ name, status, state }) => [name, status, state]);
    const failures = this.#actions.failures().map(({ key }) => key);
    return JSON.stringify([this.subject, this.isKnown, this.trouble?.message,
      failures, this.questions[0]?.id, this.ask && rows]);
  }

  tell({ trouble, ask, profiles, questions, site }) {
    const before = this.subject;
    Object.assign(this, { trouble, ask, profiles, questions, site, isKnown: true });
    if (before !== null && this.subject === null) {
      this.outcome = this.#ending?.subject === before ? this.#ending.verb : null;
    }
    this.#actions.keep([ask?.id, ...questions.map(({ id }) => id)]);
    this.#changed();
  }

  /** The background does not answer. */
  late(error) {
    this.trouble = error;
    this.#changed();
  }

  /** The verb of the act that is under way on `subject`, or null. */
  busy(subject) {
    return this.#ofSubject((key) => this.#actions.busy(key), subject);
  }

  isBusy(subject) {
    return this.busy(subject) !== null;
  }

  /** How the last act failed, where it was on `subject`, or null. */
  failureOf(subject) {
    const failure = this.#ofSubject((key) => this.#actions.failure(key), subject);
    return failure?.error ?? null;
  }

  choose({ name }) {
    const { id } = this.ask;
    if (this.#actions.busy(id) === null) this.#chosen = name;
    return this.#run({ key: id, verb: 'choose', ends: id },
      { type: 'choose', ask: id, profile: name });
  }

  /** Also while a choice is under way. Its subject is "cancel". */
  cancel() {
    const { id } = this.ask;
    return this.#run({ key: 'cancel', verb: 'cancel', ends: id },
      { type: 'cancel', ask: id });
  }

  /** `decision`: "approve" or "deny". */
  decide({ id, profile }, decision) {
    return this.#run({ key: id, verb: decision, ends: id },
      { type: 'decide', profile, question: id, decision });
  }

  start({ name }) {
    return this.#run({ key: name, verb: 'start' }, { type: 'start', profile: name });
  }

  stop({ name }) {
    return this.#run({ key: name, verb: 'stop' }, { type: 'stop', profile: name });
  }

  /** `site` may use that profile no longer. */
  disconnect({ name }) {
    return this.#run({ key: name, verb: 'revoke' },
      { type: 'revoke', profile: name, origin: this.site });
  }

  // A choice is an act on the ask, and shown at the profile.
  #ofSubject(look, subject) {
    const isChosen = this.ask !== null && subject === this.#chosen;
    return (isChosen ? look(this.ask.id) : null) ?? look(subject);
  }

  // `ends`: the subject that is over with it. Only the last failure is shown.
  async #run({ key, verb, ends }, message) {
    if (this.#actions.busy(key) !== null) return;
    for (const failure of this.#actions.failures()) this.#actions.dismiss(failure.key);
    if (ends) this.#ending = { subject: ends, verb };
    await this.#actions.run({ key, verb, final: Boolean(ends) }, () => this.#call(message));
    if (ends && this.#actions.failure(key) !== null) this.#forget(ends);
  }

  #forget(subject) {
    if (this.#ending?.subject !== subject) return;
    this.#ending = null;
    this.outcome = null;
    this.#changed();
  }
}
