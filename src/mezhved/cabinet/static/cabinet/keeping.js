// What was typed is not lost: neither when the session ends, nor while the server is away, nor by a second press.
"use strict";

(() => {
  const english = document.documentElement.lang === "en";
  const { session, account, door } = document.body.dataset;
  const quiet = 120000;
  const twice = 1500;
  const unsaved = new Set();
  let contact = Date.now();
  let typed = false;
  let ended = false;
  let told = false;

  function tell(kind, text, link) {
    const note = document.createElement("p");
    note.className = `note ${kind}`;
    note.textContent = text;
    if (link) {
      const leads = document.createElement("a");
      Object.assign(leads, { href: door, target: "_blank", textContent: link });
      note.append(" ", leads);
    }
    const place = document.getElementById("messages");
    place.replaceChildren(note);
    place.scrollIntoView({ block: "nearest" });
    told = kind !== "success";
  }
  function away() {
    if (!ended) tell("error", english ? "No connection. What you typed stays on this page and is saved once the connection is back." : "Нет связи. Набранное остаётся на этой странице и сохранится, когда связь вернётся.");
    unsure();
  }
  function unsure() {
    const saved = document.getElementById("form-saved");
    if (saved && unsaved.size) saved.textContent = english ? "Not saved yet" : "Ещё не сохранено";
  }
  function over() {
    ended = true;
    unsure();
    if (english) tell("warning", "The session is over. What you typed is still on this page:", "sign in in another window and come back here.");
    else tell("warning", "Сеанс закончился. Набранное осталось на этой странице:", "войдите в другом окне и вернитесь сюда.");
  }

  // Tells whether the session lasts; null: nobody answers.
  async function lasts() {
    let answer;
    try {
      answer = await fetch(session, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
    } catch {
      return null;
    }
    if (answer.status !== 200 && answer.status !== 204) return null;
    if (answer.status === 204) {
      if (typed) over();
      else location.assign(answer.headers.get("HX-Redirect") || door);
      return false;
    }
    const said = await answer.json();
    if (String(said.account) !== account) {
      location.reload();
      return false;
    }
    contact = Date.now();
    for (const each of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) each.value = said.token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": said.token }));
    if (ended) tell("success", english ? "You are signed in again: go on." : "Вы снова вошли: можно продолжать.");
    ended = false;
    return true;
  }
  function again() {
    for (const each of [...unsaved]) {
      if (each.isConnected) htmx.trigger(each, "change");
      else unsaved.delete(each);
    }
  }

  const isField = (elt) => elt.matches("#draft-form input, #draft-form select, #draft-form textarea");
  document.addEventListener("input", (event) => {
    if (!event.target.closest("form[method=post]")) return;
    typed = true;
    if (!ended && Date.now() - contact > quiet) { contact = Date.now(); lasts(); }
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, elt } = event.detail;
    if (!typed || !(xhr.getResponseHeader("HX-Redirect") || "").startsWith(door)) return;
    event.preventDefault();
    if (isField(elt)) unsaved.add(elt);
    over();
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (isField(event.detail.elt)) unsaved.add(event.detail.elt);
    if (typed || !event.detail.requestConfig.headers["X-Background"]) away();
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { elt, xhr } = event.detail;
    if (xhr.status >= 500) {
      if (isField(elt)) unsaved.add(elt);
      away();
    } else if (xhr.status === 404 && elt.closest("#draft-form")) {
      tell("error", english ? "Not saved: this draft is not there any more. It was sent or deleted in another window." : "Не сохранено: этого черновика больше нет. Его отправили или удалили в другом окне.");
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful, requestConfig } = event.detail;
    if (!successful || ended) return;
    unsaved.delete(elt);
    if (!requestConfig.headers["X-Background"]) contact = Date.now();
    if (told && !unsaved.size) { document.getElementById("messages").replaceChildren(); told = false; }
  });
  setInterval(() => { if (unsaved.size && !ended) again(); }, 5000);
  document.addEventListener("visibilitychange", async () => {
    if (ended && document.visibilityState === "visible" && await lasts()) again();
  });

  // A form that waited long asks first whether it would be heard at all.
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (!ended && !unsaved.size && Date.now() - contact < quiet) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const heard = await lasts();
    if (heard === null) away();
    if (!heard) return;
    unsaved.clear();
    form.requestSubmit(submitter);
  }, true);
  // Pressed twice, a button is pressed once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const now = Date.now();
    if (now - Number(form.dataset.sent || 0) < twice) event.preventDefault();
    else form.dataset.sent = String(now);
  });
})();
