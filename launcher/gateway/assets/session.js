// The session of the dashboard: this tab's, and how a picker's popup gets it.
const kKey = 'berth.session';
const kChannel = 'berth';
const kLimitMs = 300;

export function getSession() {
  return sessionStorage.getItem(kKey);
}

export function setSession(session) {
  sessionStorage.setItem(kKey, session);
}

export function clearSession() {
  sessionStorage.removeItem(kKey);
}

/**
 * Asks the open dashboards of this origin for their session; null where none
 * answers within `limitMs`.
 */
export function askForSession(limitMs = kLimitMs) {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(kChannel);
    const timer = setTimeout(() => finish(null), limitMs);
    channel.onmessage = ({ data }) => {
      if (data?.type === 'session' && typeof data.session === 'string')
        finish(data.session);
    };
    channel.postMessage({ type: 'session?' });

    function finish(session) {
      clearTimeout(timer);
      channel.close();
      resolve(session);
    }
  });
}

/** Answers askForSession() while this tab has a session. Gives its undo. */
export function answerForSession() {
  const channel = new BroadcastChannel(kChannel);
  channel.onmessage = ({ data }) => {
    const session = getSession();
    if (data?.type === 'session?' && session)
      channel.postMessage({ type: 'session', session });
  };
  return () => channel.close();
}
