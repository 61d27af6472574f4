// 现场检查 with or without a network. What is saved goes into a queue in this browser first (IndexedDB), each with its moment,
// its key and the version it was written over; the queue is sent when the network is there. A word that was typed leaves
// this browser only when the server has it, or when its writer says so.
"use strict";
(() => {
  const root = document.querySelector("[data-field]");
  if (!root || !window.indexedDB) return;
  const account = root.dataset.account;
  const matter = root.dataset.matter;
  const says = root.querySelector("[data-field-says]");
  const forms = [...root.querySelectorAll("form[data-item]")];
  const CACHE = "huisheng-field-1"; // as in worker.js

  // -- the queue ------------------------------------------------------------------------------------------------------
  const opened = new Promise((done, fail) => {
    const asked = indexedDB.open("huisheng-field", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("answers", { keyPath: "id", autoIncrement: true });
      asked.result.createObjectStore("typed", { keyPath: "id" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

  async function store(name, mode, act) {
    const base = await opened;
    return new Promise((done, fail) => {
      const change = base.transaction(name, mode);
      const asked = act(change.objectStore(name));
      change.oncomplete = () => done(asked && asked.result);
      change.onabort = change.onerror = () => fail(change.error);
    });
  }

  const everything = () => store("answers", "readonly", (rows) => rows.getAll());
  const mine = async () => (await everything()).filter((one) => one.account === account && one.matter === matter);
  const put = (row) => store("answers", "readwrite", (rows) => rows.put(row));
  const drop = (row) => store("answers", "readwrite", (rows) => rows.delete(row.id));
  const spot = (item) => `${account}:${matter}:${item}`;
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(18)), (one) => one.toString(16).padStart(2, "0")).join("");

  // -- one card -------------------------------------------------------------------------------------------------------
  const form = (item) => forms.find((one) => one.dataset.item === String(item));
  const line = (item) => form(item).querySelector("[data-item-says]");

  function words(one) {
    return { result: one.elements.result.value, note: one.elements.note.value, place: one.elements.place.value };
  }

  function show(one, kept) {
    one.elements.result.value = kept.result || "";
    one.elements.note.value = kept.note || "";
    one.elements.place.value = kept.place || "";
  }

  function lacks(said) {
    if (!said.result) return "请先选结果：符合、部分符合、不符合或未查。";
    if (said.result !== "meets" && !said.note.trim()) return "不符合、部分符合和未查的，请写明情况。";
    return "";
  }

  async function save(one) {
    const said = words(one);
    const item = one.dataset.item;
    const wrong = lacks(said);
    if (wrong) {
      line(item).textContent = wrong;
      one.elements.note.focus();
      return;
    }
    const photos = [...one.elements.photos.files].map((file) => ({ name: file.name, blob: file }));
    const waiting = (await mine()).filter((row) => row.item === item).pop();
    const row = { account, matter, item, url: one.action, base: Number(one.elements.base.value), key: newKey(),
      seen_at: new Date().toISOString(), tries: 0, state: "waiting", sentence: "", photos, ...said };
    if (waiting && (waiting.tries === 0 || waiting.state !== "waiting")) { // it did not arrive: the newer words take its place, the photos stay
      row.id = waiting.id;
      row.photos = [...waiting.photos, ...photos];
    }
    await put(row);
    await store("typed", "readwrite", (rows) => rows.delete(spot(item)));
    one.elements.photos.value = "";
    line(item).textContent = photos.length ? `存在本机了（照片${row.photos.length}张），等待送出。` : "存在本机了，等待送出。";
    await send();
  }

  // -- sending --------------------------------------------------------------------------------------------------------
  let sending = null;
  function send() {
    sending = (sending || Promise.resolve()).then(sendAll).catch(tell).then(tell);
    return sending;
  }

  async function ask() {
    const answer = await fetch(root.dataset.state, { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return { signedOut: true };
    if (answer.status === 404) return { off: true };
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  let trouble = "";
  async function sendAll() {
    trouble = "";
    let server;
    try {
      server = await ask();
    } catch {
      return; // no network: the queue waits
    }
    if (server.signedOut) { trouble = "登录已经过期。您写的都在本机，重新登录后自动送出。"; return; }
    if (server.off) { trouble = "您已不在这个监督组里。您写的还在本机，请告诉组长。"; return; }
    if (String(server.account) !== account) { trouble = "现在登录的是另一个账号。您写的还在本机，换回原来的账号后自动送出。"; return; }
    for (const row of await mine()) {
      if (row.state !== "waiting") continue;
      if (!(await sendOne(row, server.token))) break;
    }
    draw((await ask()).items);
  }

  async function sendOne(row, token) {
    const body = new FormData();
    for (const name of ["result", "note", "place", "base", "key", "seen_at"]) body.append(name, row[name]);
    for (const one of row.photos) body.append("photos", one.blob, one.name);
    row.tries += 1;
    await put(row);
    let answer;
    let told = {};
    try {
      answer = await fetch(row.url, { method: "POST", body, redirect: "manual",
        headers: { "X-CSRFToken": token, "X-Requested-With": "fetch" } });
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) told = await answer.json();
    } catch {
      return false; // the network went: sent again with the same key
    }
    if (answer.ok) {
      await drop(row);
      for (const later of (await mine()).filter((one) => one.item === row.item)) { // written over this one
        later.base = told.version;
        await put(later);
      }
      form(row.item).elements.base.value = told.version;
      line(row.item).textContent = "已送出。";
      return true;
    }
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403 || answer.status >= 500) return false;
    row.state = told.is_conflict && told.mine ? "conflict" : "refused";
    row.sentence = told.sentence || "没有记上，请检查后再存。";
    row.theirs = told.mine || null;
    await put(row);
    return true;
  }

  // -- what is shown --------------------------------------------------------------------------------------------------
  async function tell() {
    const rows = await mine();
    const held = rows.filter((one) => one.state === "waiting").length;
    const conflicts = rows.filter((one) => one.state === "conflict").length;
    const parts = [];
    if (held) parts.push(navigator.onLine ? `有 ${held} 项存在本机，等待送出。` : `没有网络。有 ${held} 项存在本机，网络恢复后自动送出。`);
    if (conflicts) parts.push(`有 ${conflicts} 项两处写得不同，请选一份。`);
    if (!parts.length) parts.push(navigator.onLine ? "写的都已送出。" : "没有网络，可以照常填写。");
    says.textContent = trouble || parts.join("");
    root.querySelector("[data-field-login]").hidden = !trouble.startsWith("登录");
    root.querySelector("[data-field-forget]").hidden = rows.length > 0;
    for (const one of forms) one.querySelector("[data-choice]")?.remove();
    for (const row of rows) {
      if (row.state === "refused") {
        line(row.item).textContent = `没有记上：${row.sentence}改好后再按“存”。`;
        discard(row);
      }
      if (row.state === "conflict") choice(row);
      if (row.state === "waiting") line(row.item).textContent = `存在本机了${row.photos.length ? `（照片${row.photos.length}张）` : ""}，等待送出。`;
    }
  }

  // the same person wrote the item on two phones: both stand side by side, and they say which one it is
  function choice(row) {
    const one = form(row.item);
    const box = document.createElement("div");
    box.className = "note";
    box.dataset.choice = "";
    box.setAttribute("role", "alert");
    const said = document.createElement("p");
    said.textContent = row.sentence;
    const here = document.createElement("p");
    here.textContent = `本机：${label(one, row.result)}。${row.note}`;
    const there = document.createElement("p");
    there.textContent = `已送出的：${row.theirs.label}。${row.theirs.note}`;
    const keep = button("用本机这一份", async () => {
      await put({ ...row, base: row.theirs.version, key: newKey(), state: "waiting", tries: 0 });
      await send();
    });
    const take = button("用已送出的", async () => {
      await drop(row);
      show(one, row.theirs);
      one.elements.base.value = row.theirs.version;
      await tell();
    });
    const acts = document.createElement("p");
    acts.className = "acts";
    acts.append(keep, take);
    box.append(said, here, there, acts);
    one.append(box);
  }

  function discard(row) {
    const box = document.createElement("p");
    box.dataset.choice = "";
    box.append(button("不送了，从本机删除这一份", async () => {
      await drop(row);
      line(row.item).textContent = "";
      await tell();
    }));
    form(row.item).append(box);
  }

  function label(one, result) {
    const box = [...one.elements.result].find((each) => each.value === result);
    return box ? box.labels[0].textContent.trim() : result;
  }

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  // what the others answered meanwhile
  function draw(items) {
    for (const one of forms) {
      const told = items && items[one.dataset.item];
      const list = root.querySelector(`[data-others="${one.dataset.item}"]`);
      if (!told || !list) continue;
      list.replaceChildren(...told.others.map((other) => {
        const row = document.createElement("li");
        row.textContent = `${other.name}：${other.label}。${other.note}`;
        return row;
      }));
      root.querySelector(`[data-disputed="${one.dataset.item}"]`).hidden = !told.disputed;
    }
  }

  // -- typed and not saved yet ----------------------------------------------------------------------------------------
  const later = new Map();
  function typed(one) {
    clearTimeout(later.get(one));
    later.set(one, setTimeout(() => store("typed", "readwrite", (rows) => rows.put({ ...words(one), id: spot(one.dataset.item) })), 300));
  }

  async function restore() {
    const rows = await mine();
    for (const one of forms) {
      const waiting = rows.filter((row) => row.item === one.dataset.item).pop();
      const kept = await store("typed", "readonly", (all) => all.get(spot(one.dataset.item)));
      if (waiting) show(one, waiting);
      if (kept) {
        show(one, kept);
        line(one.dataset.item).textContent = "上次写了没有存，写的都在。";
      }
    }
  }

  // -- the copy of this page ------------------------------------------------------------------------------------------
  async function keepPage() {
    if (!("serviceWorker" in navigator) || !window.caches) return;
    await navigator.serviceWorker.register(root.dataset.worker, { scope: "/supervision/" });
    const cache = await caches.open(CACHE);
    const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")].map((one) => one.href);
    files.push(...[...document.scripts].filter((one) => one.src).map((one) => one.src));
    files.push(...[...document.querySelectorAll("svg use")].map((one) => new URL(one.getAttribute("href"), location).href.split("#")[0]));
    await Promise.all([location.pathname, ...new Set(files)].map((file) => cache.add(file)));
    root.querySelector("[data-field-ready]").hidden = false;
  }

  root.querySelector("[data-field-forget] button").addEventListener("click", async () => {
    await caches.delete(CACHE);
    for (const one of await navigator.serviceWorker.getRegistrations()) {
      if (new URL(one.scope).pathname === "/supervision/") await one.unregister();
    }
    root.querySelector("[data-field-ready]").hidden = true;
    says.textContent = "已从这台手机删除。";
  });

  for (const one of forms) {
    one.addEventListener("submit", (event) => {
      event.preventDefault();
      save(one).catch(() => { line(one.dataset.item).textContent = "这台手机存不下了。请不要离开这一页，腾出空间后再按“存”。"; });
    });
    one.addEventListener("input", () => typed(one));
  }
  addEventListener("online", send);
  addEventListener("offline", tell);
  restore().then(send);
  if (navigator.onLine) keepPage().catch(() => { /* no room, or not allowed: the page works while it is open */ });
})();
