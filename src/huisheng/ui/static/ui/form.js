// Small help on forms: focus on what is wrong, counters, long lists narrowed by typing, menus that close.
"use strict";
(() => {
  const all = (root, selector) => root.querySelectorAll(selector);

  function faceErrors(root) {
    const box = root.querySelector("[data-errors]");
    if (!box) return;
    if (document.activeElement !== box) box.focus();
  }

  // a link in the error summary leads to a field, or to the first box of a group
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".errors a[href^='#'], a.change");
    const target = link && link.hash && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const field = target && (target.matches("input, select, textarea") ? target : target.querySelector("input"));
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  });

  function count(area) {
    const max = Number(area.dataset.max);
    if (!max || area.dataset.counted || (area.tagName !== "TEXTAREA" && max > 200)) return;
    area.dataset.counted = "1";
    const says = document.createElement("output");
    says.className = "counter";
    area.after(says);
    const show = () => {
      const length = [...area.value.replace(/\r/g, "")].length;
      says.textContent = length > max ? `${length} 字，超出 ${length - max} 字` : `${length} / ${max} 字`;
      says.classList.toggle("over", length > max);
      says.hidden = area.tagName !== "TEXTAREA" && length < max * 0.8;
    };
    area.addEventListener("input", show);
    show();
  }

  function narrow(list) {
    const labels = [...all(list, ".choice")];
    if (list.dataset.filtered || labels.length < 9) return;
    list.dataset.filtered = "1";
    const box = document.createElement("input");
    box.type = "search";
    box.className = "filter";
    box.setAttribute("aria-label", "输入名称或拼音首字母，缩小范围");
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.setAttribute("role", "status");
    hint.textContent = `共 ${labels.length} 项，可输入名称或拼音首字母缩小范围`;
    box.addEventListener("input", () => {
      const wanted = box.value.trim().toLowerCase();
      let shown = 0;
      for (const label of labels) {
        const input = label.querySelector("input");
        const fits = !wanted || label.textContent.includes(wanted) || (input.dataset.initials || "").startsWith(wanted);
        label.hidden = !fits && !input.checked;
        shown += !label.hidden;
      }
      hint.textContent = `符合的 ${shown} 项，已选的总是留着`;
    });
    box.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    list.before(box, hint);
  }

  // data-when="outcome=decline|merge" (or several, "process=bad result=bad"): the field concerns only these answers;
  // without scripts all fields stand there
  function showWhen(field) {
    const form = field.form || field.closest("form");
    const questions = field.dataset.when.split(" ").map((one) => one.split("="));
    const place = field.closest(".field");
    if (!form || !place || place.dataset.watched) return;
    place.dataset.watched = "1";
    const show = () => {
      const given = new FormData(form);
      const fits = questions.some(([name, wanted]) => wanted.split("|").some((one) => given.getAll(name).includes(one)));
      place.hidden = !fits && !place.classList.contains("wrong");
    };
    form.addEventListener("change", show);
    show();
  }

  function grow(list) {
    if (list.dataset.grows) return;
    list.dataset.grows = "1";
    const add = document.createElement("button");
    add.type = "button";
    add.className = "button quiet";
    add.textContent = "再加一条";
    add.addEventListener("click", () => {
      const row = list.lastElementChild.cloneNode(true);
      const area = row.querySelector("textarea");
      const number = list.children.length + 1;
      area.value = "";
      area.setAttribute("aria-label", `第 ${number} 条`);
      row.querySelector(".text-number").textContent = number;
      list.append(row);
      area.focus();
    });
    list.after(add);
  }

  function closeMenus(except) {
    for (const menu of all(document, "details[data-menu][open]")) if (menu !== except) menu.open = false;
  }
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details[data-menu][open]");
    if (open) (open.open = false), open.querySelector("summary").focus();
  });

  function dress(root) {
    all(root, "[data-max]").forEach(count);
    all(root, ".choices").forEach(narrow);
    all(root, "[data-texts]").forEach(grow);
    all(root, "[data-when]").forEach(showWhen);
  }
  document.addEventListener("htmx:load", (event) => dress(event.detail.elt));
  dress(document);
  faceErrors(document);
})();
