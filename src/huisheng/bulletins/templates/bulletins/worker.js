// The shelf of a reader: issues chosen to be kept on this phone (offline.js puts them there). The network comes first;
// the shelf answers only where there is none, for the house's first page and the pages of issues. Signing out empties it.
"use strict";
const HOME = "{% url 'home' %}";
const ISSUES = "{% url 'bulletins:list' %}";
const SHELF = "{% url 'bulletins:kept' %}";
const LEAVING = "{% url 'account_logout' %}";
const SHELVES = "kept-";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

const shelves = async () => (await caches.keys()).filter((name) => name.startsWith(SHELVES));
const forget = async () => Promise.all((await shelves()).map((name) => caches.delete(name)));
const copyOf = (path) => {
  const found = path.slice(ISSUES.length).match(/^(\d+)\//);
  return found ? `${ISSUES}${found[1]}/copy/` : "";
};

async function kept(path) {
  for (const name of await shelves()) {
    const shelf = await caches.open(name);
    const found = await shelf.match(path);
    const until = found && found.headers.get("X-Kept-Until");
    if (until && Date.parse(until) < Date.now()) await shelf.delete(path);
    else if (found) return found;
  }
  return undefined;
}

async function drop(path) {
  for (const name of await shelves()) await (await caches.open(name)).delete(path);
}

// what the house refuses to show is not shown by the phone either
async function mind(path, status) {
  if (status !== 404 && status !== 403) return;
  if (path === ISSUES || path === SHELF) await forget();
  else if (copyOf(path)) await drop(copyOf(path));
}

async function withoutNetwork(path) {
  for (const place of [copyOf(path), SHELF]) {
    const found = place && await kept(place);
    if (found) return place === path ? found : Response.redirect(place);
  }
  return Response.error();
}

async function page(event, path) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(mind(path, answer.status));
    return answer;
  } catch {
    return withoutNetwork(path);
  }
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (path === LEAVING && request.method === "POST") {
    event.waitUntil(forget());
  } else if (request.method === "GET" && request.mode === "navigate" && (path === HOME || path.startsWith(ISSUES))) {
    event.respondWith(page(event, path));
  } else if (request.method === "GET" && path.startsWith("/static/") && request.referrer) {
    // the look of a kept page is kept with it
    const from = new URL(request.referrer).pathname;
    if (from === SHELF || (from.startsWith(ISSUES) && from.endsWith("/copy/")))
      event.respondWith(kept(path).then((found) => found || fetch(request)));
  }
});
