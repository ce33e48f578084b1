import assert from 'node:assert/strict';
import test from 'node:test';
import {
  answerForSession, askForSession, clearSession, getSession, setSession,
} from '../../../launcher/gateway/assets/session.js';

function withStorage(t) {
  const map = new Map();
  globalThis.sessionStorage = {
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => map.set(key, value),
    removeItem: (key) => map.delete(key),
  };
  t.after(() => delete globalThis.sessionStorage);
}

test('an open dashboard gives its session to who asks', async (t) => {
  withStorage(t);
  t.after(answerForSession());
  setSession('secret');
  assert.equal(await askForSession(), 'secret');
});

test('nobody answers without a session, and who asks waits no longer than told', async (t) => {
  withStorage(t);
  t.after(answerForSession());
  setSession('secret');
  clearSession();
  assert.equal(getSession(), null);
  assert.equal(await askForSession(20), null);
});
