// 朗读: the page's own text, piece by piece, in the voice the phone has. Without a Chinese voice there is no button.
"use strict";
(() => {
  const button = document.querySelector("[data-aloud]");
  const speech = window.speechSynthesis;
  if (!button || !speech) return;
  const word = button.querySelector("span");
  let pieces = [];
  let at = -1;

  const voice = () => speech.getVoices().find((one) => one.lang.toLowerCase().startsWith("zh"));
  const offer = () => { button.hidden = !voice(); };

  // the innermost blocks that are to be seen, but nothing that is pressed or filled in
  function blocks() {
    const found = document.querySelectorAll("main :is(h1, h2, h3, h4, p, li, dt, dd, th, td, summary, figcaption)");
    return [...found].filter((one) => one.offsetParent && !one.closest("form, nav, .acts, .pager, [hidden]")
      && !one.querySelector("h1, h2, h3, h4, p, li, dt, dd, table") && one.innerText.trim());
  }

  function end() {
    if (at >= 0 && pieces[at]) pieces[at].classList.remove("aloud");
    at = -1;
    pieces = [];
    word.textContent = "朗读";
    button.setAttribute("aria-pressed", "false");
  }

  function next() {
    if (at >= 0) pieces[at].classList.remove("aloud");
    at += 1;
    if (at >= pieces.length) { end(); return; }
    const piece = pieces[at];
    piece.classList.add("aloud");
    piece.scrollIntoView({ block: "nearest" });
    const said = new SpeechSynthesisUtterance(piece.innerText.trim());
    said.voice = voice();
    said.lang = said.voice ? said.voice.lang : "zh-CN";
    said.rate = 0.9;
    said.onend = () => { if (at >= 0 && pieces[at] === piece) next(); };
    said.onerror = said.onend;
    speech.speak(said);
  }

  button.addEventListener("click", () => {
    if (at >= 0) { end(); speech.cancel(); return; }
    pieces = blocks();
    word.textContent = "停下";
    button.setAttribute("aria-pressed", "true");
    speech.cancel();
    next();
  });
  window.addEventListener("pagehide", () => speech.cancel());
  speech.addEventListener("voiceschanged", offer);
  offer();
})();
