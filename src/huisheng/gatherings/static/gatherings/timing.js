// 发言计时: the clock runs from what the server said when the page was made, so a wrong clock of this machine does no harm.
(() => {
  const face = document.querySelector("[data-clock][data-runs]");
  if (!face) return;
  const says = document.querySelector("[data-clock-says]");
  const limit = Number(face.dataset.limit);
  const before = Number(face.dataset.elapsed);
  const since = performance.now();
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  function show() {
    const gone = before + Math.floor((performance.now() - since) / 1000);
    const over = gone - limit;
    face.textContent = over > 0 ? `${clock(gone)}，超时 ${clock(over)}` : clock(gone);
    face.classList.toggle("over", over > 0);
    // said once, for who does not look at the clock
    if (over >= 0 && !says.textContent) says.textContent = "到时间了。";
  }

  show();
  setInterval(show, 500);
})();
