// What is typed is kept: sealed on the server a few seconds after it was typed, so that a crash, a lock or a closed window loses
// nothing (security 7.4). Nothing is stored in the browser. Without scripting a form that arrives too late is kept by the server.
"use strict";
(() => {
  const AFTER = 3000; // milliseconds from the first change to its keeping
  const AGAIN = 10000; // after a failed try
  const KEEPALIVE_LIMIT = 60000; // browsers send no more than 64 KB for a page that is being left

  const fields = (form) => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (name !== "csrf_token" && typeof value === "string") body.append(name, value);
    }
    return body;
  };

  const watch = (form) => {
    const line = form.querySelector("[data-kept]");
    const acts = form.querySelector(".action-bar");
    if (acts && getComputedStyle(acts).position === "sticky") acts.append(line); // on a phone the acts cover the foot of the page
    let changes = 0;
    let kept = 0;
    let timer = 0;
    let sending = null;
    let sent = 0;
    let done = false; // the form itself is on its way

    const say = (words, failed) => {
      line.textContent = words;
      line.hidden = false;
      line.classList.toggle("kept-line--failed", failed);
    };
    const later = (wait) => { if (!timer && !done) timer = window.setTimeout(keep, wait); };

    const send = async (upTo) => {
      const body = fields(form);
      const answer = await fetch(form.dataset.keep, {
        method: "POST", body, redirect: "error", headers: { "X-CSRF-Token": form.elements.csrf_token.value },
        keepalive: body.toString().length < KEEPALIVE_LIMIT,
      });
      const words = await answer.text();
      const locked = answer.headers.get("X-Sign-In");
      if (answer.ok || locked) kept = upTo;
      if (locked) {
        window.dispatchEvent(new CustomEvent("naungan:locked", { detail: locked }));
      } else if (answer.status === 200) {
        say(words, false);
        window.dispatchEvent(new Event("naungan:contact"));
      } else if (!answer.ok) {
        say((answer.headers.get("Content-Type") || "").startsWith("text/plain") ? words : form.dataset.failed, true);
      }
    };

    // Whether everything typed so far is kept, once it is or was tried.
    async function keep() {
      window.clearTimeout(timer);
      timer = 0;
      if (done || changes === kept) return true;
      const upTo = changes;
      try {
        if (!sending || sent !== upTo) sending = send(upTo);
        sent = upTo;
        await sending;
      } catch {
        say(form.dataset.failed, true);
        later(AGAIN);
      } finally {
        sending = null;
      }
      if (changes !== upTo) later(AFTER);
      return changes === kept;
    }

    form.addEventListener("input", () => { changes += 1; later(AFTER); });
    form.addEventListener("submit", (event) => {
      if (event.submitter && event.submitter.formTarget === "_blank") return; // another window answers; this page stays
      window.setTimeout(() => {
        if (event.defaultPrevented) return;
        done = true;
        window.setTimeout(() => { done = false; }, 8000); // it did not leave: as the button, which comes back too
      });
    });
    window.addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
    window.addEventListener("naungan:leaving", keep);
    window.addEventListener("naungan:locking", (event) => {
      if (!changes || done) return;
      event.detail.back = form.dataset.back;
      event.detail.waits.push(keep());
    });
  };

  const prepare = (within) => within.querySelectorAll("form[data-keep]").forEach(watch);
  prepare(document);
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) prepare(event.target); });
})();
