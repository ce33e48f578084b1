// What the popup does, apart from how it looks: the page's messages and the
// gateway's answers in, the user's acts, and what there is to show.

const kManyHellos = 64;

const superseded = (id) => ({
  type: 'failed',
  id,
  code: 'superseded',
  message: 'a newer request took the Berth window over',
  hint: 'wait for the answer to one request before the next',
});

const restarted = (id) => ({
  type: 'failed',
  id,
  code: 'restarted',
  message: 'Berth was started anew while the user chose',
  hint: 'connect again',
});

/**
 * `send(message)` reaches the page; `relay` is a Relay; `requests` are
 * PickerRequests; `close()` closes the window once what was sent has gone;
 * `recover()` waits for berthd and loads the picker anew; `changed()` asks for
 * a new picture of:
 *
 * `view`: 'waiting' for the page's first word, 'choosing', 'cancelled', 'handed'
 * over, 'wallet' (the page's window to its profiles), 'lost' (berthd went);
 * `profiles`: [P], null before the gateway told; `questions`: [A], the oldest
 * first; `trouble`: an ApiError of what the gateway tells, or null; `failure`:
 * {subject, error} of the user's last act, or null; `busy`: the subject of the
 * act that is under way, or null; `isAway`: the page is loading or was left;
 * `isForeign`: another page speaks from the opener's tab.
 */
export class Picker {
  view = 'waiting';
  profiles = null;
  questions = [];
  trouble = null;
  failure = null;
  busy = null;
  isAway = false;
  isForeign = false;
  #with;
  #asked = null;        // the id of the hello that waits for a choice
  #lastId = null;
  #hellos = new Set();
  #picked = new Set();  // rdns of what this page holds, or will link again

  constructor({ send, relay, requests, close, recover, changed }) {
    this.#with = { send, relay, requests, close, recover, changed };
  }

  /** Another one: what is under the pointer is not what it was. */
  get scene() {
    const rows = this.profiles?.map(({ name, status, state }) => [name, status, state]);
    const notices = [this.trouble !== null, this.failure?.subject];  // above rows, between them
    const shown = this.view === 'choosing' ? [rows, notices] : this.questions[0]?.id;
    return JSON.stringify([this.view, shown]);
  }

  isBusy(subject) {
    return this.busy === subject;
  }

  /** How the last act on `subject` failed, or null. */
  failureOf(subject) {
    return this.failure?.subject === subject ? this.failure.error : null;
  }

  /** Where the gateway cannot be reached it is asked again without the user. */
  get canRetry() {
    return this.trouble !== null && this.trouble.status !== 0;
  }

  /** Of `profiles`, those that the page is connected to through this window. */
  get connected() {
    return (this.profiles ?? []).filter(({ rdns, granted }) => granted && this.#picked.has(rdns));
  }

  /** Whether the page has profiles here, or will link them when it is back. */
  get isHeld() {
    return this.#picked.size > 0;
  }

  /** A message of the page, as OpenerLink gives it. */
  hear(message) {
    this.isForeign = false;
    if (message.type === 'hello') this.#hello(message);
    else if (message.type === 'rpc') this.#rpc(message);
    else if (message.type === 'close') this.#closeChannel(message);
    else this.#leaving();
  }

  /** The opener speaks from another origin than the one that is connected. */
  foreign() {
    this.isForeign = true;
    this.#with.changed();
  }

  /** A state of the gateway's event stream. */
  tell({ profiles, approvals }) {
    this.profiles = profiles;
    this.questions = approvals;
    this.trouble = null;
    this.#with.changed();
  }

  /** The stream's trouble. 403: this origin is of an earlier run of berthd. */
  troubled({ kind, error }) {
    this.trouble = error;
    if (kind === 'refused' && error.status === 403) this.#restarted();
    this.#with.changed();
  }

  /** A relay's frame for the page. */
  frame(rdns, text) {
    this.#with.send({ type: 'rpc', rdns, text });
  }

  /** A channel has ended: berthd did, and with it all others. */
  lost() {
    for (const rdns of this.#picked) this.#with.send({ type: 'lost', rdns });
    this.#with.relay.closeAll();
    this.#picked.clear();
    this.#refuseAsked();
    this.questions = [];
    this.#show('lost');
    this.#with.recover();
  }

  choose({ name }) {
    if (this.view !== 'choosing') return undefined;
    const id = this.#asked ?? this.#lastId;
    return this.#act(name, async () => {
      const admitted = await this.#with.requests.choose(name);
      if (this.view !== 'choosing') return;  // cancelled meanwhile
      await this.#deliver(id, admitted);
      this.#answered(id);
    });
  }

