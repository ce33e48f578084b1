// The manual pages say what --help says, and can be shown.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { Home } from './harness.js';

const BIN = process.env.BERTH_BIN;
const PROGRAMS = { berthd: 8, 'berth-instance': 1, 'berth-talk': 1, 'berth-native-host': 1 };

// As a person reads it, with single spaces; fails where groff has a warning.
function render(page) {
  const { status, stdout, stderr } = spawnSync(
    'groff', ['-t', '-man', '-ww', '-Tutf8', '-rLL=200n', '-rHY=0', '-P-cbou'],
    { input: page, encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return words(stdout);
}

const words = (text) => text.replace(/\s+/g, ' ').trim();

// The rows "  NAME   what it is" of a part of a help text.
function rows(help, part) {
  const [, text = ''] = help.split(new RegExp(`^${part}:\\n`, 'm'));
  return [...text.split('\n\n')[0].matchAll(/^  (\S.*?)(?: {2,}|\n {20,})(.*)$/gm)]
    .map(([, name, meaning]) => ({ name, meaning }));
}

// Every command with the help on it, from the programs' own lists of them.
function* commands(h, above = []) {
  for (const { name, meaning } of rows(h.berth('help', ...above).out, 'Subcommands')) {
    const full = [...above, name.split(',')[0]];
    yield { full, meaning, help: h.berth('help', ...full).out };
    yield* commands(h, full);
  }
}

test('berth(1) has every command, option and topic, each in the words of the help', (t) => {
  const h = new Home(t);
  const page = render(h.berth('help', '--man').out);
  let options = 0;
  for (const { full, meaning, help } of commands(h)) {
    const usage = help.match(/^Usage: (.*)$/m)[1];
    const at = page.indexOf(` ${words(`${usage} ${meaning}`)}`);
    assert.ok(at >= 0, usage);
    const [section] = page.slice(at + 1).split(new RegExp(` berth (?!${full.join(' ')}\\b)[a-z]+ \\[OPTIONS\\]`));
    for (const row of [...rows(help, 'Options'), ...rows(help, 'Positionals').filter((row) => row.meaning)]) {
      if (row.name === '-h,--help') continue;
      assert.ok(section.includes(words(`${row.name} ${row.meaning}`)), `${full.join(' ')}: ${row.name}`);
      ++options;
    }
  }
  assert.ok(options > 50, `${options} options`);
  for (const topic of ['exit-codes', 'environment', 'files'])
    assert.ok(page.includes(words(h.berth('help', topic).out)), topic);
});

test('the other programs have a page each, made of their help', (t) => {
  const h = new Home(t, Object.fromEntries(Object.keys(PROGRAMS).map((name) => [name, name])));
  for (const [program, section] of Object.entries(PROGRAMS)) {
    const help = execFileSync(path.join(h.bin, program), ['--help'], { encoding: 'utf8' });
    const page = h.berth('help', '--man', program).out;
    assert.ok(page.startsWith(`.TH ${program.toUpperCase()} ${section} `));
    const shown = render(page);
    for (const line of help.split('\n'))
      if (!line.endsWith(':')) assert.ok(shown.includes(words(line)), `${program}: ${line}`);
    assert.match(execFileSync(path.join(h.bin, program), ['--version'], { encoding: 'utf8' }), new RegExp(`^${program} \\d`));
  }
});

test('a program that is not there has no page', (t) => {
  const { code, err } = new Home(t).berth('help', '--man', 'bogus');
  assert.equal(code, 1);
  assert.match(err, /bogus/);
});

test('what the build made of them is the same, and the format has its page', (t) => {
  const h = new Home(t);
  const built = (page) => gunzipSync(fs.readFileSync(path.join(BIN, '../man', `${page}.gz`))).toString();
  assert.equal(built('berth.1'), h.berth('help', '--man').out);
  const format = render(built('berth-registry.5'));
  const readme = fs.readFileSync(new URL('../../../registry/README.md', import.meta.url), 'utf8');
  const [outside, inside] = readme.split('## What is in this folder');
  for (const [, title] of outside.matchAll(/^##+ (.*)$/gm)) assert.ok(format.includes(` ${title} `), title);
  for (const [, key] of outside.matchAll(/^\| \*?\*?`([a-z_]+)`\*?\*? \|/gm))
    assert.ok(format.includes(`│${key} │`), key);
  for (const [, file] of inside.matchAll(/^\| `([a-z_]+)` \|/gm)) assert.ok(!format.includes(`│${file} │`), file);
});
