// Who may speak to the background.
import assert from 'node:assert/strict';
import test from 'node:test';
import { kSite, World } from './support/world.js';

const kRefused = {
  'an opaque origin': { origin: 'null' },
  'no origin': { origin: undefined },
  'an extension': { origin: 'chrome-extension://other' },
  'a file': { origin: 'file://' },
  'a URL in place of an origin': { origin: 'https://dapp.example/x' },
  'a frame': { frameId: 7 },
  'no tab': { tab: undefined },
};

for (const [name, sender] of Object.entries(kRefused)) {
  test(`${name} is refused and told nothing`, async () => {
    const world = new World();
    world.host.run('alice');
    world.host.grant('alice', String(sender.origin ?? kSite));
    const page = world.page(kSite, sender);
    page.say({ type: 'link' });
    page.say({ type: 'ask', id: 'q', want: 'choose' }, { active: true });
    await world.advance(10_000);
    assert.ok(page.isCut);
    assert.deepEqual(page.heard, []);
    assert.equal(world.host.starts, 0);
    assert.equal(world.browser.windows.created.length, 0);
  });
}

for (const name of ['window', 'popup']) {
  const kStrangers = {
    'a web page': { origin: kSite, url: `${kSite}/` },
    'an opaque origin': { origin: 'null', url: 'chrome-extension://berth/x' },
    'another extension': { origin: 'chrome-extension://other' },
    'an extension whose id begins like ours':
      { origin: 'chrome-extension://berthx' },
    'a page without an origin': { url: `${kSite}/chrome-extension://berth/` },
    'a sender of nothing': {},
  };
  for (const [who, sender] of Object.entries(kStrangers)) {
    test(`${who} cannot be the ${name}`, async () => {
      const world = new World();
      world.host.run('alice');
      const face = world.face(name, { frameId: 0, tab: { id: 1 }, ...sender });
      face.say({ type: 'stop', profile: 'alice' });
      await world.settle();
      assert.ok(face.isCut);
      assert.deepEqual(face.heard, []);
      assert.equal(world.host.starts, 0);
    });
  }
}

test('the extension\'s own pages are believed, with an origin and without',
  async () => {
    const world = new World();
    const chromium = world.face();
    const firefox =
      world.face('popup', { url: 'chrome-extension://berth/popup/popup.html' });
    await world.settle();
    assert.equal(chromium.state.ask, null);
    assert.equal(firefox.state.site, kSite);
  });

test('a port of an unknown name is refused', async () => {
  const world = new World();
  const face = world.face('admin');
  await world.settle();
  assert.ok(face.isCut);
});

test('what is no message of a page changes nothing', async () => {
  const world = new World();
  world.host.run('alice');
  const page = await world.linked();
  const kOdd = [
    '', 'x', '1', 'null', '[]', '{}', '{"type":"__proto__"}',
    '{"type":"toString"}', '{"type":["link"]}', '{"type":"ask"}',
    '{"type":"ask","id":"","want":"choose"}',
    '{"type":"ask","id":"a","want":"steal"}',
    '{"type":"ask","id":"a","want":"resume"}',
    `{"type":"ask","id":"${'a'.repeat(257)}","want":"choose"}`,
    '{"__proto__":{"type":"ask","id":"a","want":"choose"}}',
    '{"type":"rpc","rdns":"app.berth.bx","text":{}}',
    '{"type":"rpc","rdns":"__proto__","text":"{}"}',
    '{"type":"close","rdns":7}', '{"type":"withdraw"}',
  ];
  const before = page.heard.length;
  for (const text of kOdd) page.port.postMessage({ text, active: true });
  for (const text of [null, 7, {}]) page.port.postMessage({ text });
  await world.settle();
  assert.equal(page.heard.length, before);
  assert.equal(world.browser.windows.created.length, 0);
});
