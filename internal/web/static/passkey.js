// Security keys: asks the server for options, the browser for the key's answer, and
// sends the form with it.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const zh = document.documentElement.lang.startsWith("zh");

  async function ask(options) {
    const o = options.publicKey;
    o.challenge = bytes(o.challenge);
    for (const list of [o.excludeCredentials, o.allowCredentials]) {
      for (const k of list || []) k.id = bytes(k.id);
    }
    if (!o.user) {
      const k = await navigator.credentials.get({ publicKey: o });
      return {
        id: k.id, rawId: text(k.rawId), type: k.type,
        response: {
          clientDataJSON: text(k.response.clientDataJSON), authenticatorData: text(k.response.authenticatorData),
          signature: text(k.response.signature), userHandle: k.response.userHandle ? text(k.response.userHandle) : null,
        },
      };
    }
    o.user.id = bytes(o.user.id);
    const k = await navigator.credentials.create({ publicKey: o });
    return {
      id: k.id, rawId: text(k.rawId), type: k.type,
      response: {
        clientDataJSON: text(k.response.clientDataJSON), attestationObject: text(k.response.attestationObject),
        transports: k.response.getTransports ? k.response.getTransports() : [],
      },
    };
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const note = form.querySelector("[data-passkey-note]");
    if (!window.PublicKeyCredential) {
      note.textContent = zh ? "此浏览器不支持安全密钥" : "This browser knows no security keys";
      continue;
    }
    note.textContent = "";
    form.addEventListener("submit", async (e) => {
      if (form.elements.answer.value) return;
      e.preventDefault();
      note.textContent = zh ? "请触碰安全密钥……" : "Touch the security key …";
      try {
        const r = await fetch(form.dataset.passkey, { method: "POST" });
        if (!r.ok) throw new Error(String(r.status));
        form.elements.answer.value = JSON.stringify(await ask(await r.json()));
        form.submit();
      } catch {
        note.textContent = zh ? "未能完成，请再试一次" : "That did not work; please try again";
      }
    });
  }
})();
