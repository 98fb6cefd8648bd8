// Sends files in parts and goes on where the line was cut (tus 1.0); without it the form sends
// them whole.
//
// What is there, only the server knows: after every break it is asked. Which upload a file belongs
// to is kept in localStorage under a hash, so that choosing the same file again goes on, even on
// another day. Afterwards the row shows how the file is being prepared.

const PART_BYTES = 1 << 20;
const STALLED_MS = 60_000;
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];
const FIRST_LOOK_MS = 2_000;
const LAST_LOOK_MS = 10_000;
const NOTICE_EVERY = 25;
const UNDER_WAY = new Set(["waiting", "working"]);
const TRY_AGAIN = new Set([0, 408, 423, 429, 460]);
const GONE = new Set([404, 410]);

class Refused extends Error {}
class Gone extends Error {}
class Broken extends Error {}

let line = Promise.resolve(); // files are sent one after the other
let sending = 0;

for (const form of document.querySelectorAll("[data-upload]")) enhance(form);
for (const row of document.querySelectorAll("[data-intake][data-look]")) follow(row, row.dataset.look);

function enhance(form) {
  for (const element of form.querySelectorAll("[data-without-script]")) element.hidden = true;
  const input = form.querySelector("input[type=file]");
  const take = (files) => {
    for (const file of files) queue(form, file);
    input.value = ""; // so that choosing the same file once more is a change
  };
  input.addEventListener("change", () => take([...input.files]));
  form.addEventListener("take-files", (event) => take(event.detail.files));
  form.addEventListener("submit", (event) => event.preventDefault()); // a part of a form hears none
}

function queue(form, file) {
  const upload = new Upload(form, file);
  line = line.then(() => upload.run()).catch(() => {});
}

// --- one file --------------------------------------------------------------------------

class Upload {
  constructor(form, file) {
    this.form = form;
    this.file = file;
    this.words = JSON.parse(form.dataset.words);
    this.fields = new FormData(form.form ?? form);
    this.address = "";
    this.offset = 0;
    this.noticed = 0;
    this.isPaused = false;
    this.isCancelled = false;
    this.request = null;
    this.wake = () => {};
    this.row = form.querySelector("template").content.firstElementChild.cloneNode(true);
    this.find("name").textContent = file.name;
    this.find("pause").addEventListener("click", () => this.pause(true));
    this.find("continue").addEventListener("click", () => this.pause(false));
    this.find("cancel").addEventListener("click", () => this.cancel());
    addEventListener("online", () => this.wake());
    form.querySelector("[data-list]").append(this.row);
    this.say(this.words.waiting);
  }

  find(name) {
    return this.row.querySelector(`[data-${name}]`);
  }

  async run() {
    if (this.isCancelled) return;
    mind(1);
    try {
      await this.send();
    } catch (error) {
      if (!this.isCancelled) this.end(error instanceof Refused && error.message ? error.message : this.words.failed);
      return;
    } finally {
      mind(-1);
    }
    if (this.isCancelled) return;
    this.forget();
    follow(this.row, this.look, (words) => this.notice(`${this.file.name}: ${words}`));
  }

  /** Send until the server has noted the last byte. */
  async send() {
    this.key = await keyOf(this.file, this.form, this.fields);
    let failures = 0;
    for (let isOver = false; !isOver && !this.isCancelled;) {
      try {
        await this.whilePaused();
        if (!this.address) await this.begin();
        else if (failures) await this.ask("HEAD");
        while (!isOver && !this.isPaused && !this.isCancelled) {
          await this.sendPart();
          failures = 0;
          isOver = this.offset === this.file.size;
        }
      } catch (error) {
        if (this.isPaused || this.isCancelled) continue;
        if (error instanceof Gone) isOver = await this.isTakenOver();
        else if (error instanceof Broken) await this.wait(failures++);
        else throw error;
      }
    }
  }

  /** Go on with the upload this file was sent to before, or begin one. */
  async begin() {
    const known = recall(this.key);
    if (known) {
      this.remember(known);
      await this.ask("HEAD");
    } else {
      const answer = await this.ask("POST", this.form.dataset.upload, {
        "Upload-Length": this.file.size,
        "Upload-Metadata": metadata({
          filename: this.file.name,
          ...placeOf(this.form, this.fields),
          language: this.fields.get("language"),
        }),
      });
      this.offset = 0;
      this.remember({ address: answer.getResponseHeader("Location"), intake: JSON.parse(answer.responseText).intake });
    }
    this.began = { at: performance.now(), offset: this.offset };
  }

