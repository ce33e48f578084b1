// All records of a registry, each with whether its owner lives.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isProfileName } from '../record.js';
import { checkDirectory } from './directory.js';
import { readLocks } from './locks.js';
import { compareName, openRecord } from './record_file.js';

const kMaxAttempts = 8;
// Files open at once: the usual limit of a process is 1024 descriptors.
const kMaxOpen = 128;
const kSuffix = '.json';
const kAgain = Symbol('again');

function recordNames(directory) {
  return readdirSync(directory)
    .filter((file) => file.endsWith(kSuffix))
    .map((file) => file.slice(0, -kSuffix.length))
    .filter(isProfileName);
}

// Another boot: the machine went down, not the instance.
function deadStatus(content) {
  const bootId = (content.record ?? content.newer).boot_id;
  if (bootId === undefined) return 'crashed';
  const now = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return bootId === now ? 'crashed' : 'stopped';
}

function status(content, locks) {
  if (!content.record && !content.newer) return 'unknown';
  if (locks === undefined) return 'unknown';
  return locks.isHeld(content.stat) ? 'running' : deadStatus(content);
}

function judge(name, path, content, locks) {
  if (content.stat !== undefined) {
    const now = compareName(path, content.stat);
    if (now !== 'same') return now === 'gone' ? undefined : kAgain;
  }
  const reason = content.reason ??
    (locks === undefined ? '/proc/locks cannot be read' : null);
  const { record, newer } = content;
  return { name, status: status(content, locks), record, newer, reason };
}

// The files stay open until the locks are known and the names compared: so an
// inode number means the same throughout.
function readOnce(directory, names) {
  const opened = [];
  try {
    for (const name of names) {
      const path = join(directory, `${name}${kSuffix}`);
      const content = openRecord(path, name);
      if (content) opened.push({ name, path, content });
    }
    const locks = opened.length > 0 ? readLocks(directory) : undefined;
    return opened.map(({ name, path, content }) =>
      [name, judge(name, path, content, locks)]);
  } finally {
    for (const { content } of opened) content.close();
  }
}

function readAll(directory, names) {
  const results = [];
  for (let at = 0; at < names.length; at += kMaxOpen) {
    results.push(...readOnce(directory, names.slice(at, at + kMaxOpen)));
  }
  return results;
}

function readNames(directory, names) {
  const found = [];
  for (let attempt = 0; attempt < kMaxAttempts && names.length; ++attempt) {
    const results = readAll(directory, names);
    names = results.filter(([, entry]) => entry === kAgain).map(([n]) => n);
    found.push(...results.map(([, entry]) => entry)
      .filter((entry) => entry !== undefined && entry !== kAgain));
  }
  const reason = 'its record was replaced each time it was read';
  const restless = names.map((name) => ({ name, status: 'unknown', reason }));
  return found.concat(restless).sort((a, b) => (a.name < b.name ? -1 : 1));
}

// A directory that is removed while it is looked at is one that is not there.
function readDirectory(directory, namesIn) {
  try {
    if (!checkDirectory(directory)) return [];
    return readNames(directory, namesIn(directory));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Every record of `directory` by name: `{name, status, record?, newer?,
 * reason}`; `record` is absent where it cannot be judged, for the `reason`
 * given. Empty when there is no directory. BerthError `registry`.
 */
export const list = (directory) => readDirectory(directory, recordNames);

/** The one record called `name`, as `list` gives it, or undefined. */
export const find = (directory, name) =>
  readDirectory(directory, () => (isProfileName(name) ? [name] : []))[0];
