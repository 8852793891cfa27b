// What every page has: answers with errors are shown where they belong, focus follows what was replaced.
"use strict";

document.addEventListener("htmx:beforeSwap", (event) => {
  const status = event.detail.xhr.status;
  if (status === 403 || status === 409 || status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

document.addEventListener("htmx:sendError", () => say(document.documentElement.lang === "en" ? "No connection: nothing was saved." : "Нет связи: изменения не сохранены."));

function say(text) {
  const note = document.createElement("p");
  note.className = "note error";
  note.textContent = text;
  document.getElementById("messages").replaceChildren(note);
}
