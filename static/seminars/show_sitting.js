// The page of a session while time passes: the minutes until it starts, the button to enter, the
// beats by which the server knows that somebody is still there, and a look at the connection.
//
// Nothing is decided here. The server counts by its own clock, and a page that was closed or cut
// off begins a new stay when it comes back.

const BEAT_SECONDS = 60;
const FIRST_BEAT_SECONDS = 5;
const MINUTE = 60_000;

// From how many kilobits a second on: picture and sound, and sound with slides.
const VIDEO_KBITS = 1500;
const AUDIO_KBITS = 300;
const LONGEST_CHECK = 20_000;

const box = document.querySelector("[data-sitting]");
if (box) start();

function start() {
  const find = (selector) => box.querySelector(selector);
  const starts = Date.parse(box.dataset.starts);
  // Each beat tells them anew: a session may be moved, or go on longer, while its page is open.
  let ends = Date.parse(box.dataset.ends);
  let opens = Date.parse(box.dataset.opens);
  // Clocks of old computers are wrong by minutes or hours: what counts is the server's.
  const ahead = Date.parse(box.dataset.now) - Date.now();
  const clock = () => Date.now() + ahead;

  // --- the time until it starts ---

  const announced = new Set();

  function until(minutes) {
    const { days, hours, minutes: words } = box.dataset;
    if (minutes >= 2880) return days.replace("{days}", Math.floor(minutes / 1440));
    if (minutes >= 60) return hours.replace("{hours}", Math.floor(minutes / 60)).replace("{minutes}", minutes % 60);
    return words.replace("{minutes}", minutes);
  }

  function tick() {
    const now = clock();
    const minutes = Math.max(0, Math.ceil((starts - now) / MINUTE));
    const countdown = find("[data-countdown]");
    if (countdown) {
      countdown.hidden = minutes === 0;
      find("[data-until]").textContent = until(minutes);
      if (minutes > 0 && minutes <= 10) announce("soon");
      if (minutes === 0 && now < starts + MINUTE) announce("started");
    }
    const enter = find("[data-enter]");
    if (enter && now >= opens && now < ends) {
      enter.hidden = false;
      find("[data-not-open]").hidden = true;
    }
  }

  /** Tell screen readers once; what a page already says when it opens is not told again. */
  function announce(what) {
    if (announced.has(what)) return;
    announced.add(what);
    if (opened) find("[data-announce]").textContent = box.dataset[what];
  }

  let opened = false;
  tick();
  opened = true;
  setInterval(tick, MINUTE / 4);

  // --- being there ---

  const tab = tabName();
  const enter = find("[data-enter]");
  let beating = 0;

  if (enter) {
    find("[data-tab]").value = tab;
    enter.target = "_blank";
    enter.rel = "noopener";
    find("[data-new-tab]").hidden = false;
    enter.addEventListener("submit", () => {
      if (box.dataset.presence) setTimeout(beatOn, FIRST_BEAT_SECONDS * 1000);
    });
  }
  if (box.dataset.presence && "entered" in box.dataset) beatOn();

  function beatOn() {
    if (beating) return;
    beating = setInterval(beat, BEAT_SECONDS * 1000);
    beat();
    addEventListener("online", beat);
    addEventListener("pagehide", beat);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") beat();
    });
  }

  async function beat() {
    if (clock() < opens || clock() > ends + 5 * MINUTE) return;
    let answer;
    try {
      answer = await fetch(box.dataset.presence, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": box.dataset.csrf },
        body: JSON.stringify({ tab }),
        keepalive: true,
      });
    } catch {
      say(box.dataset.offline);
      return;
    }
    if (answer.ok) told(await answer.json());
    else if (answer.status === 401) say(box.dataset.signedOut);
  }

  function told({ since, ...times }) {
    opens = Date.parse(times.opens);
    ends = Date.parse(times.ends);
    if (!since) return say("");
    const format = new Intl.DateTimeFormat(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: box.dataset.zone,
    });
    say(box.dataset.present.replace("{time}", format.format(new Date(since))));
  }

  function say(text) {
    const line = find("[data-presence-line]");
    if (line && line.textContent.trim() !== text) line.textContent = text;
  }

  checkLine(find);
}

/** Each tab is a device of its own, and stays it when its page is loaded anew. */
function tabName() {
  const fresh = crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join("-");
  try {
    const kept = sessionStorage.getItem("ieum-tab") ?? fresh;
    sessionStorage.setItem("ieum-tab", kept);
    return kept;
  } catch {
    return fresh;
  }
}

// --- what the connection is good for ---

function checkLine(find) {
  const button = find("[data-check-line]");
  if (!button) return;
  button.closest("[data-needs-script]").hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    const found = await measured(button.dataset.checkLine);
    for (const words of document.querySelectorAll("[data-line]")) words.hidden = words.dataset.line !== found;
    button.disabled = false;
    button.removeAttribute("aria-busy");
  });
}

/** Load a small file of ours and judge by how long it took; giving up late is an answer too. */
async function measured(address) {
  const begun = performance.now();
  try {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(LONGEST_CHECK) });
    if (!answer.ok) return "none";
    const bytes = (await answer.arrayBuffer()).byteLength;
    const kbits = (bytes * 8) / (performance.now() - begun);
    if (kbits >= VIDEO_KBITS) return "video";
    return kbits >= AUDIO_KBITS ? "audio" : "text";
  } catch (error) {
    return error.name === "TimeoutError" ? "text" : "none";
  }
}
