// What pages do beyond HTML. All of it only saves steps: without this file every
// page still works. One listener a kind of event, so content htmx brings in works
// as the rest does.
"use strict";

document.addEventListener("click", (e) => {
  const at = e.target instanceof Element ? e.target : null;
  if (!at) return;

  // A link to a confirm page opens the dialog of the same question, where the page has it.
  const opener = at.closest("a[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog && dialog.showModal && !e.ctrlKey && !e.metaKey && !e.shiftKey) {
      e.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const closer = at.closest("dialog [data-close]");
  if (closer) {
    e.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  if (at.closest("[data-print]")) {
    window.print();
    return;
  }

  // A click on a row follows its link, unless somebody is selecting text.
  const row = at.closest("tr[data-row]");
  if (row && !at.closest("a, button, input, select, label, summary, details")) {
    const link = row.querySelector("a.row-link");
    if (link && window.getSelection().isCollapsed) link.click();
  }
});

// A form is sent once.
document.addEventListener("submit", (e) => {
  if (e.defaultPrevented || e.target.method !== "post") return;
  if (e.target.dataset.sent) {
    e.preventDefault();
    return;
  }
  e.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// "/" goes to the search box, as long as nobody is writing.
document.addEventListener("keydown", (e) => {
  if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.target instanceof Element && e.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = document.getElementById("search");
  if (box) {
    e.preventDefault();
    box.focus();
  }
});
