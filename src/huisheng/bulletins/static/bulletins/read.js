// The leader's page reads itself aloud where the browser can.
"use strict";
(() => {
  const button = document.querySelector("[data-read-aloud]");
  const speech = window.speechSynthesis;
  if (!button || !speech || !window.SpeechSynthesisUtterance) return;
  const articles = [...document.querySelectorAll("[data-aloud]")];
  const words = (article) => [...article.querySelectorAll(":scope > h2, :scope > p:not(.gist-act)")].map((one) => one.textContent.trim()).join("。");
  let at = -1;

  const mark = (i) => articles.forEach((one, n) => one.classList.toggle("aloud", n === i));
  const stop = () => {
    at = -1;
    speech.cancel();
    mark(-1);
    button.textContent = "朗读";
    button.setAttribute("aria-pressed", "false");
  };
  const next = () => {
    at += 1;
    if (at >= articles.length) return stop();
    const said = new SpeechSynthesisUtterance(words(articles[at]));
    said.lang = "zh-CN";
    said.rate = 0.95;
    said.onend = () => at >= 0 && next();
    said.onerror = () => at >= 0 && stop();
    mark(at);
    articles[at].scrollIntoView({ block: "start" });
    speech.speak(said);
  };
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    if (at >= 0) return stop();
    button.textContent = "停止朗读";
    button.setAttribute("aria-pressed", "true");
    next();
  });
  addEventListener("pagehide", stop);
})();
