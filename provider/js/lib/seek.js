// The way to the instance that a profile name means at this moment.
import { dial } from './dial.js';
import { BerthError } from './errors.js';
import { Waker } from './waker.js';

const kDead = ['crashed', 'stopped'];

function notRunning(name, why) {
  return new BerthError('not_running', `${name} is not running: ${why}`, {
    hint: `start it: berth start ${name}`,
  });
}

function entryProblem(name, entry) {
  if (entry === undefined || entry.record?.kind === 'manager') {
    return new BerthError('not_found', `no instance is called ${name}`, {
      hint: `see "berth list"; start it: berth start ${name}`,
    });
  }
  if (kDead.includes(entry.status)) {
    return notRunning(name, `it has ${entry.status}`);
  }
  if (entry.newer) {
    return new BerthError('newer', `the record of ${name}: ${entry.reason}`, {
      hint: 'update berth-provider',
    });
  }
  if (!entry.record) return notRunning(name, entry.reason);
  if (entry.record.token === undefined) {
    return new BerthError('untrusted', `${name} has no way to prove itself`, {
      hint: 'its record is of level 0; its wallet must support the hello',
    });
  }
  return undefined;
}

function lookUp({ name, registry }) {
  const entry = registry.find(name);
  const problem = entryProblem(name, entry);
  if (problem !== undefined) throw problem;
  return entry.record;
}

/**
 * `{record, channel}` of the instance, in one try; tried again only when it
 * was started anew meanwhile. Rejects with a BerthError, or with the signal's
 * reason.
 */
export async function dialOnce(target, signal) {
  for (;;) {
    signal.throwIfAborted();
    const record = lookUp(target);
    try {
      const channel = await dial(record, target.env, target.onEvent, signal);
      return { record, channel };
    } catch (error) {
      const now = target.registry.find(target.name)?.record;
      if (signal.aborted || now?.id === record.id) throw error;
    }
  }
}

// Wakes when `name` lives under an id that has not been tried.
function wakeOnNew({ name, registry }, isTried, onNew) {
  return registry.watch(({ instance }) => {
    if (instance?.name !== name || isTried(instance.id)) return;
    if (!kDead.includes(instance.status)) onNew();
  });
}

/**
 * The same for as long as it takes: after pauses of `backoff`, and at once when
 * the registry shows an instance of that name other than the one of id `tried`
 * and those tried since. `onTry('connecting')` before and `onTry('gone',
 * error)` after each try that fails. Rejects only with the signal's reason.
 */
export async function dialAgain(target, { tried, backoff, onTry }, signal) {
  const waker = new Waker(target.env.timers);
  const undo = wakeOnNew(target, (id) => id === tried, () => {
    backoff.reset();
    waker.wake();
  });
  try {
    for (;;) {
      await waker.wait(backoff.next(), signal);
      signal.throwIfAborted();
      onTry('connecting');
      try {
        const record = lookUp(target);
        tried = record.id;
        const channel = await dial(record, target.env, target.onEvent, signal);
        return { record, channel };
      } catch (error) {
        signal.throwIfAborted();
        onTry('gone', error);
      }
    }
  } finally {
    undo();
  }
}
