// Captions beside their recording: the row that is being said is marked, times are taken from the
// recording, rows come and go without a new page, and the server's faults stand beside them.

const form = document.querySelector("form[data-captions]");
const video = document.querySelector("[data-video]");
const list = form.querySelector(".cues");
const rows = () => [...list.querySelectorAll("[data-cue]")];

showWhatNeedsScript(document);
changeRows();
showFaults();
if (video) {
  markWhatIsSaid();
  playFromLinks();
  takeTimes();
  listenToKeys();
  showWhatIsKept();
}

function showWhatNeedsScript(part) {
  if (!video) return;
  for (const element of part.querySelectorAll("[data-needs-script]")) element.hidden = false;
}

// --- times -----------------------------------------------------------------------------

const field = (row, name) => row.querySelector(`[name=${name}]`);

/** Seconds of a time as it is typed, NaN while it is none. */
function secondsOf(text) {
  const parts = text.trim().replace(",", ".").split(":");
  if (!parts.every((part) => /^\d+(\.\d+)?$/.test(part)) || parts.length > 3) return NaN;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

function clockOf(seconds) {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  const hours = ms >= 3_600_000 ? `${two(ms / 3_600_000)}:` : "";
  return `${hours}${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, "0")}`;
}

function setTime(row, name, seconds) {
  const input = field(row, name);
  input.value = clockOf(seconds);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function takeTimes() {
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-now]");
    if (button) setTime(button.closest("[data-cue]"), button.dataset.now, video.currentTime);
  });
  list.addEventListener("input", (event) => {
    if (event.target.name !== "start") return;
    const link = event.target.closest("[data-cue]").querySelector("[data-play]");
    link.querySelector("[data-clock]").textContent = event.target.value;
  });
}

// --- the recording ---------------------------------------------------------------------

function goTo(seconds) {
  const jump = () => { video.currentTime = seconds; };
  if (video.readyState > 0) jump();
  else {
    video.addEventListener("loadedmetadata", jump, { once: true });
    video.load();
  }
}

function playOrPause() {
  if (video.paused) video.play().catch(() => {}); // the browser may ask for a touch first
  else video.pause();
}

function playFromLinks() {
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-play]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const start = secondsOf(field(link.closest("[data-cue]"), "start").value);
    if (Number.isNaN(start)) return;
    goTo(start);
    video.play().catch(() => {});
  });
}

function markWhatIsSaid() {
  const mark = () => {
    const now = video.currentTime;
    for (const row of rows()) {
      const isSaid = secondsOf(field(row, "start").value) <= now && now < secondsOf(field(row, "end").value);
      if (isSaid && !row.hasAttribute("aria-current")) {
        row.setAttribute("aria-current", "true");
        // Not away under somebody who types.
        if (!form.contains(document.activeElement)) row.scrollIntoView({ block: "nearest" });
      } else if (!isSaid) row.removeAttribute("aria-current");
    }
  };
  video.addEventListener("timeupdate", mark);
  video.addEventListener("seeked", mark);
}

/** All with Ctrl, and only while a caption has the focus: readers of the page keep their keys. */
function listenToKeys() {
  const acts = {
    Enter: (event) => (event.shiftKey ? goTo(Math.max(0, video.currentTime - 3)) : playOrPause()),
    BracketLeft: (_event, row) => setTime(row, "start", video.currentTime),
    BracketRight: (_event, row) => setTime(row, "end", video.currentTime),
  };
  list.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-cue]");
    const act = acts[event.code];
    if (!row || !act || !event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    act(event, row);
  });
}

/** The captions on the recording are those that are kept: fetched anew after each save. */
function showWhatIsKept() {
  const track = video.querySelector("track");
  if (!track) return;
  const address = track.src;
  form.addEventListener("autosave", ({ detail }) => {
    if (detail.revision) track.src = `${address}?${detail.revision}`;
  });
}

// --- rows ------------------------------------------------------------------------------

function changeRows() {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-remove]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-cue]");
    if (button.hasAttribute("data-add")) add(row);
    else remove(row);
  });
}

/** The new row begins where the one before ends, and where the recording stands if that is later. */
function add(before) {
  const row = copyOf("[data-new-row]");
  showWhatNeedsScript(row);
  const end = before ? secondsOf(field(before, "end").value) || 0 : 0;
  const next = (before ? before.nextElementSibling : list.firstElementChild)?.closest("[data-cue]");
  const limit = next ? secondsOf(field(next, "start").value) : Infinity;
  const now = video && video.currentTime > end && video.currentTime < limit ? video.currentTime : end;
  field(row, "start").value = clockOf(now);
  field(row, "end").value = clockOf(limit > now ? Math.min(limit, now + 3) : now + 3);
  if (before) before.after(row);
  else list.prepend(row);
  const clock = row.querySelector("[data-clock]");
  if (clock) clock.textContent = field(row, "start").value;
  field(row, "text").focus();
}

function remove(row) {
  const gone = copyOf("[data-removed]");
  row.replaceWith(gone);
  const undo = gone.querySelector("button");
  undo.addEventListener("click", () => {
    gone.replaceWith(row);
    field(row, "text").focus();
    changed();
  });
  undo.focus();
  changed();
}

function copyOf(template) {
  return document.querySelector(`template${template}`).content.cloneNode(true).firstElementChild;
}

const changed = () => form.dispatchEvent(new Event("input"));

// --- faults ----------------------------------------------------------------------------

function showFaults() {
  form.addEventListener("autosave", ({ detail }) => {
    const now = rows();
    if (detail.rows?.length !== now.length) return; // rows came or went meanwhile: the next save tells
    now.forEach((row, at) => show(row, detail.rows[at]));
  });
}

function show(row, notes) {
  const lines = notes.map((note) => {
    const line = document.createElement("li");
    line.className = note.warning ? "cue-warning" : "cue-error";
    line.textContent = note.words;
    return line;
  });
  row.querySelector("[data-notes]").replaceChildren(...lines);
  const wrong = notes.filter((note) => !note.warning);
  row.classList.toggle("cue-wrong", wrong.length > 0);
  for (const name of ["start", "end", "text"]) {
    const isWrong = wrong.some((note) => note.is_of_times === (name !== "text"));
    if (isWrong) field(row, name).setAttribute("aria-invalid", "true");
    else field(row, name).removeAttribute("aria-invalid");
  }
}
