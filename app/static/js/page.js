// Comforts. Every page works without them.
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // A page restored from the back/forward cache may be somebody else's by now: hidden when left, asked for again when
  // restored (security 7.3).
  if (root.hasAttribute("data-private")) {
    window.addEventListener("pagehide", () => { root.classList.add("is-left"); });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) window.location.reload();
      else root.classList.remove("is-left");
    });
  }

  // htmx notes the address of the page in the tab's storage as it starts. Nothing may stay there (security 6 #49).
  document.addEventListener("DOMContentLoaded", () => { sessionStorage.clear(); });

  // The browser must not leave while typed text is unsaved. Saving and quick exit are no leaving.
  let unsaved = false;
  window.addEventListener("naungan:leaving", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  document.addEventListener("input", (event) => { if (event.target.closest("[data-unsaved]")) unsaved = true; });

  // Acts that cannot be undone ask once more; without scripting the server asks on a page of its own.
  document.addEventListener("submit", (event) => {
    const question = (event.submitter && event.submitter.dataset.confirm) || event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  }, true);

  // A second click on the same form is not sent. Cosmetic: the server keeps one-time ids.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (event.submitter && event.submitter.formTarget === "_blank") return; // another window answers; this page stays
    unsaved = false;
    if (!form.hasAttribute("data-once")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    window.setTimeout(() => { delete form.dataset.sent; form.removeAttribute("aria-busy"); }, 8000);
  });

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    await navigator.clipboard.writeText(source.value || source.textContent.trim());
    const words = button.querySelector("span");
    const before = words.textContent;
    words.textContent = button.dataset.copied;
    window.setTimeout(() => { words.textContent = before; }, 1600);
  };

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-copy], [data-print]");
    if (target && target.dataset.copy) copy(target).catch(() => {});
    if (target && "print" in target.dataset) window.print();
    // One open menu at a time, closed by a click elsewhere.
    all("details.menu[open], details.bar__more[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details.menu[open], details.bar__more[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // Fields that matter for some answers only. Hidden ones keep their values; the server decides what counts.
  const answers = (form, name) => all(`[name="${CSS.escape(name)}"]`, form)
    .filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked)
    .map((control) => (control.type === "checkbox" && !control.value ? "y" : control.value));
  const showFitting = (form) => all("[data-show-when]", form).forEach((part) => {
    const wanted = part.dataset.showValues.split(" ");
    const faulty = part.querySelector("[aria-invalid=true]");
    part.hidden = !faulty && !answers(form, part.dataset.showWhen).some((value) => wanted.includes(value));
  });
  document.addEventListener("change", (event) => { if (event.target.form) showFitting(event.target.form); });

  const prepare = (within) => {
    all("form", within).forEach(showFitting);
    all("[data-copy], [data-print]", within).forEach((button) => { button.hidden = false; });
    const wrong = within.querySelector("[data-focus]");
    if (wrong) wrong.focus();
  };
  prepare(document);
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) prepare(event.target); });
})();
