// The picker's requests for one origin, with the dashboard's session where the
// gateway wants one.
import { request } from './api.js';
import { follow } from './event_stream.js';
import { askForSession } from './session.js';

const kStartLimitMs = 35_000;
const kSignedOut = {
  status: 401,
  message: 'Berth cannot tell who asks on this computer.',
  hint: 'Run berth ui, leave its page open, then try again here.',
};

export class PickerRequests {
  #origin;
  #session = null;

  constructor(origin) {
    this.#origin = origin;
  }

  choose(profile) {
    return this.#post('choose', { origin: this.#origin, profile });
  }

  resume(rdns) {
    return this.#post('resume', { origin: this.#origin, rdns });
  }

  start(profile) {
    return this.#post('start', { profile }, kStartLimitMs);
  }

  /** `decision`: "approve" or "deny". */
  decide({ profile, id }, decision) {
    return this.#post('decide', { origin: this.#origin, profile, id, decision });
  }

  revoke(profile) {
    return this.#post('revoke', { origin: this.#origin, profile });
  }

  /** As follow() of event_stream.js; settles when it was refused. */
  async follow(callbacks) {
    let refused;
    const ask = () => {
      refused = null;
      return follow({
        method: 'POST',
        path: '/v1/picker/events',
        body: { origin: this.#origin },
        session: this.#session,
      }, {
        ...callbacks,
        onTrouble: (trouble) => {
          if (trouble.kind === 'refused') refused = trouble;
          else callbacks.onTrouble(trouble);
        },
      });
    };
    await ask();
    if (refused?.error.status === 401 && (await this.#signIn())) await ask();
    if (refused?.error.status === 401) refused.error = kSignedOut;
    if (refused) callbacks.onTrouble(refused);
  }

  async #post(what, body, limitMs) {
    const ask = () => request('POST', `/v1/picker/${what}`, body, {
      session: this.#session,
      limitMs,
    });
    try {
      return await ask();
    } catch (error) {
      if (error.status !== 401 || !(await this.#signIn())) throw error;
      return ask();
    }
  }

  // False: no dashboard has another session than the one that was refused.
  async #signIn() {
    const session = await askForSession();
    const isNew = session !== null && session !== this.#session;
    if (isNew) this.#session = session;
    return isNew;
  }
}
