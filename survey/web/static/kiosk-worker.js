/* Lets a tablet start without network: the newest copy of its page and of what it loads. Nobody's answers are here. */
"use strict";

const STORE = "kiosk";
const PATIENCE = 8000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// Every page and file of ours names a content policy; a hotspot's does not.
const isOurs = (response) => response.ok && !response.redirected && response.headers.has("Content-Security-Policy");

async function answer(request) {
  const patience = new AbortController();
  const waiting = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const response = await fetch(request, { signal: patience.signal });
    if (isOurs(response)) await (await caches.open(STORE)).put(request, response.clone());
    else if (response.status < 500 && response.headers.has("Content-Security-Policy")) return response;
    else throw new Error("not ours");
    return response;
  } catch (fault) {
    const kept = await caches.match(request, { ignoreVary: true });
    return kept || Response.error();
  } finally {
    clearTimeout(waiting);
  }
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  const isLocal = address.origin === self.location.origin;
  if (event.request.method === "GET" && isLocal) event.respondWith(answer(event.request));
});
