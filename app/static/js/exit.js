// Quick exit (security 7.1). Works as a plain form without this file. With it the page is blank before anything is sent,
// the history entry is replaced, and three presses of Esc within two seconds do the same as the button.
"use strict";
(() => {
  const form = document.querySelector("[data-quick-exit]");
  const link = document.querySelector("[data-quick-exit-link]");
  const away = form ? form.dataset.quickExit : link ? link.href : null;
  if (!away) return;

  let leaving = false;
  const leave = (event) => {
    if (event) event.preventDefault();
    if (leaving) return;
    leaving = true;
    const sent = form ? new FormData(form) : null;
    const end = form ? form.action : null;
    document.title = "";
    document.documentElement.replaceChildren(document.createElement("head"), document.createElement("body"));
    window.dispatchEvent(new Event("naungan:leaving"));
    if (sent && end) fetch(end, { method: "POST", body: new URLSearchParams(sent), keepalive: true, redirect: "manual" }).catch(() => {});
    window.location.replace(away);
  };

  if (form) form.addEventListener("submit", leave);
  if (link) link.addEventListener("click", leave);

  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      presses = [];
      return;
    }
    if (event.repeat) return;
    presses = [...presses, event.timeStamp].filter((at) => event.timeStamp - at < 2000);
    if (presses.length >= 3) leave();
  });
})();
