/* A tablet at a counter: a fresh form and a fresh id for each person, cleared after a while without touch.
   citizen.js checks, keeps and sends the answers and tells by events on the form:
     kept     the answers are on the disk and will be sent
     unkept   the tablet cannot store them
     waiting  how many still wait to be sent (detail)
   The page never leaves its address, so it goes on without network. */
(function () {
  "use strict";

  const SECOND = 1000;
  const IDLE = 60 * SECOND;
  const TO_ANSWER = 20 * SECOND; // WCAG 2.2.1 asks for at least so long
  const THANKS = 8 * SECOND;
  const RENEW = 1800 * SECOND; // a round that was closed takes what was opened before for an hour
  const LOOK = 60 * SECOND;
  const PATIENCE = 10 * SECOND;
  const HOME = location.pathname;

  const form = document.getElementById("form");
  const part = (name) => document.getElementById(name);
  const opened = performance.now();
  let touched = opened; // when somebody last touched the tablet
  let isClean = true; // nobody has touched this form yet
  let looked = opened;
  let thankedUntil = 0;

  // ---- going to another page of ours, only if it is in reach: a failed page would end the kiosk

  async function isInReach(address) {
    const patience = new AbortController();
    const waiting = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const response = await fetch(address, { cache: "no-store", signal: patience.signal });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      return response.status === 410 || page.body.classList.contains("kiosk"); // a hotspot's page does not
    } catch (fault) {
      return false;
    } finally {
      clearTimeout(waiting);
    }
  }

  async function go(address) {
    if (await isInReach(address)) location.replace(address);
  }

  async function lookForNews() {
    looked = performance.now();
    if (await isInReach(HOME) && (!form || isClean)) location.replace(HOME);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.hash) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (link.hreflang) go(link.href);
  }, true);

  history.scrollRestoration = "manual"; // nobody begins where another person was
  // Going back must not lead to anything. Browsers heed an entry only if it was made by a touch.
  let isTrapped = false;
  document.addEventListener("click", () => {
    if (!isTrapped) history.pushState(null, "", location.href);
    isTrapped = true;
  });
  addEventListener("popstate", () => {
    isTrapped = false;
    if (form) startAfresh();
  });

  document.body.classList.add("ready");
  if (!form) {
    setInterval(lookForNews, LOOK);
    return;
  }

  // ---- one person after the other

  function freshId() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function show(name) {
    for (const each of ["warning", "thanks", "unkept"]) part(each).hidden = each !== name;
    for (const each of document.querySelectorAll("header, main, footer")) each.toggleAttribute("inert", Boolean(name));
    if (name) (part(name).hasAttribute("tabindex") ? part(name) : part(name).querySelector("button")).focus();
  }

  function clear() {
    HTMLFormElement.prototype.reset.call(form);
    form.querySelector("[name=id]").value = freshId();
    form.dispatchEvent(new CustomEvent("afresh"));
    scrollTo({ top: 0, behavior: "instant" });
  }

  // Only counted, so nothing waits for it, and nothing is kept of it without network.
  const begun = () => navigator.sendBeacon(form.getAttribute("action") + "/begun", form.visit.value);

  function startAfresh() {
    clear();
    form.addEventListener("change", begun, { once: true });
    show("");
    isClean = true;
    thankedUntil = 0;
    part("main").focus({ preventScroll: true });
  }

  // The next person begins in the first language, with the newest page that is in reach.
  function nextPerson() {
    startAfresh();
    if (location.search || performance.now() - opened > RENEW) lookForNews();
  }

  // While the warning is shown only its button counts, so that nobody brushes it away unread.
  function touch() {
    if (!part("warning").hidden) return;
    touched = performance.now();
    isClean = false;
  }

  for (const name of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
    addEventListener(name, touch, { capture: true, passive: true });
  }
  document.addEventListener("click", () => {
    const page = document.documentElement;
    if (page.requestFullscreen && !document.fullscreenElement) page.requestFullscreen().catch(() => {});
  });

  part("warning").querySelector("button").addEventListener("click", () => {
    show("");
    touch();
  });
  part("thanks").querySelector("button").addEventListener("click", nextPerson);
  part("unkept").querySelector("button").addEventListener("click", () => show(""));

  form.addEventListener("kept", () => {
    clear();
    thankedUntil = performance.now() + THANKS;
    show("thanks");
  });
  form.addEventListener("unkept", () => show("unkept"));
  form.addEventListener("waiting", (event) => {
    const words = part("sending").dataset;
    part("sending").textContent = event.detail ? words.some.replace("{count}", event.detail) : words.none;
  });

  // ---- time

  function tick() {
    const now = performance.now();
    if (thankedUntil) {
      if (now >= thankedUntil) nextPerson();
      return;
    }
    if (isClean) {
      const isOld = location.search || now - Math.max(touched, opened) > RENEW;
      if (isOld && now - looked > LOOK) lookForNews();
      return;
    }
    const idle = now - touched;
    if (idle >= IDLE + TO_ANSWER) nextPerson();
    else if (idle >= IDLE) {
      if (part("warning").hidden) show("warning");
      const words = part("warning").querySelector("[data-text]");
      words.textContent = words.dataset.text.replace("{seconds}", Math.ceil((IDLE + TO_ANSWER - idle) / SECOND));
    }
  }

  // Browsers keep what is filled in for who comes back to a page: leave nothing to keep.
  form.setAttribute("autocomplete", "off");
  addEventListener("pagehide", clear);
  addEventListener("pageshow", (event) => {
    if (event.persisted) startAfresh();
  });
  setInterval(tick, SECOND / 4);
  startAfresh();
  isClean = !location.search; // somebody has just chosen another language

  // ---- starting again without network

  async function keepForLater() {
    await navigator.serviceWorker.register(new URL("worker.js", location.href));
    await navigator.serviceWorker.ready;
    const files = Array.from(document.querySelectorAll("link[rel=stylesheet], script[src]"), (each) => each.href || each.src);
    navigator.serviceWorker.controller ? load() : navigator.serviceWorker.addEventListener("controllerchange", load, { once: true });
    function load() {
      for (const file of [HOME, ...files]) fetch(file).catch(() => {});
    }
  }
  if (navigator.serviceWorker) keepForLater().catch(() => {});
})();
