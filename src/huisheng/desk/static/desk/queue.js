// A queue by keyboard: choices by number, agencies by name or pinyin initials, what is chosen stands as chips.
// Everything here only fills in the form that also stands there without scripts.
"use strict";
(() => {
  const form = document.querySelector("[data-queue-form]");
  if (!form) return;
  const fields = (name) => {
    const found = form.elements[name];
    if (!found) return [];
    return found instanceof RadioNodeList ? [...found] : [found];
  };
  const changed = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));

  // one answer of the form, whatever kind of field holds it
  function set(name, value) {
    for (const field of fields(name)) {
      if (field instanceof HTMLSelectElement) {
        if (![...field.options].some((one) => one.value === value)) return false;
        field.value = value;
      } else if (field.value === value) field.checked = true;
      else continue;
      changed(field);
      return true;
    }
    return false;
  }

  // -- agencies: lead (one), assisting, separate (any number)
  const ROLES = { lead: "主办", separate: "分办", assisting: "会办" };
  const boxes = (role) => fields(role).filter((one) => one.type === "checkbox");
  const lead = form.elements.lead;
  const agencies = boxes("assisting").map((box) => ({
    id: box.value, name: box.closest("label").textContent.trim(), initials: (box.dataset.initials || "").toLowerCase(),
  }));
  const nameOf = (id) => agencies.find((one) => one.id === id)?.name || "";

  function give(id, role) {
    const box = boxes(role).find((one) => one.value === id);
    const isOff = box && !box.checked;
    for (const other of ["assisting", "separate"]) for (const one of boxes(other)) if (one.value === id) one.checked = false;
    if (lead.value === id && role !== "lead") lead.value = "";
    if (role === "lead") {
      lead.value = id;
      boxes("separate").forEach((one) => (one.checked = false));
    } else if (box) {
      box.checked = isOff;
      if (role === "separate" && isOff) lead.value = "";
    }
    changed(lead);
  }

  function drop(id) {
    if (lead.value === id) lead.value = "";
    for (const role of ["assisting", "separate"]) for (const one of boxes(role)) if (one.value === id) one.checked = false;
    changed(lead);
  }

  const chosen = document.querySelector("[data-chosen]");
  function show() {
    if (!chosen) return;
    const rows = [];
    if (lead.value) rows.push(["lead", lead.value]);
    for (const role of ["separate", "assisting"]) for (const one of boxes(role)) if (one.checked) rows.push([role, one.value]);
    chosen.replaceChildren(...rows.map(([role, id]) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const word = document.createElement("b");
      button.type = "button";
      button.className = `chosen-one ${role}`;
      word.textContent = ROLES[role];
      button.append(word, ` ${nameOf(id)} `, Object.assign(document.createElement("span"), { textContent: "×", ariaHidden: "true" }));
      button.setAttribute("aria-label", `${ROLES[role]}：${nameOf(id)}，点一下去掉`);
      button.addEventListener("click", () => drop(id));
      item.append(button);
      return item;
    }));
    if (!rows.length) {
      const item = document.createElement("li");
      item.className = "quietly";
      item.textContent = "还没有选单位";
      chosen.append(item);
    }
  }
  if (lead) {
    form.addEventListener("change", show);
    show();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-lead], [data-assist], [data-set]");
    if (!button) return;
    if (button.dataset.lead) give(button.dataset.lead, "lead");
    if (button.dataset.assist) give(button.dataset.assist, "assisting");
    if (button.dataset.set) for (const [name, value] of new URLSearchParams(button.dataset.set)) set(name, value);
    button.blur();
  });

  // -- finding an agency: a combobox over the names
  const input = form.querySelector("[data-finder] input");
  if (!input || !lead) return;
  const list = form.querySelector("[data-finder] [role=listbox]");
  let found = [];
  let at = 0;

  function match(text) {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return [];
    const rank = (one) => one.initials.startsWith(wanted) || one.name.startsWith(wanted) ? 0 : one.name.includes(wanted) ? 1 : one.initials.includes(wanted) ? 2 : 9;
    return agencies.map((one) => [rank(one), one]).filter(([far]) => far < 9).sort((a, b) => a[0] - b[0]).slice(0, 7).map(([, one]) => one);
  }

  function draw() {
    list.replaceChildren(...found.map((one, i) => {
      const option = document.createElement("li");
      option.id = `agency-${one.id}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", String(i === at));
      option.textContent = one.name;
      option.addEventListener("mousedown", (event) => { event.preventDefault(); at = i; take("lead"); });
      return option;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    if (found.length) input.setAttribute("aria-activedescendant", `agency-${found[at].id}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    found = [];
    at = 0;
    draw();
  }

  function take(role) {
    if (!found[at]) return;
    give(found[at].id, role);
    input.value = "";
    close();
    input.blur();
  }

  input.addEventListener("input", () => { at = 0; found = match(input.value); draw(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      take(event.shiftKey ? "assisting" : event.altKey ? "separate" : "lead");
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!found.length) return;
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      draw();
    } else if (event.key === "Escape") {
      input.value = "";
      close();
      input.blur();
    }
  });
})();
