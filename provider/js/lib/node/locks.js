// Who lives: Node has no fcntl, so instead of asking F_OFD_GETLK for each file
// this reads the kernel's table of all locks, /proc/locks (proc(5)).
import { closeSync, openSync, readSync } from 'node:fs';
import { filesystemType } from './paths.js';

// The registry's format 1: the lock is on this one byte.
const kLockByte = 2 ** 30;
const kMaxReads = 8;

// On these stat(2) may show another device than the table does; there the inode
// alone has to do.
const kDeviceDiffers = new Set([
  0x9123683e,  // btrfs
  0x794c7630,  // overlayfs
]);

// "1: OFDLCK ADVISORY  WRITE -1 fe:00:12345 1073741824 1073741824". Waiters
// have "->" after the number. Any kind that F_OFD_GETLK would report counts.
const kLine =
  /^\d+: (?:OFDLCK|POSIX) +\S+ +(?:READ|WRITE) +\S+ +(\w+):(\w+):(\d+) (\d+) (\w+)$/gm;

// The kernel gives the table in pieces of a page, and an entry that goes away
// between two of them hides another one.
function readTable(path) {
  const buffer = Buffer.alloc(64 * 1024);
  const pieces = [];
  const fd = openSync(path, 'r');
  try {
    for (;;) {
      const size = readSync(fd, buffer);
      if (size === 0) break;
      pieces.push(buffer.toString('latin1', 0, size));
    }
  } finally {
    closeSync(fd);
  }
  return { text: pieces.join(''), whole: pieces.length <= 1 };
}

function collect(text, held) {
  for (const [, major, minor, inode, first, last] of text.matchAll(kLine)) {
    if (Number(first) > kLockByte) continue;
    if (last !== 'EOF' && Number(last) < kLockByte) continue;
    held.add(`${parseInt(major, 16)}:${parseInt(minor, 16)}:${inode}`);
    held.add(inode);
  }
}

// Two equal tables in a row: nothing went away while the first was read. On a
// machine that never rests, an entry hides in none of eight.
function readHeld(path) {
  const held = new Set();
  let before;
  for (let reads = 0; reads < kMaxReads; ++reads) {
    const { text, whole } = readTable(path);
    collect(text, held);
    if (whole || text === before) break;
    before = text;
  }
  return held;
}

// Linux's dev_t, as new_encode_dev() and glibc's makedev() pack it.
const majorOf = (dev) => ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
const minorOf = (dev) => (dev & 0xffn) | ((dev >> 12n) & ~0xffn & 0xffffffffn);

/**
 * The locks held at this moment: `isHeld(stat)` for the bigint stat of a file
 * in `directory` that was open before the call. Undefined where the kernel
 * does not show them.
 */
export function readLocks(directory, path = '/proc/locks') {
  let held;
  try {
    held = readHeld(path);
  } catch {
    // No /proc, or not for us: the caller says "unknown", with the reason.
    return undefined;
  }
  const inodeOnly = kDeviceDiffers.has(filesystemType(directory));
  return {
    isHeld: ({ dev, ino }) =>
      held.has(inodeOnly ? `${ino}` : `${majorOf(dev)}:${minorOf(dev)}:${ino}`),
  };
}
