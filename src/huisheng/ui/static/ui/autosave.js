// What a person types is never lost: every five seconds and on leaving a field it goes to the server; what the server
// could not take stays on this device and is offered back. Forms say so with data-autosave="URL" (and data-place);
// every other form with room for words keeps them on this device alone until they are sent. A field with data-unkept
// (a telephone), a whole form with it (an answer without a name) are kept nowhere.
"use strict";
(() => {
  const EVERY = 5000;
  const SKIP = new Set(["csrfmiddlewaretoken", "version", "key", "stage", "next"]);
  const hasWords = (form) => form.dataset.autosave !== undefined ||
    (form.querySelector("textarea") && !form.querySelector("[type=password]") && !form.matches("[data-repeat], [data-unkept]"));
  const forms = [...document.querySelectorAll("main form[method=post]")].filter(hasWords);

  const words = (form) => [...new FormData(form)].filter(([name, value]) =>
    typeof value === "string" && !SKIP.has(name) && !/password/i.test(name) &&
    form.elements[name]?.dataset?.unkept === undefined);
  // by person: on a shared machine nobody is offered another's words
  const placeOf = (form) => form.dataset.place ||
    (form.dataset.autosave !== undefined ? location.pathname : form.getAttribute("action") || location.pathname + location.search);
  const shelf = (form) => `typed:${document.documentElement.dataset.reader}:${placeOf(form)}`;
  const clock = () => new Date().toTimeString().slice(0, 5);

  function keepHere(form, fields) {
    try { localStorage.setItem(shelf(form), JSON.stringify({ at: Date.now(), fields })); } catch { /* storage is full or off */ }
  }
  function forgetHere(form) {
    try { localStorage.removeItem(shelf(form)); } catch { /* storage is off */ }
  }
  function keptHere(form) {
    try { return JSON.parse(localStorage.getItem(shelf(form))); } catch { return null; }
  }

  function watch(form) {
    const first = JSON.stringify(words(form));
    let last = first;
    let busy = false;
    const line = form.querySelector("[data-saved]");
    const say = (text, failed) => {
      if (!line) return;
      line.textContent = text;
      line.classList.toggle("failed", Boolean(failed));
    };

    async function save() {
      const fields = words(form);
      const now = JSON.stringify(fields);
      if (busy || now === last || form.dataset.sent) return;
      if (form.dataset.autosave === undefined) {
        last = now;
        return now === first ? forgetHere(form) : keepHere(form, fields);
      }
      busy = true;
      const body = new URLSearchParams(fields);
      body.set("place", form.dataset.place || "");
      for (const name of ["csrfmiddlewaretoken", "version"]) {
        if (form.elements[name]) body.set(name, form.elements[name].value);
      }
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "error",
          keepalive: now.length < 20000, // lets the last words arrive although the page is left
        });
        const told = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Error(told.sentence || "");
        last = now;
        forgetHere(form);
        if (told.version !== undefined && form.elements.version) form.elements.version.value = told.version;
        say(`已保存 ${told.saved_at || clock()}`);
      } catch (error) {
        keepHere(form, fields);
        say(error.message && !/fetch|network|redirect/i.test(error.message) ? error.message
          : `暂时没能保存到服务器，内容已留在这台设备上（${clock()}）`, true);
      } finally {
        busy = false;
      }
    }

    setInterval(save, EVERY);
    form.addEventListener("focusout", save);
    document.addEventListener("visibilitychange", () => document.hidden && save());
    addEventListener("online", save);
    // going away with unsaved words: keep them here, the page may not live to hear the server
    addEventListener("pagehide", () => {
      const fields = words(form);
      if (!form.dataset.sent && JSON.stringify(fields) !== last) keepHere(form, fields);
    });
    form.addEventListener("submit", () => {
      keepHere(form, words(form));
      try { sessionStorage.setItem("sent", shelf(form)); } catch { /* storage is off */ }
    });
    offer(form, () => { last = ""; save(); });
  }

  // the words of a sent form are kept until a page that is neither that form nor an error shows that they arrived
  function arrived() {
    try {
      const sent = sessionStorage.getItem("sent");
      sessionStorage.removeItem("sent");
      const again = forms.some((form) => shelf(form) === sent) && !document.querySelector("#says .success");
      if (sent && !again && !document.querySelector("main.failed")) localStorage.removeItem(sent);
    } catch { /* storage is off */ }
  }

  function offer(form, then) {
    const kept = keptHere(form);
    if (!kept || JSON.stringify(kept.fields) === JSON.stringify(words(form))) return forgetHere(form);
    const when = new Date(kept.at);
    const box = document.createElement("div");
    box.className = "note";
    box.setAttribute("role", "status");
    const text = document.createElement("p");
    text.textContent = `这台设备上还留着您 ${when.getMonth() + 1}月${when.getDate()}日 ${when.toTimeString().slice(0, 5)} 写的内容，没有保存到服务器。`;
    const take = document.createElement("button");
    const drop = document.createElement("button");
    for (const [button, label] of [[take, "放回来"], [drop, "不要了"]]) {
      button.type = "button";
      button.className = "button";
      button.textContent = label;
    }
    take.addEventListener("click", () => { putBack(form, kept.fields); box.remove(); then(); });
    drop.addEventListener("click", () => { forgetHere(form); box.remove(); });
    const row = document.createElement("p");
    row.className = "acts";
    row.append(take, drop);
    box.append(text, row);
    form.prepend(box);
  }

  function putBack(form, fields) {
    const given = new Map();
    for (const [name, value] of fields) given.set(name, [...(given.get(name) || []), value]);
    for (const list of form.querySelectorAll("[data-texts]")) {
      const wanted = (given.get(list.querySelector("textarea").name) || []).length;
      const add = list.parentElement.querySelector("[data-texts] + button");
      while (add && list.children.length < wanted) add.click();
    }
    for (const field of form.elements) {
      if (!field.name || SKIP.has(field.name) || field.type === "file") continue;
      const values = given.get(field.name);
      if (field.type === "checkbox" || field.type === "radio") field.checked = Boolean(values && values.includes(field.value));
      else if (values) field.value = values.shift() ?? field.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  arrived();
  forms.forEach(watch);

  function offline() {
    let bar = document.querySelector(".offline");
    if (navigator.onLine) return bar && bar.remove();
    if (bar) return;
    bar = document.createElement("p");
    bar.className = "offline";
    bar.setAttribute("role", "status");
    bar.textContent = "现在没有网络。您写的内容留在这台设备上，恢复后自动保存。";
    document.querySelector(".frame").prepend(bar);
  }
  addEventListener("online", offline);
  addEventListener("offline", offline);
  offline();
})();
