/* Comfort and survival for pages that work as plain forms without it; templates/citizen/script.html says how. */
(function () {
  "use strict";

  const SECOND = 1000;
  const DAY = 24 * 3600 * SECOND;
  const DRAFT_LIFE = DAY;
  const OUTBOX_LIFE = 14 * DAY;
  const LONGEST_PAUSE = 300 * SECOND;
  const LONGEST_WAIT = 3600 * SECOND;
  const NETWORK_PATIENCE = 20 * SECOND;
  const STORAGE_PATIENCE = 4 * SECOND; // of who waits; some browsers never answer
  const CONTROLS = "input:not([type=hidden]), textarea, select";

  const panel = document.getElementById("state");
  if (!panel.toggleAttribute) return; // before late 2018
  // A question called "submit" hides form.submit: only safe names are used.
  const form = document.getElementById("form");
  // At a tablet (kiosk.js) the next person must see nothing of the last one.
  const isKiosk = document.body.classList.contains("kiosk");

  // ---- the phone's storage

  let opened = null;

  const reopen = () => { opened = null; };

  function database() {
    if (opened) return opened;
    opened = new Promise((resolve, reject) => {
      const request = indexedDB.open("sipas", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("outbox", { keyPath: "id" });
        request.result.createObjectStore("draft", { keyPath: "counter" });
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        request.result.onclose = reopen;
        resolve(request.result);
      };
      request.onerror = request.onblocked = () => reject(request.error);
    });
    opened.catch(reopen);
    return opened;
  }

  // Resolves once the transaction is complete: on the disk.
  async function transact(mode, work) {
    const stores = await database();
    return new Promise((resolve, reject) => {
      const transaction = stores.transaction(["outbox", "draft"], mode, { durability: "strict" });
      const request = work(transaction.objectStore("outbox"), transaction.objectStore("draft"));
      transaction.oncomplete = () => resolve(request && request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  function inTime(stored) {
    const late = (_, reject) => setTimeout(reject, STORAGE_PATIENCE, new Error("late"));
    return Promise.race([stored, new Promise(late)]);
  }

  const nothing = () => {};
  const forget = (entry) => inTime(transact("readwrite", (outbox) => outbox.delete(entry.id))).catch(nothing);

  // ---- telling the citizen

  const copyOf = (template) => document.importNode(document.getElementById(template).content, true).firstElementChild;

  function write(part, words) {
    for (const place of part.querySelectorAll("[data-text]")) {
      place.textContent = place.dataset.text.replace(/{(\w+)}/g, (_, word) => words[word]);
    }
  }

  const noteOn = (subject) => Array.from(panel.children).find((note) => note.dataset.subject === subject);

  // The same note is not announced twice.
  function say(subject, name, words) {
    const said = noteOn(subject);
    if (said && said.dataset.name === name) return said;
    const note = copyOf("say-" + name);
    note.dataset.subject = subject;
    note.dataset.name = name;
    write(note, words);
    if (said) said.remove();
    if (!isKiosk || subject === "problems") panel.appendChild(note);
    return note;
  }

  function unsay(subject) {
    const note = noteOn(subject);
    if (note) note.remove();
  }

  // ---- the outbox

  let mine = null; // the entry that was sent from this page, until the server has decided about it
  let running = false;
  let again = false;
  let failures = 0;
  let notBefore = 0; // what Retry-After asked for, on the clock that cannot be set
  let timer;

  // Tabs take turns; a sleeping one holds nobody up.
  function alone(work) {
    if (!navigator.locks) return work();
    const patience = new AbortController();
    const waiting = setTimeout(() => patience.abort(), NETWORK_PATIENCE);
    const turn = () => {
      clearTimeout(waiting);
      return work();
    };
    return navigator.locks.request("outbox", { signal: patience.signal }, turn).catch((fault) => {
      if (fault.name !== "AbortError") throw fault;
      return work();
    });
  }

  async function flush() {
    if (running) return;
    running = true;
    clearTimeout(timer);
    let left = 0;
    do {
      again = false;
      left = await alone(deliverAll).catch(() => null);
    } while (again);
    running = false;
    if (isKiosk && form && left !== null) form.dispatchEvent(new CustomEvent("waiting", { detail: left }));
    if (left === 0) return;
    failures += 1;
    const pause = Math.random() * Math.min(LONGEST_PAUSE, 2 ** failures * SECOND);
    timer = setTimeout(flush, Math.max(0, notBefore - performance.now()) + pause);
  }

  function wake() {
    if (performance.now() >= notBefore) flush();
  }

  // How many still wait.
  async function deliverAll() {
    const entries = await transact("readonly", (outbox) => outbox.getAll()).catch((fault) => {
      if (!mine) throw fault;
      return [];
    });
    // Another tab may have delivered ours.
    if (mine && !entries.some((entry) => entry.id === mine.id)) entries.push(mine);
    let left = 0;
    for (const entry of entries) if (performance.now() < notBefore || !(await settle(entry))) left += 1;
    return left;
  }

  // Whether nothing more is to be done for this entry now.
  async function settle(entry) {
    if (Date.now() - entry.sent > OUTBOX_LIFE) {
      await forget(entry);
      say(entry.id, "expired", { day: new Date(entry.sent).toLocaleDateString(document.documentElement.lang) });
      return true;
    }
    const { status, reply } = await post(entry);
    if ((status === 200 || status === 201) && reply.id === entry.id && reply.receipt) {
      await acknowledged(entry, reply);
    } else if (status === 422 && reply.problems) {
      await faulty(entry, reply.problems);
    } else if ([400, 409, 410, 413].includes(status) && reply.title) {
      await refused(entry, reply, status === 413);
    } else {
      say(entry.id, isMine(entry) ? "stored" : "waiting");
      return false;
    }
    return true;
  }

  // The server's own word; without content for anything else, such as a hotspot's page.
  async function post(entry) {
    const body = new URLSearchParams(entry.body);
    // The difference of two readings: a wrong clock does not matter.
    body.set("age", Math.max(0, Math.round((Date.now() - entry.sent) / SECOND)));
    const patience = new AbortController();
    const waiting = setTimeout(() => patience.abort(), NETWORK_PATIENCE);
    try {
      const response = await fetch(entry.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        keepalive: true,
        cache: "no-store",
        redirect: "error",
        credentials: "omit",
        signal: patience.signal,
      });
      const seconds = Number(response.headers.get("Retry-After"));
      if (seconds > 0) notBefore = performance.now() + Math.min(seconds * SECOND, LONGEST_WAIT);
      const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
      return { status: response.status, reply: (isJson && (await response.json())) || {} };
    } catch (fault) {
      return { status: 0, reply: {} };
    } finally {
      clearTimeout(waiting);
    }
  }

  async function acknowledged(entry, reply) {
    await forget(entry);
    failures = 0;
    const receipt = String(reply.receipt).replace(/^.{5}/, "$&-");
    const note = say(entry.id, isMine(entry) ? "done" : "delivered", { receipt });
    note.querySelector(".kept").hidden = !reply.kept_first;
    if (!isMine(entry)) return;
    mine = null;
    panel.focus();
    // Going back from that page does not meet the form again.
    const thanks = String(reply.thanks);
    if (!thanks.startsWith("/x/")) return;
    fetch(thanks, { method: "HEAD", cache: "no-store" })
      .then((page) => page.ok && location.replace(thanks))
      .catch(nothing);
  }

  async function refused(entry, reply, canBeChanged) {
    if (canBeChanged && isMine(entry)) await thaw();
    else await forget(entry);
    say(entry.id, "refused", reply);
    if (!isMine(entry)) return;
    mine = null;
    panel.focus();
  }

  async function faulty(entry, problems) {
    if (isMine(entry)) {
      await thaw();
      complain(problems);
      return;
    }
    // Sent from another page: the server shows it again with what is missing.
    const note = say(entry.id, "review");
    if (isKiosk) await forget(entry);
    note.querySelector("button").onclick = async () => {
      await forget(entry);
      const copy = document.createElement("form");
      copy.method = "post";
      copy.action = entry.action;
      new URLSearchParams(entry.body).forEach((value, name) => {
        const field = copy.appendChild(document.createElement("input"));
        field.type = "hidden";
        field.name = name;
        field.value = value;
      });
      document.body.appendChild(copy);
      HTMLFormElement.prototype.submit.call(copy);
    };
  }

  const isMine = (entry) => !isKiosk && mine !== null && mine.id === entry.id;

  addEventListener("online", () => {
    failures = 0;
    wake();
  });
  addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
    else if (form) saveNow();
  });
  // What somebody left on a shared phone.
  const isOld = (draft) => Math.abs(Date.now() - draft.saved) > DRAFT_LIFE;

  async function clean() {
    const old = (await transact("readonly", (_, drafts) => drafts.getAll())).filter(isOld);
    if (old.length) await transact("readwrite", (_, drafts) => old.forEach((draft) => drafts.delete(draft.counter)));
  }

  clean().catch(nothing);
  flush();

  // ---- the language, remembered on this phone only

  function remembered(choice) {
    try {
      if (choice) localStorage.setItem("lang", choice);
      return localStorage.getItem("lang");
    } catch (fault) {
      return null;
    }
  }

  // An address that names a language is left alone.
  const wanted = remembered();
  const address = new URL(location.href);
  if (wanted && !isKiosk && panel.dataset.languages.split(" ").includes(wanted) && !address.searchParams.has("lang")) {
    address.searchParams.set("lang", wanted);
    location.replace(address.href);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[hreflang]");
    if (!link) return;
    remembered(link.hreflang);
    if (!form) return;
    event.preventDefault();
    saveNow().then(() => location.assign(link.href));
  });

  if (!form) return;

  // ---- the form: which questions apply, how far one is

  const action = form.getAttribute("action");
  const draftOf = { counter: new URL(action, location.href).pathname, version: form.getAttribute("data-version") };
  const questions = Array.from(form.querySelectorAll(".question"));
  const bar = document.querySelector(".bar");
  const conditional = Array.from(form.querySelectorAll("[data-when]"));
  const draftLine = copyOf("draft");
  let pressed = null; // older browsers do not say which button sent the form
  let saving = 0; // the timer of a draft that is still to be stored

  const controls = (part) => Array.from(part.querySelectorAll(CONTROLS));
  const isChoice = (control) => control.type === "radio" || control.type === "checkbox";
  const isGiven = (control) => control.value.trim() !== "" && !control.disabled && (!isChoice(control) || control.checked);
  const given = () => controls(form).filter(isGiven).map((control) => [control.name, control.value]);
  const isAsked = (part) => !part.closest("[data-when][hidden]");
  const codeOf = (question) => question.id.slice("q-".length);
  const isAnswered = (question) => controls(question).some(isGiven);

  // What does not apply is disabled: neither sent nor an answer for others to depend on.
  function showWhatApplies() {
    let changed = true;
    for (let pass = 0; changed && pass <= conditional.length; pass += 1) {
      changed = false;
      const answers = given();
      for (const part of conditional) {
        const accepted = part.dataset.is.split(" ");
        const applies = answers.some(([name, value]) => name === part.dataset.when && accepted.includes(value));
        if (part.hidden === applies) changed = true;
        part.hidden = !applies;
      }
      for (const control of controls(form)) control.disabled = !isAsked(control);
    }
  }

  function refresh() {
    showWhatApplies();
    const asked = questions.filter(isAsked);
    const done = asked.filter(isAnswered).length;
    write(bar, { done, total: asked.length });
    bar.querySelector("progress").max = asked.length;
    bar.querySelector("progress").value = done;
  }

  // ---- the draft

  const saveNow = async () => saving && save();

  async function save() {
    clearTimeout(saving);
    saving = 0;
    if (mine || isKiosk) return;
    const answers = given();
    const draft = Object.assign({ answers, saved: Date.now() }, draftOf);
    await inTime(transact("readwrite", (_, drafts) => (answers.length ? drafts.put(draft) : drafts.delete(draft.counter))))
      .then(() => { draftLine.hidden = !answers.length; }, nothing);
  }

  // Far from what is tapped often; nothing moves when it appears.
  const putAside = () => form.parentNode.append(draftLine);

  async function restore() {
    const draft = await transact("readonly", (_, drafts) => drafts.get(draftOf.counter));
    const fits = draft && draft.version === draftOf.version && !isOld(draft);
    if (draft && !fits) await transact("readwrite", (_, drafts) => drafts.delete(draft.counter));
    if (!fits) return;
    if (!given().length) fill(draft.answers);
    form.before(draftLine); // for who finds another's answers
    draftLine.hidden = false;
  }

  function fill(answers) {
    for (const control of controls(form)) {
      const values = answers.filter(([name]) => name === control.name).map(([, value]) => value);
      if (isChoice(control)) control.checked = values.includes(control.value);
      else control.value = values.length ? values[0] : "";
      control.disabled = false;
    }
    refresh();
    if (answers.length) say("draft", "restored");
  }

  draftLine.querySelector("button").onclick = async () => {
    fill([]);
    putAside();
    await save();
    complain({});
    say("draft", "cleared");
    panel.focus();
  };

  // ---- sending

  function problems() {
    const found = {};
    const words = document.getElementById("say-problem").dataset;
    for (const question of questions.filter(isAsked)) {
      const code = codeOf(question);
      if (controls(question).some((control) => !control.validity.valid)) found[code] = words.invalid;
      else if ("required" in question.dataset && !isAnswered(question)) found[code] = words.required;
    }
    return found;
  }

  // Show what is wrong beside each question, as the server would.
  function complain(found) {
    for (const shown of document.querySelectorAll("#summary, #form .error")) shown.remove();
    unsay("problems");
    const wrong = questions.filter((question) => codeOf(question) in found);
    for (const question of questions) {
      const isWrong = wrong.includes(question);
      question.classList.toggle("faulty", isWrong);
      if (!isWrong) continue;
      const error = copyOf("say-problem");
      error.id = question.id + "-error";
      write(error, { problem: found[codeOf(question)] });
      question.querySelector("legend, label").insertAdjacentElement("afterend", error);
      const described = question.tagName === "FIELDSET" ? question : controls(question)[0];
      const others = (described.getAttribute("aria-describedby") || "").replace(error.id, "");
      described.setAttribute("aria-describedby", (others + " " + error.id).trim());
    }
    if (!wrong.length) return;
    say("problems", "problems", { count: wrong.length });
    controls(wrong[0])[0].focus();
    wrong[0].scrollIntoView();
  }

  function showForm(isShown) {
    for (const part of [form, bar, draftLine]) part.toggleAttribute("hidden", !isShown);
  }

  function freeze(entry) {
    if (isKiosk) {
      mine = null;
      form.dispatchEvent(new CustomEvent("kept"));
      again = true;
      flush();
      return;
    }
    mine = entry;
    showForm(false);
    unsay("draft");
    unsay("problems");
    say(entry.id, "stored");
    panel.focus();
    again = true;
    flush();
  }

  async function refreeze(entry) {
    clearTimeout(saving);
    saving = 0;
    freeze(entry);
    await transact("readwrite", (_, drafts) => drafts.delete(draftOf.counter));
  }

  // The answers are the citizen's again.
  async function thaw() {
    unsay(mine.id);
    await forget(mine);
    mine = null;
    showForm(true);
    await save();
  }

  // One transaction moves the answers from the draft to the outbox.
  async function send(entry) {
    mine = entry;
    await inTime(transact("readwrite", (outbox, drafts) => {
      // What was first sent under an id stays.
      outbox.add(entry).onerror = (event) => {
        event.preventDefault();
        event.stopPropagation();
      };
      drafts.delete(draftOf.counter);
    }));
    freeze(entry);
  }

  form.addEventListener("submit", (event) => {
    if (pressed && pressed.name === "lang_to") return; // the server shows it all in that language
    event.preventDefault();
    if (mine) return; // tapped twice
    const found = problems();
    complain(found);
    if (Object.keys(found).length) return;
    clearTimeout(saving);
    saving = 0;
    const body = new URLSearchParams(new FormData(form)).toString();
    send({ id: form.querySelector("[name=id]").value, action, body, sent: Date.now() }).catch(() => {
      mine = null;
      if (isKiosk) form.dispatchEvent(new CustomEvent("unkept"));
      else if (!navigator.onLine) say("problems", "unkept").scrollIntoView();
      else HTMLFormElement.prototype.submit.call(form);
    });
  });
  form.addEventListener("click", (event) => {
    pressed = event.target.closest("button");
    if (pressed && pressed.name === "lang_to") remembered(pressed.value);
  });
  const changed = () => {
    refresh();
    clearTimeout(saving);
    saving = setTimeout(save, 300);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed); // all that older browsers tell of a tap
  const visit = !isKiosk && !given().length && form.visit.value;
  if (visit) form.addEventListener("change", () => navigator.sendBeacon(action + "/begun", visit), { once: true });
  form.addEventListener("afresh", () => {
    complain({});
    refresh();
  });
  addEventListener("pageshow", refresh); // browsers put answers back late

  // ---- opening the page

  bar.style.visibility = "visible";
  if (!isKiosk) putAside();
  refresh();
  if (isKiosk) return;
  // However late: what was sent is not changed.
  transact("readonly", (outbox) => outbox.get(form.querySelector("[name=id]").value))
    .then((entry) => (entry ? refreeze(entry) : restore()))
    .catch(nothing);
})();