  start({ name }) {
    return this.#act(name, () => this.#with.requests.start(name));
  }

  /** The user wants another profile beside those that are connected. */
  chooseAnother() {
    this.#show('choosing');
  }

  cancel() {
    if (this.#asked !== null) this.#with.send({ type: 'denied', id: this.#asked });
    this.#endChoice();
  }

  /** `decision`: "approve" or "deny". */
  decide(question, decision) {
    return this.#act(question.id, async () => {
      await this.#with.requests.decide(question, decision);
      this.questions = this.questions.filter(({ id }) => id !== question.id);
    });
  }

  disconnect({ name }) {
    return this.#act(name, () => this.#with.requests.revoke(name));
  }

  // The page repeats a hello until it has heard the welcome. What is lost
  // leaves that to the window's next document.
  #hello({ id, want, rdns }) {
    if (this.view === 'lost') return;
    this.#with.send({ type: 'welcome', id });
    if (this.#hellos.has(id)) return;
    this.#hellos.add(id);
    if (this.#hellos.size > kManyHellos)
      this.#hellos.delete(this.#hellos.values().next().value);
    this.#lastId = id;
    this.isAway = false;
    if (want === 'link') this.#link(id);
    else if (want === 'resume') this.#resume(id, rdns);
    else this.#ask(id);
  }

  #ask(id) {
    if (this.#asked !== null) this.#with.send(superseded(this.#asked));
    this.#asked = id;
    this.#show('choosing');
  }

  async #resume(id, rdns) {
    try {
      await this.#deliver(id, await this.#with.requests.resume(rdns));
      this.#answered(id);
    } catch (error) {
      this.#ask(id);
      if (error.status === 404) return;
      this.failure = { subject: this.#nameOf(rdns), error };
      this.#with.changed();
    }
  }

  // A new document of the page: it gets channels of its own.
  async #link(id) {
    const { relay, requests, send } = this.#with;
    relay.closeAll();
    for (const rdns of [...this.#picked]) {
      try {
        await this.#deliver(id, await requests.resume(rdns));
      } catch {
        // Revoked, or it does not run: the page does without, as after a
        // disconnect, and its wallet window shows the state.
        this.#picked.delete(rdns);
      }
    }
    send({ type: 'linked', id });
    this.#answered(id);
  }

  async #deliver(id, { info, mode, ticket, url }) {
    const { send, relay, close } = this.#with;
    if (mode === 'direct') {
      send({ type: 'picked', id, info, mode, ticket, url });
      this.#show('handed');
      close();
      return;
    }
    await relay.open(info.rdns, url, ticket);
    this.#picked.add(info.rdns);
    send({ type: 'picked', id, info, mode });
  }

  #answered(id) {
    if (this.#asked === id) this.#asked = null;
    if (this.#asked === null && this.view !== 'handed') this.#show('wallet');
  }

  #rpc({ rdns, text }) {
    const { relay, send } = this.#with;
    if (!relay.send(rdns, text)) send({ type: 'lost', rdns });
  }

  #closeChannel({ rdns }) {
    this.#with.relay.close(rdns);
    this.#picked.delete(rdns);
    if (!this.isHeld && this.view === 'wallet') this.#with.close();
    this.#with.changed();
  }

  #leaving() {
    this.#with.relay.closeAll();
    this.isAway = true;
    if (this.view === 'choosing') this.#endChoice();
    this.#with.changed();
  }

  // Nobody waits for it any more.
  #endChoice() {
    this.#asked = null;
    this.#show(this.isHeld ? 'wallet' : 'cancelled');
    if (!this.isHeld) this.#with.close();
  }

  #restarted() {
    if (this.isHeld) this.lost();
    else this.#refuseAsked();
  }

  #refuseAsked() {
    if (this.#asked !== null) this.#with.send(restarted(this.#asked));
    this.#asked = null;
  }

  #nameOf(rdns) {
    return this.profiles?.find((profile) => profile.rdns === rdns)?.name ?? null;
  }

  #show(view) {
    this.view = view;
    this.failure = null;
    this.#with.changed();
  }

  // One at a time; what fails is shown beside its subject.
  async #act(subject, act) {
    if (this.busy !== null) return;
    this.busy = subject;
    this.failure = null;
    this.#with.changed();
    try {
      await act();
    } catch (error) {
      this.failure = { subject, error };
    }
    this.busy = null;
    this.#with.changed();
  }
}
