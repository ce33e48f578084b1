// May what is in the registry's directory be believed?
import { lstatSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { BerthError } from '../errors.js';
import { refusedFilesystem } from './paths.js';

const kStickyBit = 0o1000;
const kWritableByGroup = 0o020;
const kWritableByAll = 0o002;

function directoryProblem(stat, uid) {
  if (stat.isSymbolicLink()) return 'is a symbolic link';
  if (!stat.isDirectory()) return 'is not a directory';
  if (stat.uid !== uid) return `belongs to uid ${stat.uid}, not to you`;
  if (stat.mode & 0o077) {
    return `has mode ${(stat.mode & 0o777).toString(8)}, it must be 700`;
  }
  return undefined;
}

// A group of which the user is the only member has, by convention, the user's
// own number; many systems make 0775 directories with it.
function othersMayRename({ uid: owner, gid, mode }, uid) {
  const ownGroup = gid === 0 || (gid === owner && owner === uid);
  const kinds = ownGroup ? kWritableByAll : kWritableByAll | kWritableByGroup;
  return (mode & kinds) !== 0 && !(mode & kStickyBit);
}

// Whoever may rename a parent puts a directory of his choice in its place.
function parentProblem(path, uid) {
  for (let at = dirname(path); ; at = dirname(at)) {
    const stat = lstatSync(at);
    if (stat.uid !== uid && stat.uid !== 0) {
      return `is below ${at} of uid ${stat.uid}`;
    }
    if (!stat.isSymbolicLink() && othersMayRename(stat, uid)) {
      return `is below ${at}, which others may write to`;
    }
    if (at === dirname(at)) return undefined;
  }
}

function findProblem(path, uid) {
  const filesystem = refusedFilesystem(path);
  if (filesystem !== undefined) return `is on ${filesystem}`;
  // A link above it is followed: where it lies counts, and where it leads.
  return directoryProblem(lstatSync(path), uid) ??
    parentProblem(path, uid) ?? parentProblem(realpathSync(path), uid);
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
