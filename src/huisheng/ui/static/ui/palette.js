// Ctrl+K: go anywhere by a few letters. The rooms are known at once; proposals and people come from data-palette
// (GET ?q= -> {"items": [{"title", "hint", "url"}]}).
"use strict";
(() => {
  const source = document.documentElement.dataset.palette;
  let dialog = null;

  const rooms = () => [...document.querySelectorAll(".side a[href]")].map((link) => ({
    title: (link.querySelector("span") || link).firstChild.textContent.trim(), hint: link.dataset.key || "", url: link.getAttribute("href"),
  }));

  function open() {
    if (dialog) return;
    dialog = document.createElement("dialog");
    dialog.className = "palette";
    dialog.setAttribute("aria-label", "找页面、找提案、找人");
    const box = document.createElement("input");
    Object.assign(box, { type: "text", autocomplete: "off", maxLength: 100 });
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list",
      "aria-label": "输入页面名、案号、案由、人名或拼音首字母",
    })) box.setAttribute(name, value);
    const list = document.createElement("ul");
    list.id = "palette-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "结果");
    const says = document.createElement("p");
    says.className = "palette-says";
    says.setAttribute("role", "status");
    dialog.append(box, list, says);
    document.body.append(dialog);

    let items = [];
    let at = 0;
    let turn = 0;
    let timer = 0;
    const mark = () => {
      [...list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === at)));
      const row = list.children[at];
      box.setAttribute("aria-activedescendant", row ? row.id : "");
      if (row) row.scrollIntoView({ block: "nearest" });
    };
    const show = (found) => {
      items = found;
      at = 0;
      list.replaceChildren(...found.map((item, i) => {
        const row = document.createElement("li");
        row.id = `palette-${i}`;
        row.setAttribute("role", "option");
        const title = document.createElement("span");
        title.textContent = item.title;
        const hint = document.createElement("small");
        hint.textContent = item.hint || "";
        row.append(title, hint);
        row.addEventListener("click", () => go(item));
        return row;
      }));
      says.textContent = found.length ? "" : "没有找到。按回车可搜索全文。";
      mark();
    };
    const go = (item) => {
      // only addresses of our own
      const url = item ? new URL(item.url, location.href) : null;
      if (url && url.origin === location.origin) return location.assign(url);
      const form = document.querySelector(".find-box form");
      if (form && box.value.trim()) (form.elements.q.value = box.value), form.submit();
    };
    const ask = async () => {
      const wanted = box.value.trim();
      const near = rooms().filter((room) => room.title.includes(wanted));
      show(near);
      if (!wanted || !source) return;
      const mine = ++turn;
      try {
        const answer = await fetch(`${source}?q=${encodeURIComponent(wanted)}`, { headers: { Accept: "application/json" } });
        const told = await answer.json();
        if (mine === turn && dialog) show([...near, ...(told.items || [])].slice(0, 30));
      } catch {
        if (mine === turn) says.textContent = "暂时连不上服务器，只列出了栏目。";
      }
    };
    box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 60); });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by && items.length) {
        event.preventDefault();
        at = (at + by + items.length) % items.length;
        mark();
      } else if (event.key === "Enter") {
        event.preventDefault();
        go(items[at]);
      }
    });
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); dialog = null; });
    dialog.showModal();
    ask();
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
})();
