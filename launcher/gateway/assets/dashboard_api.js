import { request } from './api.js';

// `berth start` gives up by itself before.
const kVerbLimitMs = 60_000;
const kLogLines = 200;

/**
 * What a signed-in page asks of berthd. Each throws an ApiError; with status
 * 401, `onSignedOut` is called before that.
 */
export function dashboardApi(session, onSignedOut) {
  const part = encodeURIComponent;

  async function ask(method, path, body, options) {
    try {
      return await request(method, path, body, { session, ...options });
    } catch (error) {
      if (error.status === 401) onSignedOut();
      throw error;
    }
  }

  return {
    /** `verb`: start, stop or restart. Resolves when it is done. */
    manage: (name, verb) => ask('POST', `/v1/instances/${part(name)}/${verb}`,
      {}, { limitMs: kVerbLimitMs }),

    /** The last 200 lines, the latest last. */
    async logs(name, signal) {
      const path = `/v1/instances/${part(name)}/logs?lines=${kLogLines}`;
      return (await ask('GET', path, undefined, { signal })).lines;
    },

    /** `decision`: approve or deny. */
    decide: ({ profile, id }, decision) => ask('POST',
      `/v1/approvals/${part(profile)}/${part(id)}`, { decision }),

    revoke: ({ profile, origin }) => ask('DELETE',
      `/v1/grants/${part(profile)}?origin=${part(origin)}`, {}),

    signOut: () => ask('DELETE', '/v1/session', {}),
  };
}

/** The session for a code of `berth ui`, which is good once. */
export async function exchangeCode(code) {
  return (await request('POST', '/v1/session', { code })).session;
}
