// One source, an unpacked extension a browser: node build.mjs VERSION OUT
// writes OUT/chromium and OUT/firefox.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const kBrowsers = ['chromium', 'firefox'];
const here = fileURLToPath(new URL('.', import.meta.url));
const [version, out] = process.argv.slice(2);
if (out === undefined) {
  console.error('usage: node build.mjs VERSION OUT');
  process.exit(2);
}

const read = (name) => JSON.parse(readFileSync(join(here, name), 'utf8'));

// Not minified: who reviews it, and whoever runs it, can read it.
const bundle = (entryPoints, directory) => build({
  entryPoints: Object.fromEntries(Object.entries(entryPoints)
    .map(([to, from]) => [to, join(here, from)])),
  outdir: directory,
  bundle: true,
  format: 'iife',
  target: ['chrome121', 'firefox140'],
  loader: { '.svg': 'dataurl' },
  legalComments: 'inline',
  logLevel: 'warning',
});

async function buildFor(browser) {
  const directory = join(out, browser);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  await bundle({
    page: 'page/main.js',
    content: 'content/main.js',
    background: `background/${browser}.js`,
    'window/window': 'window/window.js',
    'popup/popup': 'popup/popup.js',
  }, directory);
  for (const page of ['window', 'popup']) {
    await bundle({ [`${page}/${page}`]: `${page}/${page}.css` }, directory);
    cpSync(join(here, page, `${page}.html`),
      join(directory, page, `${page}.html`));
  }
  cpSync(join(here, 'icons'), join(directory, 'icons'), { recursive: true });
  const manifest =
    { ...read('manifest.json'), version, ...read(`manifest.${browser}.json`) };
  writeFileSync(join(directory, 'manifest.json'),
    `${JSON.stringify(manifest, null, 2)}\n`);
}

for (const browser of kBrowsers) await buildFor(browser);
