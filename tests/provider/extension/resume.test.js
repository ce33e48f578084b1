// A page asks for a profile that it was granted before.
import assert from 'node:assert/strict';
import test from 'node:test';
import { rdnsOf } from './support/fake_host.js';
import { kSite, World } from './support/world.js';

const created = ({ browser }) => browser.windows.created.length;

test('what is granted is resumed without a question', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const page = world.page();
  const rdns = rdnsOf('alice', kSite);
  page.say({ type: 'link' });
  // Before the host has said anything.
  page.say({ type: 'ask', id: 'q', want: 'resume', rdns });
  await world.settle();
  assert.equal(page.last('picked').info.rdns, rdns);
  assert.equal(page.all('opened').length, 1);
  assert.equal(created(world), 0);
  assert.deepEqual(world.host.asked('grant'), []);
});

test('resuming what was not granted is a question; so is another\'s rdns',
  async () => {
    const world = new World();
    world.host.run('alice');
    world.host.grant('alice', 'https://other.example');
    for (const origin of [kSite, 'https://other.example']) {
      const rdns = rdnsOf('alice', origin);
      const { page, face } = await world.asking(
        `https://${created(world)}.example`, { want: 'resume', rdns });
      await world.advance(3000);
      assert.equal(page.last('picked'), undefined);
      assert.deepEqual(page.all('opened'), []);
      assert.notEqual(face.state.ask, null);
    }
  });

test('who asks for a choice is asked, whatever is granted', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const rdns = rdnsOf('alice', kSite);
  const { page, face } = await world.asking(kSite, { rdns });
  assert.equal(page.last('picked'), undefined);
  assert.equal(face.state.ask.origin, kSite);
});

test('what was granted and does not run is a question', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const page = await world.linked();
  world.host.stop('alice');
  await world.settle();
  const rdns = rdnsOf('alice', kSite);
  page.say({ type: 'ask', id: 'q', want: 'resume', rdns });
  await world.settle();
  assert.equal(page.last('picked'), undefined);
  assert.equal(created(world), 1);
});

test('a resume that was granted ends an older question of its page', async () => {
  const world = new World();
  world.host.run('alice');
  world.host.grant('alice', kSite);
  const { page, face } = await world.asking(kSite);
  page.say({
    type: 'ask', id: 'q2', want: 'resume', rdns: rdnsOf('alice', kSite),
  });
  await world.settle();
  assert.equal(page.last('picked').id, 'q2');
  assert.equal(face.state.ask, null);
});

test('a resume that is withdrawn, or whose page goes, before the host answers ' +
  'asks nobody', async () => {
  const world = new World();
  world.host.isSilent = true;
  const [one, two] = [world.page(), world.page()];
  for (const page of [one, two]) {
    page.say({ type: 'ask', id: 'q', want: 'resume', rdns: 'app.berth.bx' });
  }
  await world.settle();
  one.say({ type: 'withdraw', id: 'q' });
  two.leave();
  await world.advance(5000);
  assert.equal(created(world), 0);
  assert.equal(one.told.length, 0);
});
