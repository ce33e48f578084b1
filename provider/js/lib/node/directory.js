// May what is in the registry's directory be believed?
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { BerthError } from '../errors.js';
import { refusedFilesystem } from './paths.js';

const kStickyBit = 0o1000;
const kWritableByOthers = 0o002;

function directoryProblem(stat, uid) {
  if (!stat.isDirectory()) return 'is not a directory';
  if (stat.uid !== uid) return `belongs to uid ${stat.uid}, not to you`;
  if (stat.mode & 0o077) {
    return `has mode ${(stat.mode & 0o777).toString(8)}, it must be 700`;
  }
  return undefined;
}

// Whoever may rename a parent puts a directory of his choice in its place.
function parentProblem(path, uid) {
  for (let at = dirname(path); ; at = dirname(at)) {
    const { uid: owner, mode } = statSync(at);
    if (owner !== uid && owner !== 0) return `is below ${at} of uid ${owner}`;
    if (mode & kWritableByOthers && !(mode & kStickyBit)) {
      return `is below ${at}, which everybody may write to`;
    }
    if (at === dirname(at)) return undefined;
  }
}

function findProblem(path, uid) {
  const filesystem = refusedFilesystem(path);
  if (filesystem !== undefined) return `is on ${filesystem}`;
  return directoryProblem(statSync(path), uid) ??
    parentProblem(realpathSync(path), uid);
}

/**
 * Whether the directory exists. BerthError `registry` when it does but is not
 * to be trusted: not the user's own, open to others, on a filesystem whose
 * locks do not reach every process.
 */
export function checkDirectory(path) {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
  const problem = findProblem(path, process.geteuid());
  if (problem === undefined) return true;
  throw new BerthError('registry', `the registry ${path} ${problem}`, {
    hint: `see "berth doctor"; a registry is its user's own, mode 700`,
  });
}
