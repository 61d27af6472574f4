// A form is sent once. The server's key makes a second sending harmless; this makes it visible.
"use strict";
(() => {
  const WAIT = 400; // ms before the button says that work is going on: shorter waits need no words

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[data-repeat], [data-prefs]") || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    const button = event.submitter;
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    button.dataset.words = button.innerHTML;
    setTimeout(() => form.dataset.sent && (button.textContent = "正在办理…"), WAIT);
  });

  const reset = (root) => root.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => {
      button.removeAttribute("aria-busy");
      if (button.dataset.words) button.innerHTML = button.dataset.words;
    });
  });
  // back from the next page, or an htmx answer: the form may be sent again
  addEventListener("pageshow", (event) => event.persisted && reset(document));
  document.addEventListener("htmx:afterRequest", () => reset(document));
})();
