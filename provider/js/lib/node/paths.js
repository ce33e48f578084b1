// Where the registry is, by its format 1.
import { statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BerthError } from '../errors.js';

// statfs(2) f_type of the filesystems whose locks do not reach every process
// of the user.
const kRefused = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
]);

/** f_type of the filesystem that `path` is on, or will be once it is made. */
export function filesystemType(path) {
  for (;;) {
    try {
      return statfsSync(path).type >>> 0;
    } catch (error) {
      if (error.code !== 'ENOENT' || path === dirname(path)) throw error;
      path = dirname(path);
    }
  }
}

/** The name of the filesystem of `path` if it is refused, else undefined. */
export const refusedFilesystem = (path, typeOf = filesystemType) =>
  kRefused.get(typeOf(path));

const kHint =
  'set BERTH_REGISTRY, to the same directory for the wallet and the dApp, ' +
  'on a filesystem of this machine';

function refuse(path, filesystem) {
  return new BerthError(
    'registry',
    `the registry ${path} is on ${filesystem}, whose locks do not reach ` +
      'every process', { hint: kHint });
}

/**
 * The registry's directory, which may not exist. BerthError `registry` when it
 * is on a filesystem that is refused and there is no other.
 */
export function registryDirectory(
  chosen, env = process.env, typeOf = filesystemType) {
  const state = env.XDG_STATE_HOME || join(homedir(), '.local/state');
  const explicit = chosen ?? (env.BERTH_REGISTRY ||
    (env.BERTH_HOME && join(env.BERTH_HOME, 'run/instances')));
  const path = resolve(explicit || join(state, 'berth/run/instances'));
  const filesystem = refusedFilesystem(path, typeOf);
  if (filesystem === undefined) return path;
  if (explicit || !env.XDG_RUNTIME_DIR) throw refuse(path, filesystem);
  return join(resolve(env.XDG_RUNTIME_DIR), 'berth/instances');
}
