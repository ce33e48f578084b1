// The native messaging manifests, for browsers that are scripts on PATH. That
// real browsers take them is told by the extension's tests.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { Home } from './harness.js';

const NAME = 'app.berth.registry';
const FILE = `${NAME}.json`;
const HOST = { 'berth-native-host': '#!/bin/sh\n' };
const PROGRAMS = { brave: 'brave-browser', chromium: 'chromium', firefox: 'firefox-esr', chrome: 'google-chrome', edge: 'microsoft-edge' };

// A home on whose PATH those browsers are, and nothing else.
function withBrowsers(t, browsers, programs = HOST) {
  const h = new Home(t, programs);
  h.programs = path.join(h.root, 'programs');
  fs.mkdirSync(h.programs);
  h.env.PATH = h.programs;
  for (const browser of browsers) putProgram(path.join(h.programs, PROGRAMS[browser]));
  h.host = path.join(h.bin, 'berth-native-host');
  return h;
}

function putProgram(file, mode = 0o755) {
  fs.writeFileSync(file, '#!/bin/sh\n', { mode });
  return file;
}

const manifests = (h) => ({
  brave: path.join(h.root, '.config/BraveSoftware/Brave-Browser/NativeMessagingHosts', FILE),
  chromium: path.join(h.root, '.config/chromium/NativeMessagingHosts', FILE),
  firefox: path.join(h.root, '.mozilla/native-messaging-hosts', FILE),
  chrome: path.join(h.root, '.config/google-chrome/NativeMessagingHosts', FILE),
  edge: path.join(h.root, '.config/microsoft-edge/NativeMessagingHosts', FILE),
});
const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
const modeOf = (file) => fs.statSync(file).mode & 0o777;

function status(h, browser, ...options) {
  return h.json('browser', 'status', '--json', ...options).find((item) => item.browser === browser);
}

function put(file, content) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

test('row 44: install writes the manifest of each browser that is here, and of no other', (t) => {
  const h = withBrowsers(t, ['chromium', 'firefox', 'edge']);
  const files = manifests(h);
  const { code, out, err } = h.berth('browser', 'install');
  assert.equal(code, 0, err);
  assert.equal(err, '');
  assert.deepEqual(out.trim().split('\n'), [files.chromium, files.firefox, files.edge]);
  for (const browser of ['brave', 'chrome']) assert.ok(!fs.existsSync(files[browser]));

  const { description, ...chromium } = read(files.chromium);
  assert.ok(description);
  const [origin] = chromium.allowed_origins;
  assert.match(origin, /^chrome-extension:\/\/[a-p]{32}\/$/);
  assert.deepEqual(chromium, { name: NAME, path: h.host, type: 'stdio', allowed_origins: [origin] });
  assert.deepEqual(read(files.edge), read(files.chromium));
  assert.deepEqual(read(files.firefox), { name: NAME, description, path: h.host, type: 'stdio', allowed_extensions: ['berth@berth.app'] });
  for (const browser of ['chromium', 'firefox', 'edge']) {
    assert.equal(modeOf(files[browser]), 0o600);
    assert.equal(modeOf(path.dirname(files[browser])), 0o700);
    assert.deepEqual(fs.readdirSync(path.dirname(files[browser])), [FILE]);
    assert.equal(status(h, browser).state, 'ready');
  }
  assert.deepEqual(h.berth('browser', 'install'), { code: 0, out, err: '' });
});

test('a browser that is not on PATH is known by its settings', (t) => {
  const h = withBrowsers(t, []);
  fs.mkdirSync(path.join(h.root, '.config/BraveSoftware/Brave-Browser'), { recursive: true });
  fs.mkdirSync(path.join(h.root, '.mozilla/firefox'), { recursive: true });
  const { brave, firefox } = manifests(h);
  assert.equal(h.berth('browser', 'install').out, `${brave}\n${firefox}\n`);
});

