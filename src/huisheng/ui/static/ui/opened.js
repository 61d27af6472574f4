// A page that is to be read notes by itself that it was; without script its button does.
"use strict";
(() => {
  const form = document.querySelector("form[data-opened]");
  if (!form) return;
  const note = () =>
    fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } })
      .then((answer) => answer.ok && form.remove())
      .catch(() => {});
  setTimeout(note, 3000); // a page passed over is not read
})();
