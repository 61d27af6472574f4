// The bar under a list says how many rows are chosen; without this script the button stands there all the same.
"use strict";
(() => {
  const form = document.querySelector("form[data-select]");
  const bar = form && form.querySelector("[data-selection]");
  if (!bar) return;
  const says = bar.querySelector("[role=status]");
  const show = () => {
    const count = form.querySelectorAll("input[name=pk]:checked").length;
    bar.hidden = !count;
    says.textContent = `已选 ${count} 件`;
  };
  form.addEventListener("change", show);
  show();
})();
