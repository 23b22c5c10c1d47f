/* Paper forms on the number keys; without it the page is a plain form: Tab goes on, Enter sends. */
(function () {
  "use strict";

  const form = document.getElementById("keying");
  const state = document.getElementById("keying-state");
  const fields = Array.from(form.querySelectorAll("input.key, textarea"));
  const kept = "keying " + form.getAttribute("action");
  let isSending = false;

  const say = (text) => { state.textContent = text; state.hidden = !text; };
  const go = (at) => { if (fields[at]) { fields[at].focus(); if (fields[at].select) fields[at].select(); } };

  // What was keyed stays in this browser until the server has it.
  function keep() {
    const keyed = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    try { localStorage.setItem(kept, JSON.stringify(keyed)); } catch (_) { /* full or forbidden: the page still holds it */ }
  }

  function restore() {
    let keyed = null;
    try { keyed = JSON.parse(localStorage.getItem(kept)); } catch (_) { return; }
    if (!keyed) return;
    fields.forEach((field) => { if (field.name in keyed) field.value = keyed[field.name]; });
    say(state.dataset.restored);
  }

  function isWrong(field) {
    const value = field.value.trim();
    const keys = (field.dataset.keys || "").split(" ").filter(Boolean);
    return value !== "" && keys.length > 0 && field.dataset.digits !== "0" && !keys.includes(value);
  }

  form.addEventListener("input", (event) => {
    const field = event.target;
    keep();
    const digits = Number(field.dataset.digits || 0);
    const wrong = isWrong(field);
    field.classList.toggle("is-invalid", wrong);
    if (wrong) { field.setAttribute("aria-invalid", "true"); } else { field.removeAttribute("aria-invalid"); }
    const isDone = digits > 0 && field.value.trim().length === digits && !wrong;
    if (isDone && field !== fields[fields.length - 1]) go(fields.indexOf(field) + 1);
    say(wrong ? state.dataset.wrong : "");
    if (wrong) field.select();
  });

  form.addEventListener("keydown", (event) => {
    const at = fields.indexOf(event.target);
    if (at < 0) return;
    if (event.key === "ArrowUp" && event.target.tagName === "INPUT") { event.preventDefault(); go(at - 1); }
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (isWrong(event.target)) return;
    if (at < fields.length - 1) go(at + 1); else form.requestSubmit();
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    keep();
    try {
      // The same form may arrive twice: the server keeps one.
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      if (answer.redirected && answer.url.includes("/paper/")) {
        localStorage.removeItem(kept);
        location.assign(answer.url);
      } else {
        form.submit(); // what is wrong with it, or a new sign-in, is a page of its own
      }
    } catch (_) {
      isSending = false;
      say(state.dataset.offline);
    }
  });

  restore();
  const first = fields.findIndex((field) => field.getAttribute("aria-invalid") === "true");
  const empty = fields.findIndex((field) => field.value === "");
  go(first >= 0 ? first : Math.max(empty, 0));
})();
