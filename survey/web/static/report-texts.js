// Puts a live field into the chapter in which the officer wrote last.
"use strict";
(() => {
  const areas = [...document.querySelectorAll("textarea[data-live]:not([readonly])")];
  if (!areas.length) return;
  const status = document.getElementById("inserted");
  let last = areas[0];
  for (const area of areas) area.addEventListener("focus", () => { last = area; });
  for (const button of document.querySelectorAll("button[data-field]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = button.dataset.field;
      last.setRangeText(field, last.selectionStart, last.selectionEnd, "end");
      last.focus();
      status.textContent = `${status.dataset.words} ${field}: ${last.labels[0].textContent.trim()}`;
    });
  }
})();
