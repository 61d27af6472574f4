// A figure's code goes to where the cursor last stood in the prose. Without this script the code is copied by hand.
(() => {
  const prose = document.querySelector("textarea[name=text]");
  if (!prose) return;
  for (const button of document.querySelectorAll("[data-insert]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      prose.setRangeText(button.dataset.insert, prose.selectionStart, prose.selectionEnd, "end");
      prose.dispatchEvent(new Event("input", { bubbles: true }));
      prose.focus();
    });
  }
})();