  remember(known) {
    this.address = known.address;
    this.look = this.form.dataset.look.replace(/1$/, known.intake);
    // The row that told of this file when the page was loaded gives way to this one.
    document.querySelector(`[data-intake="${Number(known.intake)}"]`)?.remove();
    keep(this.key, known);
  }

  forget() {
    this.address = "";
    keep(this.key, null);
  }

  async sendPart() {
    let part;
    try {
      part = await this.file.slice(this.offset, this.offset + PART_BYTES).arrayBuffer();
    } catch {
      throw new Refused(this.words.unreadable);
    }
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": this.offset };
    if (crypto.subtle) {
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", part));
      headers["Upload-Checksum"] = `sha256 ${btoa(String.fromCharCode(...digest))}`;
    }
    this.show(this.offset);
    await this.ask("PATCH", this.address, headers, part);
    this.show(this.offset);
  }

  /** The upload is gone: because all of it was there and has been taken over, or for good. */
  async isTakenOver() {
    const answer = await look(this.look).catch(() => { throw new Broken(); });
    if (answer && answer.dataset.state !== "receiving") return true;
    this.forget();
    return false;
  }

  /** One request. Keeps the offset the server tells; a line that stands still counts as cut. */
  ask(method, address = this.address, headers = {}, body = null) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.request = request;
      let stalled;
      const listen = () => {
        clearTimeout(stalled);
        stalled = setTimeout(() => request.abort(), STALLED_MS);
      };
      request.open(method, address);
      const all = { "Tus-Resumable": "1.0.0", "X-CSRFToken": this.fields.get("csrf_token"), ...headers };
      for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
      if (body) {
        request.upload.onprogress = (event) => {
          listen();
          this.show(this.offset + event.loaded);
        };
      }
      request.onloadend = () => {
        clearTimeout(stalled);
        this.request = null;
        const told = request.getResponseHeader("Upload-Offset");
        if (request.status >= 200 && request.status < 300) {
          if (told !== null) this.offset = Number(told);
          resolve(request);
        } else if (GONE.has(request.status) && address === this.address) reject(new Gone());
        else if (TRY_AGAIN.has(request.status) || request.status >= 500) reject(new Broken());
        else if (request.status === 409 && method === "PATCH") reject(new Broken());
        else reject(new Refused(messageOf(request)));
      };
      listen();
      request.send(body);
    });
  }

  // --- waiting, pausing, cancelling ---

  async wait(failures) {
    const longest = WAITS_MS[Math.min(failures, WAITS_MS.length - 1)];
    this.say(navigator.onLine ? this.words.broken : this.words.offline);
    await new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, longest);
    });
    this.began = { at: performance.now(), offset: this.offset };
  }

  async whilePaused() {
    while (this.isPaused && !this.isCancelled) {
      mind(-1);
      await new Promise((resolve) => { this.wake = resolve; });
      mind(1);
      if (this.address) await this.ask("HEAD");
      this.began = { at: performance.now(), offset: this.offset };
    }
  }

  pause(isPaused) {
    this.isPaused = isPaused;
    this.find("pause").hidden = isPaused;
    this.find("continue").hidden = !isPaused;
    this.find(isPaused ? "continue" : "pause").focus();
    if (isPaused) {
      this.request?.abort();
      this.say(this.words.paused);
    } else this.wake();
  }

  cancel() {
    this.isCancelled = true;
    this.request?.abort();
    this.wake();
    if (this.address) this.ask("DELETE").catch(() => {});
    if (this.key) this.forget();
    this.row.remove();
    this.form.querySelector("input[type=file]").focus();
  }

  // --- what is shown ---

  show(sent) {
    if (this.isPaused) return;
    const size = this.file.size;
    const percent = Math.floor((sent / size) * 100);
    this.find("progress").value = percent;
    const bytes = fill(this.words.sending, { percent, sent: inBytes(sent), total: inBytes(size) });
    const left = this.left(sent);
    this.say(left ? `${bytes} · ${fill(this.words.left, { time: left })}` : bytes);
    const passed = Math.floor(percent / NOTICE_EVERY) * NOTICE_EVERY;
    if (passed > this.noticed) {
      this.noticed = passed;
      this.notice(fill(this.words.notice, { name: this.file.name, percent: passed }));
    }
  }

  left(sent) {
    const seconds = (performance.now() - this.began.at) / 1000;
    const here = sent - this.began.offset;
    if (seconds < 3 || here <= 0 || sent >= this.file.size) return "";
    return inTime((this.file.size - sent) * (seconds / here));
  }

  say(words) {
    this.find("words").textContent = words;
  }

  notice(words) {
    this.form.querySelector("[data-notice]").textContent = words;
  }

  /** Nothing more is tried: only the reason and the way to take the row away are left. */
  end(words) {
    this.say(words);
    this.notice(`${this.file.name}: ${words}`);
    for (const name of ["pause", "continue", "progress"]) this.find(name).hidden = true;
    this.find("words").classList.add("field-error");
  }
}

