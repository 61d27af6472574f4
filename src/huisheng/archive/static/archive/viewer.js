// One picture: + and − zoom, 0 fits the window, ← and → turn over; a large one is drawn about with the pointer.
"use strict";
(() => {
  const box = document.querySelector("[data-viewer]");
  if (!box) return;
  const links = [...document.querySelectorAll("[data-zoom]")];
  const steps = links.map((link) => link.dataset.zoom);
  const now = () => steps.findIndex((step) => box.classList.contains(`zoom-${step}`));

  function zoom(step) {
    const middle = [(box.scrollLeft + box.clientWidth / 2) / box.scrollWidth, (box.scrollTop + box.clientHeight / 2) / box.scrollHeight];
    steps.forEach((one) => box.classList.toggle(`zoom-${one}`, one === step));
    links.forEach((link) => (link.dataset.zoom === step ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    box.scrollLeft = middle[0] * box.scrollWidth - box.clientWidth / 2;
    box.scrollTop = middle[1] * box.scrollHeight - box.clientHeight / 2;
  }

  links.forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    zoom(link.dataset.zoom);
    box.focus();
  }));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    if (event.key === "+" || event.key === "=") zoom(steps[Math.min(steps.length - 1, now() + 1)]);
    else if (event.key === "-") zoom(steps[Math.max(0, now() - 1)]);
    else if (event.key === "0") zoom(steps[0]);
    else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && now() === 0) {
      const way = event.key === "ArrowLeft" ? "back" : "on";
      document.querySelector(`[data-turn="${way}"]`)?.click();
    } else return;
    event.preventDefault();
  });
  let from = null;
  box.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || now() === 0) return;
    from = [event.clientX, event.clientY, box.scrollLeft, box.scrollTop];
    box.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  box.addEventListener("pointermove", (event) => {
    if (!from) return;
    box.scrollLeft = from[2] - (event.clientX - from[0]);
    box.scrollTop = from[3] - (event.clientY - from[1]);
  });
  box.addEventListener("pointerup", () => { from = null; });
})();
