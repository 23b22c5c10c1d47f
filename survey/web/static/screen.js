/* A screen at a counter shows a code that changes. Twice a minute the same page is fetched anew and its content put in
   place of the old one; without network the last code stays only as long as the server takes it. */
(function () {
  "use strict";

  const SECOND = 1000;
  const RETRY = 3 * SECOND;
  const PATIENCE = 10 * SECOND;
  const MARGIN = 0.3 * SECOND; // the server must be in the next window
  const lost = document.getElementById("lost");

  let ends; // when the shown code is to be replaced
  let gone; // when the server stops taking it
  let asked = 0; // when the next fetch is due
  let busy = false;

  function shown() {
    return document.getElementById("screen");
  }

  function begin() {
    const left = Number(shown().dataset.seconds) * SECOND;
    const bar = document.getElementById("left");
    ends = performance.now() + left;
    gone = ends + (bar ? bar.max * SECOND : left);
    asked = ends + MARGIN;
    lost.hidden = true;
  }

  async function fetched() {
    const patience = new AbortController();
    const waiting = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const response = await fetch(location.href, { cache: "no-store", signal: patience.signal });
      if (response.status === 410 || response.status === 404) location.reload();
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      return page.getElementById("screen"); // a hotspot's page has none
    } catch (fault) {
      return null;
    } finally {
      clearTimeout(waiting);
    }
  }

  async function renew() {
    busy = true;
    const fresh = await fetched();
    busy = false;
    if (fresh) {
      shown().replaceWith(document.importNode(fresh, true));
      begin();
    } else {
      asked = performance.now() + RETRY;
    }
  }

  function tick() {
    const now = performance.now();
    const bar = document.getElementById("left");
    if (bar) bar.value = Math.max(0, (ends - now) / SECOND);
    if (!busy && now >= asked) renew();
    const code = document.querySelector(".code");
    if (now >= gone) {
      if (code) code.hidden = true;
      lost.hidden = false;
    }
  }

  begin();
  setInterval(tick, SECOND / 4);
  // After sleep the code may be long out of date: never show it, ask at once.
  addEventListener("online", () => { asked = 0; });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") asked = 0;
  });
})();
