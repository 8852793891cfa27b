// The list that the filter replaced: what is saved or exported is what is shown.
"use strict";

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "list") return;
  const current = event.target.querySelector("[data-query]");
  if (current === null) return;
  for (const each of document.querySelectorAll(".filters input[name=query]")) each.value = current.dataset.query;
});
