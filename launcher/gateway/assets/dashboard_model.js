// What the dashboard shows, made from a state of the event stream. Pure. Texts
// stay as they came: the views make them visible().
import { chainLabel } from './ui/chains.js';
import { since } from './durations.js';

/** In place of what there is none of. */
export const kNone = '-';
const kAlive = ['running', 'degraded', 'unresponsive'];
const kStartable = ['stopped', 'crashed', 'failed'];
const kTones = {
  running: 'good',
  starting: 'busy',
  stopping: 'busy',
  degraded: 'warn',
  unresponsive: 'warn',
  stopped: 'quiet',
};
const kRestarts = {
  'on-failure': 'restarts on failure',
  always: 'restarts always',
};

function verbsFor(status) {
  if (kAlive.includes(status)) return ['stop', 'restart'];
  if (kStartable.includes(status)) return ['start'];
  return status === 'starting' ? ['stop'] : [];
}

function noteOf({ status, problem, reason }) {
  if (problem ?? reason) return problem ?? reason;
  return status === 'crashed' ? 'It died: its log may say why.' : null;
}

/**
 * A row of the table; `now` in ms. `tone` is good, busy, warn, bad or
 * quiet; `verbs` are those that apply; `note` says what is wrong, or null.
 */
export function instanceRow(instance, now) {
  const { name, title, status, state, wallet, restart } = instance;
  const alive = instance.pid !== null;
  return {
    name,
    title: title || name,
    color: instance.color,
    icon: instance.icon,
    details: [title && name, wallet, kRestarts[restart]].filter(Boolean),
    status,
    tone: kTones[status] ?? 'bad',
    locked: state === 'locked',
    chain: chainLabel(instance.chain_id) ?? kNone,
    port: instance.port === null ? kNone : String(instance.port),
    uptime: (alive && since(instance.started_at, now)) || kNone,
    pid: alive ? String(instance.pid) : kNone,
    note: noteOf(instance),
    verbs: verbsFor(status),
  };
}

/** "2 of 3 running", "none". */
export function countRunning(instances) {
  if (instances.length === 0) return 'none';
  const running = instances.filter(({ status }) => kAlive.includes(status));
  return `${running.length} of ${instances.length} running`;
}

/** What names a question among those of all profiles. */
export function questionKey({ profile, id }) {
  return `${profile}/${id}`;
}

/** Those of `now` that were not there `before`. */
export function newQuestions(before, now) {
  const known = new Set(before.map(questionKey));
  return now.filter((question) => !known.has(questionKey(question)));
}

/** The oldest first: the one whose time is up first. */
export function inOrder(questions) {
  return questions.toSorted((a, b) =>
    Date.parse(a.asked_at) - Date.parse(b.asked_at));
}

/** What names a grant among those of all profiles. */
export function grantKey({ profile, origin }) {
  return `${profile} ${origin}`;
}

const compare = (a, b) => (a < b ? -1 : Number(a > b));

/** `[{profile, grants}]`, by profile, in it by origin. */
export function groupGrants(grants) {
  const byProfile = new Map();
  for (const grant of grants) {
    const group = byProfile.get(grant.profile) ?? [];
    byProfile.set(grant.profile, [...group, grant]);
  }
  return [...byProfile]
    .sort(([a], [b]) => compare(a, b))
    .map(([profile, group]) => ({
      profile,
      grants: group.toSorted((a, b) => compare(a.origin, b.origin)),
    }));
}

/** The tab's title: how many questions wait. */
export function titleFor(count) {
  return count > 0 ? `(${count}) Berth` : 'Berth';
}
