// Answers whoever asks for a service worker's script: the gateway has none, so
// what asks is one that an earlier owner of this port left behind. It goes, and
// takes its caches along; what it controlled is loaded anew, from the gateway.
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(leave()));

async function leave() {
  await self.clients.claim();
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
  for (const client of await self.clients.matchAll({ type: 'window' })) {
    client.navigate(client.url);
  }
}
