// Text size, light and dark, single keys: at once, and stored by the same form that works without this script.
"use strict";
(() => {
  const form = document.querySelector("form[data-prefs]");
  if (!form) return;
  const root = document.documentElement;

  function apply(name, value) {
    if (name === "theme" && value === "auto") root.removeAttribute("data-theme");
    else root.setAttribute(`data-${name}`, value);
    for (const button of form.querySelectorAll(`button[name="${name}"]`)) {
      button.setAttribute("aria-pressed", String(button.value === value));
    }
  }

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button || !button.name) return;
    event.preventDefault();
    apply(button.name, button.value);
    const body = new URLSearchParams(new FormData(form));
    body.set(button.name, button.value);
    await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" })
      .catch(() => undefined); // without network the choice lasts for this page
  });
})();
