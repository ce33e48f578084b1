// One file of the registry, read with suspicion.
import {
  closeSync, constants, fstatSync, lstatSync, openSync, readSync,
} from 'node:fs';
import { kMaxRecordBytes, parseRecord } from '../record.js';

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;

const kOpenProblems = {
  ELOOP: 'is a symbolic link',
  ENXIO: 'is a socket',
  EACCES: 'may not be read',
};

function statProblem(stat) {
  if (!stat.isFile()) return 'is not a regular file';
  if (stat.uid !== BigInt(process.geteuid())) {
    return `belongs to uid ${stat.uid}`;
  }
  const mode = Number(stat.mode & 0o7777n);
  if (mode !== 0o600) return `has mode ${mode.toString(8)}, not 600`;
  if (stat.nlink > 1n) return `has ${stat.nlink} links, not one`;
  if (stat.size > BigInt(kMaxRecordBytes)) return 'is larger than 64 KiB';
  return undefined;
}

// A record never changes in place: one that grows meanwhile is none, and what
// is read of it is refused as damaged.
function readAll(fd, size) {
  const buffer = Buffer.allocUnsafe(size + 1);
  let filled = 0;
  while (filled < buffer.length) {
    const got = readSync(fd, buffer, filled, buffer.length - filled, null);
    if (got === 0) break;
    filled += got;
  }
  return buffer.subarray(0, filled);
}

function readContent(fd, stat, name) {
  const problem = statProblem(stat);
  if (problem !== undefined) return { reason: `its file ${problem}` };
  return parseRecord(readAll(fd, Number(stat.size)), name);
}

/**
 * Opens and reads the record `name` at `path`. Gives what parseRecord gives,
 * plus `stat` and `close()`: while the file is open its inode number belongs
 * to nobody else. Undefined when there is no such file.
 */
export function openRecord(path, name) {
  let fd;
  try {
    // Without O_NONBLOCK a FIFO would hold us for ever.
    fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    const problem = kOpenProblems[error.code] ?? `fails: ${error.message}`;
    return { reason: `its file ${problem}`, close() {} };
  }
  try {
    const stat = fstatSync(fd, { bigint: true });
    const content = readContent(fd, stat, name);
    return { ...content, stat, close: () => closeSync(fd) };
  } catch (error) {
    closeSync(fd);
    return { reason: `its file fails: ${error.message}`, close() {} };
  }
}

/** 'same', 'gone' or 'other': what `path` names now, seen from `stat`. */
export function compareName(path, stat) {
  const now = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (now === undefined) return 'gone';
  return now.ino === stat.ino && now.dev === stat.dev ? 'same' : 'other';
}
