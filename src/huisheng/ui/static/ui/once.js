// A form is sent once. The server's key makes a second sending harmless; this makes it visible.
"use strict";
(() => {
  const WAIT = 400; // ms before the button says that work is going on: shorter waits need no words

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[data-repeat], [data-prefs]") || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    if (!navigator.onLine) {
      event.preventDefault();
      return unsent(form);
    }
    form.querySelector("[data-unsent]")?.remove();
    form.dataset.sent = "1";
    const button = event.submitter;
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    button.dataset.words = button.innerHTML;
    setTimeout(() => form.dataset.sent && (button.textContent = "正在办理…"), WAIT);
  });

  // the browser's own page about a missing network would take the words from the person's eyes
  function unsent(form) {
    const line = form.querySelector("[data-unsent]") || document.createElement("p");
    line.dataset.unsent = "";
    line.className = "error";
    line.setAttribute("role", "alert");
    try { sessionStorage.removeItem("sent"); } catch { /* storage is off */ }  // autosave.js goes on keeping the words
    line.textContent = "现在没有网络，还没有送出。您写的内容都在这一页，网络恢复后请再按一次。";
    form.append(line);
  }

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
