// Asks for the number of notices every half a minute, while somebody looks at the page.
"use strict";

(() => {
  const pause = 30000;
  let asked = Date.now();

  function look() {
    const count = document.getElementById("notice-count");
    if (document.visibilityState !== "visible" || count === null || typeof htmx === "undefined") return;
    asked = Date.now();
    htmx.trigger(count, "look");
  }

  setInterval(look, pause);
  document.addEventListener("visibilitychange", () => {
    if (Date.now() - asked >= pause) look();
  });
})();
