// Files are sent one by one, each with its progress. Without this file the form sends all of them at once.
"use strict";
(() => {
  const field = document.querySelector("[data-upload]");
  const form = field && field.closest("form");
  const list = field && field.querySelector("[data-upload-list]");
  if (!form || !list || !window.crypto.randomUUID) return;

  // Not `data-kept` and the like: the script that keeps what is typed writes into what bears those names.
  const limits = field.dataset;
  const told = (name) => field.dataset[`say${name}`];
  const boxes = [...field.querySelectorAll("input[type=file]")];
  let queue = []; // { file, item, state: waiting | sending | kept | failed }
  let busy = false;

  const element = (tag, name, text) => {
    const made = document.createElement(tag);
    made.className = name;
    if (text) made.textContent = text;
    return made;
  };

  const say = (one, state, text) => {
    one.state = state;
    one.item.className = `upload__item upload__item--${state}`;
    one.item.querySelector(".upload__state").textContent = text;
    one.item.querySelector(".upload__bar").hidden = state !== "sending";
    one.item.querySelector("button").hidden = state === "sending" || state === "kept";
  };

  const add = (file) => {
    const item = element("li", "upload__item");
    const bar = element("progress", "upload__bar");
    bar.max = 1;
    bar.value = 0;
    const drop = element("button", "btn btn-link btn-sm", told("Remove"));
    drop.type = "button";
    item.append(element("span", "upload__name", file.name), drop, bar, element("p", "upload__state"));
    const one = { file, item, state: "waiting" };
    drop.addEventListener("click", () => {
      queue = queue.filter((each) => each !== one);
      item.remove();
      list.hidden = !queue.length;
      full.hidden = true;
    });
    queue.push(one);
    list.append(item);
    say(one, "waiting", file.size > Number(limits.bytes) ? told("Large") : told("Waiting"));
  };

  const full = element("p", "field__error", told("Many"));
  full.hidden = true;
  list.before(full);

  for (const box of boxes) {
    box.addEventListener("change", () => {
      for (const file of box.files) {
        if (queue.length < Number(limits.most)) add(file);
        else full.hidden = false;
      }
      box.value = ""; // the list holds them now; the same box can be used again
      list.hidden = !queue.length;
    });
  }

  // One file with everything else of the form, under a one-time id of its own.
  const body = (file) => {
    const sent = new FormData();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "submit_id") sent.append(name, value);
    sent.append("submit_id", window.crypto.randomUUID());
    sent.append("files", file, file.name);
    return sent;
  };

  const send = (one) => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const bar = one.item.querySelector(".upload__bar");
    const end = (state, text) => { say(one, state, text); resolve(request); };
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRF-Token", form.elements.csrf_token.value);
    request.setRequestHeader("X-Requested-With", "upload");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
      if (event.loaded === event.total) say(one, "sending", told("Checking"));
    });
    request.addEventListener("error", () => end("failed", told("Failed")));
    request.addEventListener("load", () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* a page: an error page, or the sign-in page */ }
      if (request.status === 200 && answer.url) {
        one.url = answer.url;
        end("kept", told("Kept"));
      } else if (request.status === 401) {
        end("failed", told("Locked"));
      } else {
        end("failed", answer.problems && answer.problems.length ? answer.problems.join(" ") : told("Refused"));
      }
    });
    say(one, "sending", told("Sending"));
    request.send(body(one.file));
  });

  form.addEventListener("submit", async (event) => {
    if (!queue.some((one) => one.state !== "kept")) return; // nothing chosen: the server says so
    event.preventDefault();
    if (busy) return;
    busy = true;
    form.setAttribute("aria-busy", "true");
    for (const one of queue) {
      if (one.state === "kept") continue;
      if (one.file.size > Number(limits.bytes)) { say(one, "failed", told("Large")); continue; }
      const answer = await send(one);
      if (answer.status === 401) break;
    }
    busy = false;
    form.removeAttribute("aria-busy");
    const last = queue.find((one) => one.state === "kept" && one.url);
    if (last && queue.every((one) => one.state === "kept")) {
      window.dispatchEvent(new Event("naungan:leaving"));
      window.location.assign(last.url);
      return;
    }
    const wrong = list.querySelector(".upload__item--failed");
    if (wrong) wrong.scrollIntoView({ block: "center" });
  });
})();
