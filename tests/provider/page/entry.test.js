// The package's own entry, on a server and on a page.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as berth from 'berth-provider';
import { listen } from './support/page.js';
import { FakeWindow } from './support/fake_window.js';

test('on a server it does nothing, and says so where it cannot', async () => {
  berth.announce()();
  assert.equal(await berth.restore(), null);
  await assert.rejects(berth.pick(), { name: 'BerthError', code: 'no_window' });
});

test('the entry of pages has what its declarations say', () => {
  assert.deepEqual(Object.keys(berth).sort(), [
    'BerthError', 'ProviderRpcError', 'announce', 'isBerthError',
    'isProviderRpcError', 'pick', 'restore',
  ]);
});

test('on a page its calls share one popup and one announcement', async (t) => {
  const window = new FakeWindow('https://dapp.example/');
  globalThis.window = window;
  t.after(() => delete globalThis.window);
  const details = listen(window);
  const undo = berth.announce({ gateway: 'http://127.0.0.1:4000' });
  assert.equal(berth.announce(), undo);
  await window.advance(0);
  assert.equal(details.size, 1);
  window.blocksPopups = true;
  await assert.rejects(berth.pick(), { code: 'popup_blocked' });
  window.blocksPopups = false;
  const picking = berth.pick({ timeoutMs: 1000 });
  assert.match(window.popup.opened.url, /^http:\/\/[\da-f-]{36}\.localhost:4000\/pick$/);
  const failed = assert.rejects(picking, { code: 'timeout' });
  await window.advance(1000);
  await failed;
  undo();
  await window.advance(400);
  assert.equal(window.leftovers, 0);
});
