// A list of what was found below a field: chosen by the mouse, or by the arrows and Enter.
"use strict";

const choices = (field) => document.getElementById(field.getAttribute("aria-controls"));

function close(field) {
  choices(field).replaceChildren();
  field.setAttribute("aria-expanded", "false");
}

function choose(field, option) {
  if (option.getAttribute("aria-disabled") === "true") return;
  for (const pair of field.dataset.fills.split(" ")) {
    const [from, to] = pair.split(":");
    document.getElementById(to).value = option.dataset[from] || "";
  }
  close(field);
  field.focus();
}

document.addEventListener("htmx:afterSwap", (event) => {
  const field = document.querySelector(`[role=combobox][aria-controls="${event.target.id}"]`);
  if (!field) return;
  event.target.querySelectorAll("[role=option]").forEach((option, number) => { option.id = `${event.target.id}-${number}`; });
  field.setAttribute("aria-expanded", String(event.target.children.length > 0));
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (field.getAttribute("role") !== "combobox") return;
  const options = [...choices(field).querySelectorAll("[role=option]:not([aria-disabled=true])")];
  if (event.key === "Escape" || event.key === "Tab") { close(field); return; }
  if (!options.length) return;
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Enter" && at >= 0) { choose(field, options[at]); event.preventDefault(); return; }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const step = event.key === "ArrowDown" ? at + 1 : (at < 0 ? options.length : at) - 1;
  const next = options[(step + options.length) % options.length];
  options.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
  field.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
  event.preventDefault();
});

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!(field instanceof Element) || field.getAttribute("role") !== "combobox") return;
  // What is typed over a choice is no longer that choice.
  for (const pair of field.dataset.fills.split(" ")) {
    const to = document.getElementById(pair.split(":")[1]);
    if (to !== field) to.value = "";
  }
});

document.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  document.querySelectorAll("[role=combobox]").forEach((field) => {
    const box = choices(field);
    if (option && box.contains(option)) choose(field, option);
    else if (!box.contains(event.target) && event.target !== field) close(field);
  });
});