test('XDG_CONFIG_HOME moves the browsers of the Chromium family, and Firefox not', (t) => {
  const h = withBrowsers(t, ['chrome', 'firefox']);
  h.env.XDG_CONFIG_HOME = path.join(h.root, 'elsewhere');
  const chrome = path.join(h.root, 'elsewhere/google-chrome/NativeMessagingHosts', FILE);
  assert.equal(h.berth('browser', 'install').out, `${manifests(h).firefox}\n${chrome}\n`);
});

test('without a browser install fails, and says for which it looked', (t) => {
  const h = withBrowsers(t, []);
  const { code, out, err } = h.berth('browser', 'install');
  assert.equal(code, 1);
  assert.equal(out, '');
  assert.match(err, /^berth: no browser found.*: Brave, Chromium, Firefox, Google Chrome, Microsoft Edge\n.+\n$/);
});

test('without berth-native-host beside berth install writes nothing', (t) => {
  const h = withBrowsers(t, ['chromium'], {});
  const { code, err } = h.berth('browser', 'install');
  assert.equal(code, 1);
  assert.match(err, /^berth: .*\/berth-native-host: No such file or directory\ninstall Berth again/);
  assert.ok(!fs.existsSync(manifests(h).chromium));
});

test('a path that JSON cannot hold is told, not written', (t) => {
  const h = withBrowsers(t, ['chromium']);
  const script = 'directory=$(printf "$0/\\377"); /bin/mv "$0/bin" "$directory"; "$directory/berth" browser install';
  const { status: code, stderr: err } = spawnSync('/bin/sh', ['-c', script, h.root], { env: h.env, encoding: 'utf8' });
  assert.equal(code, 1);
  assert.match(err, /^berth: not UTF-8: .*\\xff\/berth-native-host\n.+\n$/);
  assert.ok(!fs.existsSync(manifests(h).chromium));
});

test('install replaces what leads elsewhere, and says so', (t) => {
  const h = withBrowsers(t, ['chromium', 'firefox']);
  const { chromium, firefox } = manifests(h);
  h.berth('browser', 'install');
  const other = putProgram(path.join(h.root, 'other-host'));
  put(chromium, { ...read(chromium), path: other });
  put(firefox, { ...read(firefox), name: 'some\x1b[31mbody' });
  assert.deepEqual([status(h, 'chromium').state, status(h, 'chromium').browser_says], ['another', null]);
  const { code, err } = h.berth('browser', 'install');
  assert.equal(code, 0);
  assert.match(err, new RegExp(`^replaced for Chromium: another Berth's: ${other}\nreplaced for Firefox: it is that of another program: some\\\\x1b\\[31mbody\n$`));
  assert.deepEqual([read(chromium).path, read(firefox).path], [h.host, h.host]);
});

test('remove takes the manifests of Berth away, wherever they lead, and nothing else', (t) => {
  const h = withBrowsers(t, ['chromium', 'firefox', 'edge']);
  const { chromium, firefox, edge } = manifests(h);
  h.berth('browser', 'install');
  put(chromium, { ...read(chromium), path: '/nowhere' });
  put(edge, { ...read(edge), name: 'org.example.other' });
  const neighbour = path.join(path.dirname(firefox), 'org.example.other.json');
  put(neighbour, '{}');
  for (const browser of ['firefox', 'edge']) fs.rmSync(path.join(h.programs, PROGRAMS[browser]));

  const { code, err } = h.berth('browser', 'remove');
  assert.equal(code, 1);
  assert.equal(err, `berth: no manifest of Berth: ${edge}\nlook at it, and remove it if it is of no use: rm ${edge}\n`);
  assert.deepEqual([chromium, firefox, edge, neighbour].map((file) => fs.existsSync(file)), [false, false, true, true]);
  fs.rmSync(edge);
  assert.deepEqual(h.berth('browser', 'remove'), { code: 0, out: '', err: '' });
});

