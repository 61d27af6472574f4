// Single-key verbs for staff. A page declares them: data-key="c", "g q", "Shift+1", "Ctrl+Enter" on a link, button or
// field. Off while somebody types, and off for good when turned off (WCAG 2.1.4); "?" lists them.
"use strict";
(() => {
  const root = document.documentElement;
  const PAUSE = 1200; // ms between the two keys of "g q"
  let first = "";
  let timer = 0;

  const isOn = () => root.dataset.keys === "on";
  const typing = (target) => target.closest && (
    target.closest("textarea, select, [contenteditable]:not([contenteditable=false]), [role=combobox]") ||
    (target.matches("input") && !/^(checkbox|radio|button|submit|reset|range)$/.test(target.type)));

  function nameOf(event) {
    let key = event.key;
    if (event.shiftKey && /^Digit\d$/.test(event.code)) key = event.code.slice(5);
    const parts = [];
    if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
    if (event.altKey) parts.push("Alt");
    if (event.shiftKey && (key.length > 1 || /\d/.test(key))) parts.push("Shift");
    parts.push(key.length === 1 && !event.shiftKey ? key.toLowerCase() : key);
    return parts.join("+");
  }

  const visible = (element) => element.getClientRects().length > 0;
  const declared = () => [...document.querySelectorAll("[data-key]")].filter((e) => visible(e) || e.dataset.key.includes(" "));
  const find = (name) => declared().find((e) => e.dataset.key === name && !e.disabled);

  function press(element) {
    if (element.matches("input:not([type=checkbox]):not([type=radio]), select, textarea")) {
      element.focus();
      if (element.select) element.select();
    } else element.click();
  }

  // -- the rows of a list: j k o x
  const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter(visible);
  const here = () => rows().find((row) => row.classList.contains("at"));
  function move(by) {
    const list = rows();
    if (!list.length) return;
    const at = list.indexOf(here());
    const next = list[Math.min(list.length - 1, Math.max(0, at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by))];
    list.forEach((row) => row.classList.toggle("at", row === next));
    const link = next.querySelector("a[href], button");
    (link || next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    next.dispatchEvent(new CustomEvent("row:at", { bubbles: true }));
  }
  const BUILT_IN = {
    j: ["下一行", () => move(1)],
    k: ["上一行", () => move(-1)],
    o: ["打开这一行", () => here()?.querySelector("a[href]")?.click()],
    x: ["选中这一行", () => here()?.querySelector("input[type=checkbox]")?.click()],
    "/": ["搜索", () => document.getElementById("find")?.focus()],
    "?": ["这份说明", () => help()],
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const name = nameOf(event);
    const modified = /^(Ctrl|Alt)\+/.test(name);
    if (!modified && (!isOn() || typing(event.target) || event.target.closest("dialog"))) return;
    const pair = first ? find(`${first} ${name}`) : null;
    first = "";
    const target = pair || find(name);
    if (target) {
      event.preventDefault();
      return press(target);
    }
    if (!modified && declared().some((e) => e.dataset.key.startsWith(`${name} `))) {
      first = name;
      clearTimeout(timer);
      timer = setTimeout(() => (first = ""), PAUSE);
      return;
    }
    if (!modified && BUILT_IN[name]) {
      event.preventDefault();
      BUILT_IN[name][1]();
    }
  });

  function line(list, key, label) {
    const term = document.createElement("dt");
    for (const part of key.split(" ")) {
      const one = document.createElement("kbd");
      one.textContent = part;
      term.append(one, " ");
    }
    const told = document.createElement("dd");
    told.textContent = label;
    list.append(term, told);
  }

  function help() {
    const dialog = document.createElement("dialog");
    dialog.className = "helper";
    dialog.setAttribute("aria-labelledby", "keys-title");
    const title = document.createElement("h2");
    title.id = "keys-title";
    title.textContent = "键盘操作";
    const list = document.createElement("dl");
    const seen = new Set();
    for (const element of declared()) {
      const label = element.dataset.keyLabel || element.getAttribute("aria-label") || element.textContent.trim().replace(/\s+/g, " ");
      if (!label || seen.has(element.dataset.key)) continue;
      seen.add(element.dataset.key);
      line(list, element.dataset.key, label.slice(0, 40));
    }
    for (const [key, [label]] of Object.entries(BUILT_IN)) if (!seen.has(key)) line(list, key, label);
    line(list, "Ctrl+K", "找页面、找提案、找人");
    const off = document.createElement("p");
    off.className = "hint";
    off.textContent = "写字时单键不起作用。要整个关掉，请点右上角“字号”里的“单键操作”。";
    const close = document.createElement("button");
    close.className = "button";
    close.textContent = "关闭";
    close.addEventListener("click", () => dialog.close());
    dialog.append(title, list, off, close);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }
})();
