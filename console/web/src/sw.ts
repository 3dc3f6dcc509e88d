// The service worker. It keeps what the page without a network needs, and nothing that is anybody's.
/// <reference lib="webworker" />
interface Built { version: string; offline: string; static: string; kept: string[] }
declare const self: ServiceWorkerGlobalScope & { BUILT: Built };

const { version, offline, kept } = self.BUILT;
const OURS = "dialform-";
const store = OURS + version;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(store).then((cache) =>
    cache.addAll(kept.map((path) => new Request(path, { cache: "reload", credentials: "omit" })))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(OURS) && name !== store) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "now") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () =>
      (await caches.match(offline)) ?? new Response("There is no network.", { status: 503 })));
    return;
  }
  const { pathname, search } = new URL(request.url);
  if (kept.includes(pathname + search)) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  }
});

// A message of the phone was clicked: to the window that rings.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((windows) => windows[0]?.focus()));
});

export {};