// What the browsers say was heard from Chromium 156 and Firefox 153.
const NOT_FOUND = 'Specified native messaging host not found.';
const FORBIDDEN = 'Access to the specified native messaging host is forbidden.';
const EXITED = 'Native host has exited.';
const NO_SUCH = `No such native application ${NAME}`;
const UNEXPECTED = 'An unexpected error occurred';
const faults = {
  'no JSON': [() => '{', /no JSON/, NOT_FOUND, NO_SUCH],
  'no object': [() => '[]', /no JSON object/, NOT_FOUND, NO_SUCH],
  'no description': [(good) => ({ ...good, description: undefined }), /no "description"/, NOT_FOUND, NO_SUCH],
  'another name': [(good) => ({ ...good, name: 'org.example' }), /another program: org\.example/, NOT_FOUND, NO_SUCH],
  'another type': [(good) => ({ ...good, type: 'pipe' }), /"type"/, NOT_FOUND, NO_SUCH],
  'no callers': [(good) => ({ ...good, allowed_origins: undefined, allowed_extensions: undefined }), /no "allowed_/, NOT_FOUND, NO_SUCH],
  'other callers': [(good) => others(good), /lacks Berth's extension/, FORBIDDEN, NO_SUCH],
  'a relative path': [(good) => ({ ...good, path: 'berth-native-host' }), /no absolute path/, NOT_FOUND, NO_SUCH],
  'no program': [(good) => ({ ...good, path: '/nowhere/host' }), /missing: \/nowhere\/host/, NOT_FOUND, UNEXPECTED],
  'a program that cannot be run': [(good, h) => ({ ...good, path: putProgram(path.join(h.root, 'plain'), 0o644) }), /cannot be run/, EXITED, UNEXPECTED],
  'a directory': [(good, h) => ({ ...good, path: h.root }), /cannot be run/, EXITED, UNEXPECTED],
};

function others(good) {
  const key = good.allowed_origins ? 'allowed_origins' : 'allowed_extensions';
  return { ...good, [key]: good[key].map((id) => id.replace(/[a-z]{4}/, 'oooo')) };
}

test('status tells what is wrong with a manifest, and what the browser would say', (t) => {
  const h = withBrowsers(t, ['chromium', 'firefox']);
  const { chromium, firefox } = manifests(h);
  const missing = status(h, 'chromium');
  assert.deepEqual(missing, {
    browser: 'chromium', name: 'Chromium', installed: 'yes', manifest: chromium, scope: 'user',
    state: 'not registered', problem: null, browser_says: NOT_FOUND,
  });
  assert.equal(status(h, 'firefox').browser_says, NO_SUCH);
  h.berth('browser', 'install');
  const good = { chromium: read(chromium), firefox: read(firefox) };
  for (const [fault, [make, problem, ...says]] of Object.entries(faults)) {
    put(chromium, make(good.chromium, h));
    put(firefox, make(good.firefox, h));
    for (const [at, browser] of ['chromium', 'firefox'].entries()) {
      const found = status(h, browser);
      assert.equal(found.state, 'wrong', `${fault}: ${browser}`);
      assert.match(found.problem, problem, fault);
      assert.equal(found.browser_says, says[at], `${fault}: ${browser}`);
    }
  }
  // Chromium takes what it does not know, Firefox nothing of it.
  put(chromium, { ...good.chromium, more: 1 });
  put(firefox, { ...good.firefox, more: 1 });
  assert.equal(status(h, 'chromium').state, 'ready');
  assert.match(status(h, 'firefox').problem, /refuses its key "more"/);
  fs.rmSync(firefox);
  fs.mkdirSync(firefox);
  assert.match(status(h, 'firefox').problem, /not a regular file/);
});

test('status prints a table, and what to do', (t) => {
  const h = withBrowsers(t, ['chromium', 'firefox']);
  const { chromium, firefox } = manifests(h);
  h.berth('browser', 'install');
  fs.rmSync(firefox);
  fs.rmSync(h.host);
  const { code, out } = h.berth('browser', 'status');
  assert.equal(code, 0);
  assert.match(out, /^BROWSER +INSTALLED +MANIFEST +STATE\n/);
  assert.match(out, new RegExp(`^Chromium +yes +${chromium} +wrong: its program is missing: ${h.host}$`, 'm'));
  assert.match(out, new RegExp(`^Firefox +yes +${firefox} +not registered$`, 'm'));
  assert.match(out, /^Google Chrome +no +/m);
  assert.ok(out.endsWith(`\nChromium says: ${NOT_FOUND}\n  to do: berth browser install\n`), out);
});

test('a snap of Firefox is served, one of Chromium is not', (t) => {
  const h = withBrowsers(t, []);
  // As /snap/bin has it, and as Ubuntu's /usr/bin has it.
  putProgram(path.join(h.root, 'snap'));
  fs.symlinkSync('../snap', path.join(h.programs, 'chromium'));
  fs.writeFileSync(path.join(h.programs, 'firefox'), '#!/bin/sh\nexec /snap/bin/firefox "$@"\n', { mode: 0o755 });
  const { firefox } = manifests(h);
  const { code, out, err } = h.berth('browser', 'install');
  assert.deepEqual([code, out], [0, `${firefox}\n`]);
  assert.match(err, /^Chromium is a snap: .+ no program.*\nFirefox is a snap: .*portal.*\n$/);
  assert.deepEqual([status(h, 'chromium').installed, status(h, 'firefox').installed], ['snap', 'snap']);
  assert.match(h.berth('browser', 'status').out, /^Chromium is a snap: /m);
  // Beside the snap there is one of the system.
  fs.mkdirSync(path.join(h.root, 'system'));
  putProgram(path.join(h.root, 'system/chromium'));
  h.env.PATH += `:${h.root}/system`;
  assert.equal(status(h, 'chromium').installed, 'yes');
});

test('a flatpak is known by its directory', (t) => {
  const h = withBrowsers(t, []);
  fs.mkdirSync(path.join(h.root, '.var/app/com.brave.Browser'), { recursive: true });
  assert.equal(status(h, 'brave').installed, 'flatpak');
  const { code, err } = h.berth('browser', 'install');
  assert.equal(code, 1);
  assert.match(err, /^Brave is a flatpak: .*\nberth: no browser found that can be served/);
});

// Runs `berth` where /etc is an empty one of its own.
const alone = ['unshare', '--map-root-user', '--mount'];
const canBeAlone = spawnSync(alone[0], [...alone.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', '/etc']).status === 0;
function inEmptySystem(h, mountOptions, script) {
  const { PATH } = process.env;
  const berth = `PATH=${h.env.PATH} ${h.bin}/berth`;
  const text = `umask 077; mount -t tmpfs -o ${mountOptions} tmpfs /etc; ${script.replaceAll('berth ', `${berth} `)}`;
  const { status: code, stdout: out, stderr: err } = spawnSync(alone[0], [...alone.slice(1), 'sh', '-c', text], {
    env: { ...h.env, PATH },
    encoding: 'utf8',
  });
  return { code, out, err };
}

test('--system registers for all users, and they see it', { skip: !canBeAlone && 'cannot mount' }, (t) => {
  const h = withBrowsers(t, ['brave', 'chrome', 'chromium', 'edge']);
  const directories = ['/etc/opt/chrome', '/etc/chromium', '/etc/opt/edge'].map((at) => `${at}/native-messaging-hosts`);
  const files = directories.map((at) => `${at}/${FILE}`);
  const { code, out, err } = inEmptySystem(h, 'mode=755', `
    berth browser install --system && stat -c %a ${directories.join(' ')} ${files.join(' ')}
    berth browser status --json; cat ${files[0]}; berth browser remove; ls ${files[0]}
    berth browser remove --system; ls ${directories.join(' ')}`);
  assert.equal(code, 0, err);
  const modes = '755\n755\n755\n644\n644\n644\n';
  const start = `${files.join('\n')}\n${modes}`;
  assert.ok(out.startsWith(start), out);
  const end = `${files[0]}\n${directories.toSorted().map((at) => `${at}:\n`).join('\n')}`;
  assert.ok(out.endsWith(end), out);
  const [statuses, manifest] = out.slice(start.length, -end.length).split('\n]\n');
  for (const { browser, scope, state } of JSON.parse(`${statuses}]`))
    assert.deepEqual([scope, state], browser === 'firefox' ? ['user', 'not registered'] : ['system', 'ready'], browser);
  assert.equal(JSON.parse(manifest).path, h.host);
});

test("a manifest of the user's hides that of the system", { skip: !canBeAlone && 'cannot mount' }, (t) => {
  const h = withBrowsers(t, ['chromium']);
  put(manifests(h).chromium, '{');
  const { out, err } = inEmptySystem(h, 'mode=755', 'berth browser install --system; berth browser status; berth browser status --system');
  assert.match(out, /^Chromium +yes +.*NativeMessagingHosts.* +wrong: /m, err);
  assert.match(out, /^Chromium +yes +\/etc\/chromium\/.* +ready$/m, err);
});

test('--system without the rights says what it takes', { skip: !canBeAlone && 'cannot mount' }, (t) => {
  const h = withBrowsers(t, ['chromium', 'edge']);
  const { code, out, err } = inEmptySystem(h, 'ro', 'berth browser install --system');
  assert.equal(code, 1);
  assert.equal(out, '');
  for (const directory of ['/etc/chromium', '/etc/opt'])
    assert.match(err, new RegExp(`^berth: make directory ${directory}: .*\nas root: berth browser install --system$`, 'm'));
});

test('status --system tells where each looks for those of all users', (t) => {
  const h = withBrowsers(t, []);
  assert.match(status(h, 'firefox', '--system').manifest, new RegExp(`^/usr/lib(64)?/mozilla/native-messaging-hosts/${FILE}$`));
  assert.equal(status(h, 'brave', '--system').manifest, status(h, 'chrome', '--system').manifest);
});

test('--extension-dir prints where the unpacked extension lies, or how to get it', (t) => {
  const h = withBrowsers(t, []);
  const directory = path.join(h.root, 'share/berth/extension');
  const none = h.berth('browser', '--extension-dir');
  assert.equal(none.code, 1);
  assert.match(none.err, new RegExp(`^berth: the extension was not built: ${directory}\nbuild Berth again`));
  fs.mkdirSync(path.join(directory, 'chromium'), { recursive: true });
  assert.deepEqual(h.berth('browser', '--extension-dir'), { code: 0, out: `${directory}\n`, err: '' });
  for (const args of [[], ['install', '--extension-dir'], ['bogus']]) {
    const { code, err } = h.berth('browser', ...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, /^berth: .+\n.+\n$/);
  }
});

test('doctor advises where no browser is registered, and finds a broken registration', (t) => {
  const h = withBrowsers(t, ['chromium', 'firefox']);
  const about = (name) => {
    const { checks } = JSON.parse(h.berth('doctor', '--json').out);
    const { status: level, message, fix } = checks.find((item) => item.check === 'browser' && item.subject === name) ?? {};
    return { level, message, fix };
  };
  assert.deepEqual([about('Chromium').level, about('Chromium').fix], ['note', 'berth browser install']);
  assert.equal(about('Brave').level, undefined);
  h.berth('browser', 'install');
  assert.deepEqual([about('Chromium').level, about('Firefox').level, about('Firefox').fix], ['ok', 'ok', null]);
  put(manifests(h).firefox, '{');
  const { level, message, fix } = about('Firefox');
  assert.deepEqual([level, fix], ['problem', 'berth browser install']);
  assert.match(message, new RegExp(`${manifests(h).firefox}: it is no JSON object; it tells the extension: ${NO_SUCH}`));
  assert.equal(h.berth('doctor').code, 1);
});