// --- how the file is being prepared ----------------------------------------------------

/** Show what the server says of a file until that is final. */
async function follow(row, address, tell = () => {}) {
  for (let wait = 0; ; wait = Math.min(Math.max(FIRST_LOOK_MS, wait * 1.4), LAST_LOOK_MS)) {
    await new Promise((resolve) => { setTimeout(resolve, wait); });
    let found;
    try {
      found = await look(address);
    } catch {
      continue; // the line is cut; later
    }
    if (!found) return row.remove();
    keepTyped(row, found);
    row = found;
    if (!UNDER_WAY.has(found.dataset.state)) {
      found.dispatchEvent(new CustomEvent("file-settled", { bubbles: true }));
      return tell(found.querySelector("[data-said]").textContent.trim());
    }
  }
}

/** Put a row in the place of an older one; what is being typed in that one stays. */
function keepTyped(row, found) {
  const focused = row.contains(document.activeElement) ? document.activeElement : null;
  for (const control of row.querySelectorAll("input[name]")) {
    const other = found.querySelector(`[name="${control.name}"]`);
    if (other) other.replaceWith(control);
  }
  row.replaceWith(found);
  if (focused) (found.contains(focused) ? focused : found.querySelector("input, button"))?.focus();
}

/** Return the row of a file as the server writes it, or nothing when it has been taken away. */
async function look(address) {
  const answer = await fetch(address, { headers: { "X-Fragment": "1" }, redirect: "error" });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Broken();
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return holder.content.firstElementChild;
}

// --- small things ----------------------------------------------------------------------

function mind(change) {
  sending += change;
  if (sending) addEventListener("beforeunload", askFirst);
  else removeEventListener("beforeunload", askFirst);
}

const askFirst = (event) => event.preventDefault();

/** Return what says where the files of a form belong. */
function placeOf(form, fields) {
  if (form.dataset.place) return { ...JSON.parse(form.dataset.place), key: fields.get("key") };
  return { lesson_id: form.dataset.lesson, purpose: fields.get("purpose"), material_id: fields.get("material_id") };
}

/** A file is known again by a hash: what it is called is nobody's business on a shared computer. */
async function keyOf(file, form, fields) {
  if (!crypto.subtle) return "";
  const parts = [file.name, file.size, file.lastModified, ...Object.values(placeOf(form, fields))];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(parts)));
  return `ieum-upload:${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function recall(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } // storage is off
}

function keep(key, known) {
  if (!key) return;
  try {
    if (known) localStorage.setItem(key, JSON.stringify(known));
    else localStorage.removeItem(key);
  } catch {
    // as above: the file goes on as long as this page is open
  }
}

function metadata(values) {
  return Object.entries(values)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name} ${btoa(String.fromCharCode(...new TextEncoder().encode(value)))}`)
    .join(",");
}

function messageOf(request) {
  try { return JSON.parse(request.responseText).message; } catch { return ""; }
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
}

function inBytes(size) {
  const [unit, length, digits] = size < 1e6 ? ["kilobyte", 1e3, 0] : ["megabyte", 1e6, 1];
  const style = { style: "unit", unit, maximumFractionDigits: digits };
  return new Intl.NumberFormat(document.documentElement.lang, style).format(size / length);
}

function inTime(seconds) {
  const [unit, length] = seconds < 90 ? ["second", 1] : seconds < 5400 ? ["minute", 60] : ["hour", 3600];
  const style = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: unit === "hour" ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang, style).format(Math.max(1, seconds / length));
}
