// A folder is chosen as files: their paths go along, for the name alone does not tell where a file lies.
"use strict";

document.querySelectorAll("[data-folder]").forEach((place) => {
  const input = place.querySelector("input");
  if (!("webkitdirectory" in input)) return;
  place.hidden = false;
  input.form.addEventListener("submit", () => {
    const single = input.form.querySelector("#package");
    if (!input.files.length) { input.disabled = true; return; }
    single.disabled = true;
    for (const file of input.files) {
      const path = document.createElement("input");
      path.type = "hidden";
      path.name = "paths";
      path.value = file.webkitRelativePath;
      input.form.append(path);
    }
  });
});
