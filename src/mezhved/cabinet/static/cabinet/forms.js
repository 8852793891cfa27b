// Forms of information types: masks, searches in long lists, dates from a calendar, problems at their fields.
"use strict";

(() => {
  document.documentElement.classList.add("scripted");

  // ---- what is sent: one field alone while typing; never files beside texts
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, path, parameters, formData } = event.detail;
    const form = elt.closest("#draft-form");
    if (!form) return;
    const values = formData || parameters;
    if (path.endsWith("/value/")) {
      const kept = new Set(["at", "version", "csrfmiddlewaretoken", "back", elt.name]);
      for (const key of [...values.keys()]) if (!kept.has(key)) values.delete(key);
    } else if (path.endsWith("/binary/")) {
      const kept = new Set(["at", "version", "csrfmiddlewaretoken", "back", elt.name]);
      for (const key of [...values.keys()]) if (!kept.has(key)) values.delete(key);
    } else {
      for (const [key, value] of [...values.entries()]) if (value instanceof File) values.delete(key);
    }
    // Whatever waited in the queue goes with the version that is known now.
    const version = document.getElementById("form-version");
    if (version) values.set("version", version.value);
  });

  // ---- a plain post waits for the saves that are on their way, or it would look like another window's
  const underway = new Set();
  document.addEventListener("htmx:beforeSend", (event) => {
    const { elt, xhr } = event.detail;
    if (!elt.closest("#draft-form")) return;
    underway.add(xhr);
    // One that waits in the queue begins when the one before it is done.
    xhr.addEventListener("loadend", () => setTimeout(() => underway.delete(xhr), 50));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id !== "draft-form" || !underway.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    const began = Date.now();
    const again = () => {
      if (underway.size && Date.now() - began < 10000) setTimeout(again, 50);
      else { underway.clear(); form.requestSubmit(submitter); }
    };
    again();
  }, true);

  // ---- problems at their fields
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (!target || !target.id || !target.id.endsWith("-problem")) return;
    const control = document.getElementById(target.id.replace(/problem$/, "control"));
    if (!control) return;
    if (target.querySelector(".flaw")) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  });
  document.addEventListener("formsFilled", (event) => {
    for (const [id, value] of Object.entries(event.detail.values)) {
      const control = document.getElementById(id);
      if (control && control !== document.activeElement) control.value = value;
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-to]");
    if (!link) return;
    const part = document.getElementById(link.dataset.to);
    const control = document.getElementById(`${link.dataset.to}-control`) || (part && part.querySelector("input:not([type=hidden]), select, textarea, button"));
    if (!control) return;
    event.preventDefault();
    for (let at = control.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    control.focus();
    control.scrollIntoView({ block: "center" });
  });
  // The first thing to look at after sending: the summary, or what was just added.
  window.addEventListener("load", () => {
    const first = document.querySelector("#form-problems");
    if (first) first.focus();
  });

  // ---- masks: 0 a digit, a a letter, * either; anything else stands for itself
  const fits = { "0": /[0-9]/, a: /\p{L}/u, "*": /[0-9\p{L}]/u };
  function masked(text, mask) {
    let out = "";
    let rest = [...text];
    for (const sign of mask) {
      if (!rest.length) break;
      if (fits[sign]) {
        while (rest.length && !fits[sign].test(rest[0])) {
          if (/[0-9\p{L}]/u.test(rest[0])) return null;
          rest.shift();
        }
        if (!rest.length) break;
        out += rest.shift();
      } else {
        if (rest[0] === sign) rest.shift();
        out += sign;
      }
    }
    return rest.some((each) => /[0-9\p{L}]/u.test(each)) ? null : out;
  }
  const meaning = (text) => [...text].filter((each) => /[0-9\p{L}]/u.test(each)).length;
  document.addEventListener("input", (event) => {
    const control = event.target;
    const mask = control.dataset && control.dataset.mask;
    if (!mask || event.isComposing) return;
    const removing = (event.inputType || "").startsWith("delete");
    const before = meaning(control.value.slice(0, control.selectionStart));
    let text = masked(control.value, mask);
    if (text === null) return; // what the mask does not know is typed as it is, the check says more
    if (removing) text = text.replace(/[^0-9\p{L}]+$/u, "");
    if (text === control.value) return;
    control.value = text;
    let at = 0;
    for (let seen = 0; at < text.length && seen < before; at += 1) if (/[0-9\p{L}]/u.test(text[at])) seen += 1;
    if (!removing) while (at < text.length && !/[0-9\p{L}]/u.test(text[at])) at += 1;
    control.setSelectionRange(at, at);
  }, true);

  // ---- dates: typed as people write them, or taken from the browser's own calendar
  function pad(number) { return String(number).padStart(2, "0"); }
  function withPickers(root) {
    for (const control of root.querySelectorAll("input[data-picker]:not([data-ready])")) {
      control.dataset.ready = "1";
      const english = document.documentElement.lang === "en";
      const native = document.createElement("input");
      native.type = control.dataset.picker;
      native.className = "native";
      native.tabIndex = -1;
      native.setAttribute("aria-hidden", "true");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "picker";
      // Drawn, not written: many workplaces have no font with a calendar.
      button.innerHTML = '<svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4"><rect x="1.5" y="3" width="13" height="11.5" rx="1.5"/><path d="M1.5 6.5h13M5 1v3.4M11 1v3.4"/></svg>';
      button.setAttribute("aria-label", english ? "Choose in a calendar" : "Выбрать в календаре");
      if (typeof native.showPicker !== "function") continue;
      button.addEventListener("click", () => {
        const found = /^(\d{2})\.(\d{2})\.(\d{4})(?: (\d{2}:\d{2}))?/.exec(control.value);
        if (found) native.value = `${found[3]}-${found[2]}-${found[1]}${native.type === "date" ? "" : `T${found[4] || "00:00"}`}`;
        try { native.showPicker(); } catch { control.focus(); }
      });
      native.addEventListener("change", () => {
        const found = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?/.exec(native.value);
        if (!found) return;
        control.value = `${found[3]}.${found[2]}.${found[1]}${found[4] ? ` ${pad(found[4])}:${pad(found[5])}` : ""}`;
        control.dispatchEvent(new Event("change", { bubbles: true }));
        control.focus();
      });
      control.after(button, native);
    }
  }
  document.addEventListener("DOMContentLoaded", () => withPickers(document));
  document.addEventListener("htmx:load", (event) => withPickers(event.detail.elt.parentElement || document));

  // ---- long lists, dictionaries, addresses: searched as one types (WAI-ARIA combobox)
  let waiting = 0;
  const listOf = (control) => document.getElementById(control.getAttribute("aria-controls"));
  const isCombo = (control) => control instanceof HTMLInputElement && control.getAttribute("role") === "combobox";
  function close(control) {
    const list = listOf(control);
    if (list) list.hidden = true;
    control.setAttribute("aria-expanded", "false");
    control.removeAttribute("aria-activedescendant");
  }
  async function search(control) {
    const form = control.form;
    const body = new FormData();
    body.set("at", control.name);
    body.set(control.name, control.value);
    body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(control.dataset.find, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (!answer.ok || document.activeElement !== control) return;
    const list = listOf(control);
    list.innerHTML = await answer.text();
    list.hidden = false;
    control.setAttribute("aria-expanded", "true");
  }
  function mark(control, step) {
    const options = [...listOf(control).querySelectorAll("[role=option]")];
    if (!options.length) return;
    const current = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    const next = options[(current + step + options.length) % options.length];
    options.forEach((each) => each.setAttribute("aria-selected", String(each === next)));
    control.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }
  function choose(control, option) {
    control.value = option.dataset.value;
    close(control);
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  document.addEventListener("input", (event) => {
    if (!isCombo(event.target)) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => search(event.target), 250);
  });
  document.addEventListener("keydown", (event) => {
    const control = event.target;
    if (!isCombo(control)) {
      // Enter in a field saves nothing by accident: it goes with the button alone.
      if (event.key === "Enter" && control instanceof HTMLInputElement && control.closest("#draft-form") && control.type === "text") event.preventDefault();
      return;
    }
    const open = control.getAttribute("aria-expanded") === "true";
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) mark(control, event.key === "ArrowDown" ? 1 : -1);
      else search(control);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const marked = open && listOf(control).querySelector("[aria-selected=true]");
      if (marked) choose(control, marked);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      close(control);
    }
  });
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest("#draft-form .found [role=option]");
    if (!option) return;
    event.preventDefault();
    const control = document.querySelector(`[aria-controls="${option.parentElement.id}"]`);
    if (control) choose(control, option);
  });
  document.addEventListener("focusout", (event) => { if (isCombo(event.target)) close(event.target); });

  // ---- files: how far they are
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.closest && event.target.closest("[data-upload]") && event.target.closest("[data-upload]").querySelector("progress");
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.value = Math.round((100 * event.detail.loaded) / event.detail.total);
  });
})();
