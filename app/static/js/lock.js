// The idle lock (security 7.4). The server lets nobody in once nothing came for so long; this clears the screen at the same moment.
// What was typed is kept first (keep.js). Where the server does not answer, the page is blank and waits: its text is not given up.
"use strict";
(() => {
  const root = document.documentElement;
  const span = Number(root.dataset.idle || 0) * 1000;
  if (!span) return;

  // Windows of one browser share a session: work in one of them keeps the others open.
  const others = "BroadcastChannel" in window ? new BroadcastChannel("naungan") : null;
  let last = Date.now();
  let locking = false;
  const waiting = document.querySelector("[data-lock-waits]");
  const contact = () => {
    last = Date.now();
    if (others) others.postMessage(1);
  };
  if (others) others.onmessage = () => { last = Date.now(); };
  contact();
  window.addEventListener("naungan:contact", contact);
  document.addEventListener("htmx:afterOnLoad", contact);

  const leave = (address) => {
    window.dispatchEvent(new Event("naungan:leaving"));
    window.location.replace(address);
  };

  const lock = async () => {
    if (locking) return;
    locking = true;
    root.classList.add("is-left");
    const asked = { waits: [], back: null };
    window.dispatchEvent(new CustomEvent("naungan:locking", { detail: asked }));
    const kept = await Promise.all(asked.waits);
    locking = false;
    if (!kept.every(Boolean)) {
      waiting.hidden = false; // tried again at the next look
      return;
    }
    const address = new URL(root.dataset.lock, window.location.href);
    if (asked.back) address.searchParams.set("next", asked.back);
    leave(address.href);
  };

  const look = () => { if (Date.now() - last >= span) lock(); };
  window.setInterval(look, 10000);
  ["focus", "pageshow"].forEach((name) => window.addEventListener(name, look));
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") look(); });
  window.addEventListener("naungan:locked", (event) => { root.classList.add("is-left"); leave(event.detail); });
})();
