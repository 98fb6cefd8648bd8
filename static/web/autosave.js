// A form marked data-autosave sends itself: two seconds after the last key, soon after a field is
// left, and when the page is hidden. The server's answer brings the revision the next save is made on.
// Once the session has ended the text waits here until its writer has signed in in another tab.

const WAIT = 2000;
const SOON = 300; // a field is left by pressing the button too: its press comes first
const TOKEN = "[name=csrf_token]";

for (const form of document.querySelectorAll("form[data-autosave]")) saveByItself(form);

function saveByItself(form) {
  const line = form.querySelector("[data-save-line]");
  let timer = 0;
  let sent = serialise(asItCame(form));
  let busy = false;
  let stopped = false;
  let leaving = false; // sent by its button; whoever goes on typing has not left after all
  let signedOut = false;
  let pressed = null; // the sending that waits for the answer to a save

  const saveIn = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };
  const stay = () => {
    leaving = false;
    pressed = null;
  };
  for (const event of ["input", "change"]) form.addEventListener(event, stay);
  addEventListener("pageshow", (event) => event.persisted && stay());
  form.addEventListener("input", () => saveIn(WAIT));
  form.addEventListener("change", () => saveIn(SOON));
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    leaving = true;
    if (busy && !pressed) {
      event.preventDefault();
      pressed = event;
    } else {
      pressed = null; // pressed once more, it is not kept waiting
    }
  });
  document.addEventListener("visibilitychange", () => (document.hidden || signedOut) && save());
  addEventListener("focus", () => signedOut && save());
  addEventListener("online", save);
  addEventListener("beforeunload", (event) => {
    if (!leaving && serialise(form) !== sent) event.preventDefault();
  });
  if (serialise(form) !== sent) saveIn(WAIT);

  async function save() {
    clearTimeout(timer);
    const now = serialise(form);
    if (stopped || leaving || now === sent) return;
    if (busy) {
      saveIn(WAIT);
      return;
    }
    busy = true;
    if (!signedOut) say(line.dataset.saving);
    try {
      await send();
    } catch {
      say(line.dataset.offline);
      saveIn(5 * WAIT);
    } finally {
      busy = false;
      sendNow();
    }
  }

  /** Send what was to be sent: on an older revision than the save made, it would be refused. */
  function sendNow() {
    const waiting = pressed;
    pressed = null;
    if (waiting) form.requestSubmit(waiting.submitter);
  }

  async function send(isSecondTime = false) {
    const now = serialise(form);
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Autosave": "1" },
      keepalive: now.length < 60_000,
    });
    if (!answer.headers.get("content-type")?.includes("json")) throw new Error("no answer");
    const told = await answer.json();
    signedOut = answer.status === 401;
    if (signedOut) {
      say(told.words, link(told.sign_in, told.link));
      saveIn(5 * WAIT);
      return;
    }
    if (told.error === "expired_form") {
      if (isSecondTime) throw new Error("no token");
      if (await renewTokens()) await send(true);
      else say(told.other_reader);
      return;
    }
    say(told.words || told.message || "");
    form.dispatchEvent(new CustomEvent("autosave", { detail: told }));
    if (answer.ok) {
      // What was typed while this was on its way is not saved yet.
      const isAll = serialise(form) === now;
      form.elements.revision.value = told.revision;
      sent = isAll ? serialise(form) : now;
      if (!isAll) saveIn(WAIT);
    } else if (answer.status === 409) {
      stopped = true; // the next step is the reader's: saving shows both versions
    } else if (answer.status >= 500) {
      throw new Error("busy");
    }
  }

  function say(words, next = null) {
    const said = next ? `${words} ${next.textContent}` : words;
    if (line.textContent === said) return;
    line.textContent = words;
    if (next) line.append(" ", next);
  }
}

function link(address, words) {
  const made = document.createElement("a");
  made.href = address;
  made.target = "_blank";
  made.rel = "noopener";
  made.textContent = words;
  return made;
}

/** Take the tokens that count since somebody signed in elsewhere; not if that is somebody else. */
async function renewTokens() {
  const answer = await fetch(location.href, { redirect: "error", cache: "no-store" });
  if (!answer.ok) throw new Error("no page");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (readerOf(page) !== readerOf(document)) return false;
  const { value } = page.querySelector(TOKEN);
  for (const field of document.querySelectorAll(TOKEN)) field.value = value;
  return true;
}

function readerOf(page) {
  return page.querySelector(".account-button")?.textContent.trim();
}

/** The form with what the server wrote in it: on a poor line people type before this runs. */
function asItCame(form) {
  const came = form.cloneNode(true);
  came.reset();
  return came;
}

/** What the form would send, as one text; files are not saved by themselves. */
function serialise(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(pairs).toString();
}
