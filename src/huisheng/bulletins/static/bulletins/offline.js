// 存下离线看: an issue the reader chooses is kept on this phone, with the look it needs; worker.js shows it without network.
// Kept by reader; what the house no longer shows this reader, and what belongs to another, goes.
"use strict";
(() => {
  const place = document.querySelector("[data-keep], [data-shelf]");
  if (!place || !("serviceWorker" in navigator) || !window.caches) return;
  const { worker, allowed, here } = place.dataset;
  const MOST = 12;
  const SHELVES = "kept-";
  const mine = SHELVES + document.documentElement.dataset.reader;
  const says = document.querySelector("[data-kept-says]");
  const say = (text) => { if (says) says.textContent = text; };
  const isCopy = (path) => /\/\d+\/copy\/$/.test(path);
  const numberOf = (path) => path.match(/\/(\d+)\/copy\/$/)[1];

  const get = async (path) => {
    const answer = await fetch(path, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok || answer.redirected) throw new Error("refused");
    return answer;
  };

  async function copies() {
    if (!(await caches.has(mine))) return [];
    const shelf = await caches.open(mine);
    const rows = [];
    for (const request of await shelf.keys()) {
      const path = new URL(request.url).pathname;
      if (!isCopy(path)) continue;
      const { headers } = await shelf.match(request);
      const until = new Date(headers.get("X-Kept-Until"));
      if (until < new Date()) await shelf.delete(request);
      else rows.push({ path, until, title: decodeURIComponent(headers.get("X-Kept-Title") || "") });
    }
    return rows;
  }

  async function forgetAll() {
    for (const name of await caches.keys()) if (name.startsWith(SHELVES)) await caches.delete(name);
    const known = await navigator.serviceWorker.getRegistration("/");
    if (known && new URL(known.active?.scriptURL || worker, location).pathname === worker) await known.unregister();
  }

  async function drop(path) {
    await (await caches.open(mine)).delete(path);
    if (!(await copies()).length) await forgetAll();
  }

  // a page and what its look asks for
  async function put(shelf, path) {
    const answer = await get(path);
    const text = await answer.clone().text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const looks = [...page.querySelectorAll("link[href], script[src]")].map((one) => one.getAttribute("href") || one.getAttribute("src"));
    await shelf.addAll(looks.filter((link) => link.startsWith("/static/")));
    await shelf.put(path, answer);
  }

  async function keep(path) {
    await navigator.serviceWorker.register(worker, { scope: "/" });
    await navigator.serviceWorker.ready;
    const shelf = await caches.open(mine);
    await put(shelf, here);
    await put(shelf, path);
    const rows = await copies();
    for (const old of rows.slice(0, Math.max(0, rows.length - MOST))) await shelf.delete(old.path);
  }

  // asked whenever there is a network: what of this may still be here?
  async function mind() {
    for (const name of await caches.keys()) if (name.startsWith(SHELVES) && name !== mine) await caches.delete(name);
    const rows = await copies();
    if (!rows.length) return forgetAll();
    let answer;
    try {
      answer = await fetch(`${allowed}?${rows.map((row) => `pk=${numberOf(row.path)}`).join("&")}`, { credentials: "same-origin", cache: "no-store" });
    } catch {
      return undefined; // no network: what is kept stays until its day
    }
    if (answer.redirected || [401, 403, 404].includes(answer.status)) return forgetAll();
    if (!answer.ok) return undefined;
    const { issues } = await answer.json();
    for (const row of rows) if (!issues.includes(Number(numberOf(row.path)))) await drop(row.path);
    return undefined;
  }

  const shanghai = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric" });
  const day = (moment) => {
    const parts = Object.fromEntries(shanghai.formatToParts(moment).map((one) => [one.type, one.value]));
    return `${parts.month}月${parts.day}日`;
  };

  async function showButton() {
    const row = (await copies()).find((one) => one.path === place.dataset.keep);
    place.textContent = row ? "已存下，删去" : "存下离线看";
    place.setAttribute("aria-pressed", String(Boolean(row)));
    place.hidden = false;
    return row;
  }

  async function press() {
    place.disabled = true;
    try {
      if (await showButton()) {
        await drop(place.dataset.keep);
        say("已从这台手机删去。");
      } else {
        await keep(place.dataset.keep);
        const row = (await copies()).find((one) => one.path === place.dataset.keep);
        say(`已存在这台手机上，${day(row.until)}以前没有网络也能看；退出登录就删去。`);
      }
    } catch {
      say("没有存下，请看看网络再试一次。也可以下载 PDF。");
    }
    place.disabled = false;
    showButton();
  }

  async function showShelf() {
    const rows = await copies();
    place.replaceChildren(...rows.reverse().map((row) => {
      const line = document.createElement("li");
      line.className = "panel";
      const head = document.createElement("h2");
      const link = document.createElement("a");
      link.href = row.path;
      link.textContent = row.title;
      head.append(link);
      const until = document.createElement("p");
      until.className = "quietly";
      until.textContent = `${day(row.until)}以前可看`;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet";
      button.textContent = "删去";
      button.setAttribute("aria-label", `删去${row.title}`);
      button.addEventListener("click", async () => {
        await drop(row.path);
        say("已从这台手机删去。");
        showShelf();
      });
      line.append(head, until, button);
      return line;
    }));
    document.querySelector("[data-empty]").hidden = rows.length > 0;
  }

  const show = () => (place.dataset.keep ? showButton() : showShelf());
  if (place.dataset.keep) place.addEventListener("click", press);
  show().then(mind).then(show);
})();
