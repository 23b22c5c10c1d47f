// Puts a live field into the chapter in which the officer wrote last, and suggested wording at the end of its part.
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
  for (const button of document.querySelectorAll("button[data-suggested]")) {
    const area = document.getElementById(button.dataset.suggested);
    const words = document.getElementById(`${button.dataset.suggested}-suggested`).textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      const isThere = area.value.includes(words);
      if (!isThere) {
        const before = area.value.trimEnd();
        area.setRangeText(before ? `\n${words}` : words, before.length, area.value.length, "end");
      }
      area.focus();
      status.textContent = `${isThere ? status.dataset.there : status.dataset.suggested}: ${area.labels[0].textContent.trim()}`;
    });
  }
})();
