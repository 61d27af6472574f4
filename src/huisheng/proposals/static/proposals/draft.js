// A chosen file is read at once; a paste brings its structure along; the receipt can be printed.
"use strict";
(() => {
  for (const form of document.querySelectorAll("form[data-pick]")) {
    const input = form.querySelector("input[type=file]");
    const says = form.querySelector("[data-progress]");
    const read = () => {
      if (!input.files.length) return;
      const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
      says.textContent = `正在读 ${input.files.length} 个文件（${(size / 1048576).toFixed(1)} MB），请稍候…`;
      form.requestSubmit();
    };
    input.addEventListener("change", read);
    read(); // on a slow line a file may be chosen before this script has come
  }

  const paste = document.querySelector("form[data-paste]");
  if (paste) {
    const area = paste.elements.text;
    const kept = paste.elements.html;
    let plain = "";
    area.addEventListener("paste", (event) => {
      const html = event.clipboardData && event.clipboardData.getData("text/html");
      // only a paste that is the whole text: what is mixed with typing is taken as it stands in the box
      const whole = !area.value.trim() || (area.selectionStart === 0 && area.selectionEnd === area.value.length);
      kept.value = html && whole ? html : "";
      setTimeout(() => (plain = area.value));
    });
    paste.addEventListener("submit", () => { if (area.value !== plain) kept.value = ""; });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
