// The dispatch queue by keyboard: 1 2 3 choose a lead, Shift+1..3 an assisting agency, / finds any by name or initials.
"use strict";
(() => {
  const form = document.querySelector("[data-queue-form]");
  if (!form) return;
  const says = document.getElementById("says");
  const tell = (text) => {
    const line = document.createElement("p");
    line.className = "says info";
    line.textContent = text;
    says.replaceChildren(line);
  };
  const set = (name, value) => {
    const field = form.elements[name];
    if (!field) return;
    if (field instanceof HTMLSelectElement) {
      const option = [...field.options].find((one) => one.value === value);
      if (!option) return;
      if (field.multiple) option.selected = !option.selected;
      else field.value = value;
      tell(`${name === "lead" ? "主办" : "会办"}：${[...field.selectedOptions].map((one) => one.textContent.trim()).join("、")}`);
      return;
    }
    const boxes = field instanceof RadioNodeList ? [...field] : [field];
    const box = boxes.find((one) => one.value === value);
    if (!box) return;
    if (box.type === "radio") box.checked = true;
    else box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };
  document.querySelectorAll("[data-lead]").forEach((button) => button.addEventListener("click", () => set("lead", button.dataset.lead)));
  document.querySelectorAll("[data-assist]").forEach((button) => button.addEventListener("click", () => set("assisting", button.dataset.assist)));

  const finder = form.querySelector("[data-find-agency]");
  if (!finder) return;
  const agencies = [...document.querySelectorAll("#agency-list option")];
  const match = (text) => agencies.find((one) => one.value === text)
    || agencies.find((one) => (one.dataset.initials || "").startsWith(text.toLowerCase()) && text)
    || agencies.find((one) => one.value.includes(text) && text);
  finder.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    const found = match(finder.value.trim());
    if (!found) { tell("没有找到这个单位，请换几个字。"); return; }
    set(event.shiftKey ? "assisting" : "lead", found.dataset.id);
    finder.value = "";
    finder.blur();
  });
})();
