// What a form for files does beyond HTML: shows the photos chosen, sends files in parts
// that go on after a break, fills in the place, and works for a turn while the line is
// long. Without this file the form is sent whole, and all the same is taken in. Nothing
// is kept on the device.
"use strict";

const say = document.getElementById("better")?.dataset;
if (say) for (const form of document.querySelectorAll('form[enctype="multipart/form-data"]')) improve(form);

function make(tag, text, look) {
  const e = document.createElement(tag);
  e.textContent = text;
  e.className = look;
  return e;
}

function button(text, press) {
  const b = make("button", text, "act quiet");
  b.type = "button";
  b.addEventListener("click", press);
  return b;
}

function improve(form) {
  const files = form.querySelector("input[type=file]");
  const submit = form.querySelector("button[type=submit]");
  const status = make("div", "", "sending");
  const words = status.appendChild(make("span", "", ""));
  words.setAttribute("role", "status");
  const bar = status.appendChild(document.createElement("progress"));
  bar.hidden = true;
  bar.setAttribute("aria-label", say.sending);
  form.querySelector(".form-buttons").append(status);
  const tell = (text) => { if (words.textContent !== text) words.textContent = text; };

  if (files) preview(files, tell);
  const where = form.querySelector("input[name=where]");
  if (where && navigator.geolocation) position(where, tell);

  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    if (submit.disabled) return;
    const empty = [...form.querySelectorAll("[required]")].find((f) => !f.value.trim());
    if (empty) {
      empty.value = "";
      empty.reportValidity();
      return;
    }
    submit.disabled = true;
    try {
      if (files?.files.length) {
        bar.hidden = false;
        const id = await upload(files.files, bar, tell);
        if (id) {
          hide(form, "upload", id);
          files.disabled = true;
        }
      }
      const work = await turn(tell);
      if (work) hide(form, "work", work);
    } catch {
      bar.hidden = true;
      submit.disabled = false;
      tell(say.failed);
      return;
    }
    form.submit();
  });
  window.addEventListener("pageshow", () => {
    submit.disabled = false;
    if (files) files.disabled = false;
    for (const made of form.querySelectorAll("[data-made]")) made.remove();
  });
}

function hide(form, name, value) {
  const field = form.querySelector(`input[name=${name}]`) || form.appendChild(document.createElement("input"));
  field.type = "hidden";
  field.dataset.made = "";
  field.name = name;
  field.value = value;
}

// The photos chosen, each with a way to take it out again.
function preview(files, tell) {
  const list = make("ul", "", "chosen");
  files.after(list);
  const show = () => {
    for (const img of list.querySelectorAll("img")) URL.revokeObjectURL(img.src);
    list.replaceChildren();
    const all = [...files.files];
    tell(all.length > +say.most ? say.many : all.reduce((n, f) => n + f.size, 0) > +say.bytes ? say.large : "");
    all.forEach((file, i) => {
      const item = list.appendChild(document.createElement("li"));
      if (/^image\/(jpeg|png|gif|webp|avif|bmp)$/.test(file.type)) {
        const img = item.appendChild(document.createElement("img"));
        img.alt = "";
        img.src = URL.createObjectURL(file);
      }
      item.append(make("span", file.name, ""));
      const out = item.appendChild(button(say.without, () => {
        const rest = new DataTransfer();
        all.forEach((f, n) => { if (n !== i) rest.items.add(f); });
        files.files = rest.files;
        show();
        files.focus();
      }));
      out.setAttribute("aria-label", say.without + " " + file.name);
    });
  };
  files.addEventListener("change", show);
}

// The place, from the device, only when asked, and only as near as chosen.
function position(where, tell) {
  const row = make("div", "", "here");
  for (const [text, digits] of [[say.about, 2], [say.near, 3]]) {
    row.append(button(text, () => navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const place = say.place.replace("{lat}", coords.latitude.toFixed(digits)).replace("{lng}", coords.longitude.toFixed(digits));
        where.value = where.value.trim() ? where.value.trim() + " " + place : place;
        tell("");
      },
      () => tell(say.nowhere),
      { enableHighAccuracy: digits > 2, timeout: 30000 })));
  }
  where.after(row);
}

