// Large files go up in pieces, and go on where a line broke; without this script the
// form sends them in one go.
"use strict";
(() => {
  const piece = 8 << 20;
  const tries = 6;
  const zh = document.documentElement.lang.startsWith("zh");
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  async function ask(address, body, type) {
    const res = await fetch(address, { method: "POST", body, headers: { "Content-Type": type, Accept: "application/json" } });
    if (res.ok || res.status === 409) return { ...(await res.json()), behind: res.status === 409 };
    const error = new Error(res.status >= 500 ? "" : (await res.json()).text);
    error.final = res.status < 500;
    throw error;
  }

  // again does something that may fail on the way, a little later each time.
  async function again(what) {
    for (let n = 1; ; n++) {
      try {
        return await what();
      } catch (e) {
        if (e.final || n === tries) throw e;
        await wait(500 * 2 ** n);
      }
    }
  }

  async function send(file, address, told) {
    const begin = () => ask(address, new URLSearchParams({ name: file.name, size: file.size }), "application/x-www-form-urlencoded");
    let at = await again(begin);
    while (at.got < file.size) {
      told(at.got);
      const from = at.got;
      at = await again(() => ask(`${address}/${at.id}?at=${from}`, file.slice(from, from + piece), "application/octet-stream"));
    }
    told(at.got);
    return at.id;
  }

  for (const box of document.querySelectorAll("[data-uploads]")) {
    const form = box.closest("form");
    const input = box.querySelector("input[type=file]");
    const bar = box.querySelector("progress");
    const note = box.querySelector("[role=status]");
    const button = form.querySelector("button[type=submit]");
    form.addEventListener("submit", async (event) => {
      const files = [...input.files];
      if (files.length === 0) return;
      event.preventDefault();
      button.disabled = true;
      const all = files.reduce((sum, f) => sum + f.size, 0);
      let before = 0;
      bar.hidden = false;
      bar.max = all || 1;
      try {
        for (const file of files) {
          const id = await send(file, box.dataset.uploads, (got) => {
            bar.value = before + got;
            note.textContent = `${file.name} ${Math.floor((100 * (before + got)) / (all || 1))}%`;
          });
          before += file.size;
          const sent = document.createElement("input");
          sent.type = "hidden";
          sent.name = "upload";
          sent.value = id;
          form.append(sent);
        }
        input.disabled = true;
        form.submit();
      } catch (e) {
        button.disabled = false;
        note.textContent = e.message || (zh ? "线路中断。再点一次按钮，从断开的地方继续。" : "The line broke. Press the button again to go on from there.");
      }
    });
  }
})();
