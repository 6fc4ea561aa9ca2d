// Finds what a person means by a name: the element, or a sentence that says
// why there is none. kind is press (buttons, links, labels), field or css.
(kind, name) => {
  const clean = (text) => (text || "").replace(/\s+/g, " ").trim().replace(/\s*[*＊:：]+$/, "");
  const wanted = clean(name);
  const visible = (e) => e.type === "file" || (e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0);
  const all = (selector) => [...document.querySelectorAll(selector)].filter(visible);

  // A label's words are those outside the field it may wrap.
  const labelText = (label) => {
    const copy = label.cloneNode(true);
    copy.querySelectorAll("input, select, textarea, button").forEach((e) => e.remove());
    return copy.textContent;
  };
  const aria = (e) => [
    e.getAttribute("aria-label"),
    (e.getAttribute("aria-labelledby") || "").split(/\s+/).map((id) => id && document.getElementById(id)?.textContent).join(" "),
  ];
  const words = (e) => [
    ...(kind === "field"
      ? [...[...(e.labels || [])].map(labelText), e.placeholder]
      : [e.matches("label") ? labelText(e) : e.matches("input") ? e.value : e.innerText, e.title,
        ...[...e.querySelectorAll("img[alt]")].map((i) => i.alt)]),
    ...aria(e),
  ].map(clean).filter(Boolean);

  // Labels come last: a button is meant before a label of the same words.
  const groups = {
    press: [
      all("a[href], button, input:is([type=submit], [type=button], [type=reset], [type=image]), summary, "
        + "[role=button], [role=link], [role=tab], [role=menuitem], [role=checkbox], [role=switch]"),
      all("label"),
    ],
    field: [all("input:not([type=hidden], [type=submit], [type=button], [type=reset], [type=image]), select, textarea")],
    css: [],
  }[kind];
  const named = (matches) => {
    for (const group of groups) {
      const found = group.filter((e) => words(e).some(matches));
      if (found.length > 0) return found;
    }
    return [];
  };
  let found = named((w) => w === wanted);
  if (found.length === 0) {
    try {
      found = all(name);
    } catch {
      // It is words and no selector.
    }
  }
  if (found.length === 0) found = named((w) => w.includes(wanted));
  if (found.length === 1) return found[0];
  if (found.length > 1) return found.length + " of that name: " + found.slice(0, 5).map((e) => e.outerHTML.slice(0, 120)).join(" ");
  if (kind === "css") return "not on the page";
  return "not on the page, which has: " + (groups.flat().map((e) => words(e)[0]).filter(Boolean).join(" | ") || "nothing of the kind");
}
