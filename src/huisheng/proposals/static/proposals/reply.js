// The checklist of a reply: what is still missing, from the first minute.
"use strict";
(() => {
  const list = document.querySelector("[data-checklist]");
  if (!list) return;
  const form = list.closest("form");
  const filled = (name) => {
    const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    return fields.some((field) => (field.type === "radio" || field.type === "checkbox" ? field.checked : field.value.trim()));
  };
  const show = () => {
    for (const line of list.querySelectorAll("[data-needs]")) line.classList.toggle("done", filled(line.dataset.needs));
    const promise = list.querySelector("[data-promise]");
    promise.classList.toggle("done", filled("promise_1_what") && filled("promise_1_who") && filled("promise_1_due"));
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
})();
