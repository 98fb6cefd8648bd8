// A form marked data-autosave sends itself: two seconds after the last key, when a field is left,
// and when the page is hidden. The server's answer brings the revision the next save is made on.

const WAIT = 2000;

for (const form of document.querySelectorAll("form[data-autosave]")) saveByItself(form);

function saveByItself(form) {
  const line = form.querySelector("[data-save-line]");
  let timer = 0;
  let sent = serialise(form);
  let busy = false;
  let stopped = false;

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", save);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    stopped = true;
  });
  document.addEventListener("visibilitychange", () => document.hidden && save());
  addEventListener("online", save);
  addEventListener("beforeunload", (event) => {
    if (!stopped && serialise(form) !== sent) event.preventDefault();
  });

  async function save() {
    clearTimeout(timer);
    const now = serialise(form);
    if (stopped || now === sent) return;
    if (busy) {
      later();
      return;
    }
    busy = true;
    say(line.dataset.saving);
    try {
      await send(now);
    } catch {
      say(line.dataset.offline);
      timer = setTimeout(save, 5 * WAIT);
    } finally {
      busy = false;
    }
  }

  async function send(now) {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Autosave": "1" },
      keepalive: now.length < 60_000,
    });
    if (!answer.headers.get("content-type")?.includes("json")) throw new Error("no answer");
    const told = await answer.json();
    say(told.words || told.message || "");
    form.dispatchEvent(new CustomEvent("autosave", { detail: told }));
    if (answer.ok) {
      // What was typed while this was on its way is not saved yet.
      const isAll = serialise(form) === now;
      form.elements.revision.value = told.revision;
      sent = isAll ? serialise(form) : now;
      if (!isAll) later();
    } else if (answer.status === 409) {
      stopped = true; // the next step is the reader's: saving shows both versions
    } else if (answer.status >= 500) {
      throw new Error("busy");
    }
  }

  function say(words) {
    if (line.textContent !== words) line.textContent = words;
  }
}

/** What the form would send, as one text; files are not saved by themselves. */
function serialise(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(pairs).toString();
}
