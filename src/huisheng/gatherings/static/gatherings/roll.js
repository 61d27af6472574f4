// 签到台 without a network: what was ticked, with its moment, stays in this browser until the server has taken it.
(() => {
  const form = document.querySelector("form[data-roll]");
  if (!form) return;
  const says = form.querySelector("[data-roll-says]");
  const place = `roll:${location.pathname}:${form.dataset.roll}`;
  const waiting = () => JSON.parse(localStorage.getItem(place) || "{}");
  const keep = (ticks) => {
    if (Object.keys(ticks).length) localStorage.setItem(place, JSON.stringify(ticks));
    else localStorage.removeItem(place);
  };

  async function send() {
    const ticks = waiting();
    const ids = Object.keys(ticks);
    if (!ids.length) return;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("part", form.dataset.roll);
    for (const id of ids) {
      body.append("came", id);
      body.append(`at-${id}`, ticks[id]);
    }
    try {
      const answer = await fetch(location.pathname, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    } catch {
      says.textContent = `没有送出，${ids.length} 人先记在本机，恢复后自动送出。`;
      return;
    }
    const left = waiting();
    for (const id of ids) if (left[id] === ticks[id]) delete left[id];
    keep(left);
    for (const id of ids) {
      const box = document.getElementById(`came-${id}`);
      if (box) { box.checked = true; box.disabled = true; }
    }
    says.textContent = `已登记 ${ids.length} 人。`;
  }

  form.addEventListener("change", (event) => {
    const box = event.target;
    if (box.name !== "came") return;
    const ticks = waiting();
    if (box.checked) ticks[box.value] = new Date().toISOString();
    else delete ticks[box.value];
    keep(ticks);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  window.addEventListener("online", send);
  for (const id of Object.keys(waiting())) {
    const box = document.getElementById(`came-${id}`);
    if (box && !box.disabled) box.checked = true;
  }
  send();
})();
