// The service worker of 现场检查. Scope: /supervision/. It keeps the checklist pages and the files they are drawn with,
// so that a page opens again where there is no network. It answers nothing else, sends nothing and keeps no answers
// (those lie in the page's own queue, field.js). A new version of this file has a new name of its cache.
"use strict";
const CACHE = "huisheng-field-1";
const FIELD = /^\/supervision\/\d+\/field\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("huisheng-field-") && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && FIELD.test(url.pathname)) event.respondWith(page(request, url.pathname));
  else if (url.pathname.startsWith("/static/")) event.respondWith(drawn(request));
});

// the network first; what it says replaces the copy, and a page that is not given any more (signed out, off the team) goes
async function page(request, path) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && answer.type === "basic") await cache.put(path, answer.clone());
    else if (answer.status !== 0 && answer.status < 500) await cache.delete(path);
    return answer;
  } catch (problem) {
    const kept = await cache.match(path);
    if (kept) return kept;
    throw problem;
  }
}

async function drawn(request) {
  try {
    return await fetch(request);
  } catch (problem) {
    const kept = await (await caches.open(CACHE)).match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw problem;
  }
}
