// Publishing takes seconds: the button says so, cannot be pressed twice, and goes on saying so when the page is opened anew
// meanwhile. Without this script a second press is told what the first one did.
(() => {
  "use strict";
  const LONGEST = 120000, PAUSE = 2500;
  const form = document.querySelector("form[data-publishing]");
  const KEY = "publishing";
  // Any message means that the server has answered: published, or why not.
  const isAnswered = document.querySelector(".flash") !== null;
  if (!form || isAnswered) localStorage.removeItem(KEY);
  if (!form) return;
  const button = form.querySelector("button");
  const idle = button.textContent;

  function say(isBusy) {
    button.disabled = isBusy;
    button.textContent = isBusy ? button.dataset.busy : idle;
    const status = form.querySelector("[role=status]");
    status.textContent = isBusy ? status.dataset.busy : "";
  }

  function begun() {
    const [what, at] = (localStorage.getItem(KEY) || "").split(" ");
    return what === form.dataset.publishing && Date.now() - Number(at) < LONGEST;
  }

  form.addEventListener("submit", (event) => {
    if (button.disabled) return event.preventDefault();
    localStorage.setItem(KEY, `${form.dataset.publishing} ${Date.now()}`);
    say(true);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  if (begun()) {
    say(true);
    setTimeout(() => location.reload(), PAUSE);
  }
})();
