// Comfort for the editor: what is typed is saved by itself, the preview follows, keys move parts.
"use strict";
(() => {
  const PAUSE = 800;
  const status = document.getElementById("saved");
  const form = document.querySelector("form[data-autosave]");
  let timer = 0, running = Promise.resolve(), changed = false, reload = false, isSaving = false, isLeaving = false;

  const say = (words, failed) => {
    status.textContent = words;
    status.classList.toggle("failed", Boolean(failed));
  };

  const refresh = () => {
    const frame = document.getElementById("preview");
    if (frame && frame.offsetParent) frame.contentWindow.location.reload();
  };

  // What can be chosen depends on what was chosen; whoever works with the keyboard goes on where they were.
  const loadAnew = () => {
    const field = document.activeElement;
    const value = field.type === "checkbox" && field.getAttribute("value");
    if (field.name) sessionStorage.setItem("focused", `[name="${CSS.escape(field.name)}"]${value ? `[value="${CSS.escape(value)}"]` : ""}`);
    location.reload();
  };
  const focused = sessionStorage.getItem("focused");
  sessionStorage.removeItem("focused");
  if (form && focused) form.querySelector(focused)?.focus();

  const taken = (answer) => {
    for (const field of document.querySelectorAll('input[name="revision"]')) field.value = answer.revision;
    say(answer.saved);
    if (reload && !changed && !isLeaving) loadAnew();
    refresh();
  };

  const save = async () => {
    if (!changed) return;
    changed = false;
    isSaving = true;
    const body = new FormData(form);
    const sent = [...form.querySelectorAll("textarea[name^='to-']")].map((area) => [area.name, area.value]);
    try {
      const reply = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
      const answer = await reply.json();
      if (!reply.ok) { say(answer.text || answer.title, true); return; }
      for (const [name, text] of sent) form.elements[name.replace("to-", "was-")].value = text;
      taken(answer);
    } catch {
      changed = true;
      say(status.dataset.failed || "", true);
    } finally {
      isSaving = false;
    }
  };

  const soon = (event) => {
    if (event.target.name === "new_code") return;
    changed = true;
    reload = reload || event.target.matches("[data-reload]");
    clearTimeout(timer);
    timer = setTimeout(() => { running = running.then(save); }, PAUSE);
  };

  if (form && status) {
    form.addEventListener("input", soon);
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      isLeaving = true;
      if (!isSaving) return;
      // What is on its way would look like somebody else's change to the same words.
      event.preventDefault();
      running.then(() => form.requestSubmit(event.submitter));
    });
    document.addEventListener("visibilitychange", () => { if (document.hidden) running = running.then(save); });
  }

  // Alt and an arrow move the part in which the focus is, as its buttons do.
  document.addEventListener("keydown", (event) => {
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const part = event.altKey && way && document.activeElement.closest("[data-movable]");
    const button = part && part.querySelector(`[data-move="${way}"]`);
    if (!button) return;
    event.preventDefault();
    sessionStorage.setItem("moved", way);
    button.click();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) sessionStorage.setItem("moved", button.dataset.move);
  });

  // After a move the page is a new one: the focus goes back to the button that was used, once the browser has
  // scrolled to the part, which takes the focus away.
  const moved = sessionStorage.getItem("moved");
  sessionStorage.removeItem("moved");
  const target = moved && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const again = target && target.closest("[data-movable]")?.querySelector(`[data-move="${moved}"]`);
  if (again) addEventListener("load", () => setTimeout(() => again.focus(), 100));
})();