const pause = (ms) => new Promise((go) => setTimeout(go, ms));

// ask sends one request; what the door answers below 500 is an answer. What breaks, and
// a door that is busy, is tried again for a while.
async function ask(path, options, tell) {
  for (let n = 0; ; n++) {
    try {
      const a = await fetch(path, { ...options, referrerPolicy: "no-referrer", credentials: "omit" });
      if (a.status < 500) return a;
    } catch { /* the connection broke */ }
    if (n === 8) throw new Error("no answer");
    tell(say.again);
    await pause(Math.min(500 * 2 ** n, 15000));
  }
}

// upload sends files in parts and answers the upload's name; none where the door has no
// room for one more: then the form carries the files itself.
async function upload(files, bar, tell) {
  const begun = await fetch(say.upload, { method: "POST", credentials: "omit" });
  if (begun.status !== 201) return "";
  const { id, part } = await begun.json();
  const head = { "Upload-Id": id };
  const all = [...files].reduce((n, f) => n + f.size, 0);
  let before = 0;
  bar.max = all || 1;
  for (const [n, file] of [...files].entries()) {
    const about = JSON.stringify({ file: n, name: file.name, media: file.type, size: file.size });
    let a = await ask(say.upload + "/file", { method: "POST", headers: head, body: about }, tell);
    for (let at = 0; ;) {
      // A door that is elsewhere says where: a part came whose answer did not.
      if (!a.ok && a.status !== 409) throw new Error("refused");
      at = (await a.json()).at;
      bar.value = before + at;
      tell(`${say.sending} ${Math.floor((before + at) * 100 / (all || 1))}%`);
      if (at >= file.size) break;
      a = await ask(say.upload + "/part", { method: "POST", headers: { ...head, "Upload-At": String(at) }, body: file.slice(at, at + part) }, tell);
    }
    before += file.size;
  }
  return id;
}

// turn solves the door's puzzle while its line is long, in pieces that leave the page
// alive; none where there is no line.
async function turn(tell) {
  let puzzle, bits;
  try {
    ({ puzzle, bits } = await (await fetch(say.turn, { credentials: "omit" })).json());
  } catch {
    return ""; // whoever has shown no work just waits
  }
  if (!bits) return "";
  tell(say.queue);
  for (let n = 0; ; await pause(0)) {
    for (const end = n + 2000; n < end; n++) {
      const text = `${puzzle}:${n}`;
      if (sha256(text) >>> (32 - bits) === 0) return text;
    }
  }
}

// The first word of a text's SHA-256 (FIPS 180-4). The browser's own is only there on
// some connections, and too slow one by one.
const roots = [];
for (let n = 2; roots.length < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) prime &&= n % d !== 0;
  if (prime) roots.push(n);
}
const fraction = (x) => ((x % 1) * 2 ** 32) | 0;
const rounds = roots.map((p) => fraction(Math.cbrt(p)));
const start = roots.slice(0, 8).map((p) => fraction(Math.sqrt(p)));

function sha256(text) {
  const bytes = (text.length + 9 + 63) & ~63;
  const m = new Int32Array(bytes / 4);
  for (let i = 0; i < text.length; i++) m[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  m[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  m[m.length - 1] = text.length * 8;
  const turned = (x, n) => (x >>> n) | (x << (32 - n));
  const h = Int32Array.from(start), w = new Int32Array(64);
  for (let block = 0; block < m.length; block += 16) {
    let [a, b, c, d, e, f, g, k] = h;
    for (let i = 0; i < 64; i++) {
      w[i] = i < 16 ? m[block + i]
        : w[i - 16] + (turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ (w[i - 15] >>> 3))
          + w[i - 7] + (turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ (w[i - 2] >>> 10));
      const one = k + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + rounds[i] + w[i];
      const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      k = g; g = f; f = e; e = (d + one) | 0;
      d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, k].forEach((x, i) => { h[i] += x; });
  }
  return h[0];
}
