// The wallets of provider/samples, ready to be run: {name, argv}.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bin } from '../../../e2e/support/berth.js';

const kSources = fileURLToPath(new URL('../../../../provider/samples/', import.meta.url));
// Beside the built programs, so that each is compiled once.
const kCache = join(dirname(bin), 'samples');

// All that can be run here. Compiles what is not compiled yet.
export function samples() {
  mkdirSync(kCache, { recursive: true });
  const all = [
    // Debian's own: one of pyenv's looks into HOME.
    { name: 'python', argv: ['/usr/bin/python3', '-B', join(kSources, 'python/wallet.py')] },
    { name: 'rust', argv: [compiled('rust', (out) => ['rustc', '--edition', '2021', '-O', '-o', out, join(kSources, 'rust/wallet.rs')])] },
    { name: 'go', argv: [compiled('go', (out) => ['go', 'build', '-o', out, ...filesIn('go')])] },
  ];
  all.push({ name: 'c', argv: [join(bin, 'berth-sample-wallet-c')] });
  return all;
}

function filesIn(folder) {
  return readdirSync(join(kSources, folder)).map((file) => join(kSources, folder, file));
}

// The program of `folder`, built by `command` unless it is newer than its
// sources. Test files run side by side: the last one to finish is as good.
function compiled(folder, command) {
  const program = join(kCache, folder);
  const age = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (age(program) > Math.max(...filesIn(folder).map(age))) return program;
  const [file, ...args] = command(`${program}.${process.pid}`);
  const env = { ...process.env, GOCACHE: join(kCache, 'go-cache'), GO111MODULE: 'off', GOTOOLCHAIN: 'local' };
  execFileSync(file, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  renameSync(`${program}.${process.pid}`, program);
  return program;
}
