// Tells the server which seconds of a recording were really played.
//
// The server judges: it merges, it never lowers a record and it believes no more than real time
// allows. Here nothing is lost: what could not be sent waits in memory and in localStorage, under
// the lesson's numbers only, and goes out when the connection is back.

const BEAT_SECONDS = 15;
const LONGEST_WAIT_SECONDS = 300;
const KEEP_ON = new Set([0, 400, 401, 408, 429]);

const box = document.querySelector("[data-watch]");
const video = box?.querySelector("video");
if (video) start();

function start() {
  const duration = Number(box.dataset.duration);
  const fastest = Number(box.dataset.fastest);
  const prefix = `ieum-watch:${box.dataset.queue}:`;
  const ownKey = prefix + box.dataset.token.slice(-12);
  let pending = []; // [from, to] in seconds of the recording, played and not yet acknowledged
  let step = null; // where and when the last step of playing began
  let sending = false;
  let failures = 0;
  let notBefore = 0;
  let isClosed = false; // the server said that nothing more is recorded

  // --- what was played ---

  function begin() {
    step = video.paused ? null : { at: video.currentTime, clock: performance.now(), rate: video.playbackRate };
  }

  /** Take the time since the last step as played, unless it jumped or ran too fast. */
  function take() {
    if (step && !video.seeking) {
      const played = video.currentTime - step.at;
      const possible = ((performance.now() - step.clock) / 1000) * step.rate + 0.5;
      if (played > 0 && played <= possible) {
        if (step.rate <= fastest) pending = merge([...pending, [step.at, video.currentTime]]);
        else say(box.dataset.tooFast.replace("{rate}", fastest));
      }
    }
    begin();
  }

  function takeAndSend() {
    take();
    send();
  }

  video.addEventListener("playing", begin);
  video.addEventListener("seeking", () => { step = null; });
  video.addEventListener("seeked", begin);
  video.addEventListener("emptied", () => { step = null; });
  video.addEventListener("timeupdate", take);
  video.addEventListener("ratechange", take);
  video.addEventListener("pause", takeAndSend);
  video.addEventListener("ended", takeAndSend);

  // --- what is sent ---

  /** Whole seconds; neighbouring steps meet in the same rounded second, so no gap opens. */
  function whole(ranges) {
    return ranges
      .map(([from, to]) => [Math.max(0, Math.round(from)), Math.min(duration, Math.round(to))])
      .filter(([from, to]) => from < to);
  }

  function beat(ranges) {
    return {
      token: box.dataset.token,
      intervals: whole(ranges).slice(0, 500),
      position: Math.min(duration, Math.max(0, Math.floor(video.currentTime))),
    };
  }

  async function post(body) {
    const answer = await fetch(box.dataset.watch, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": box.dataset.csrf },
      body: JSON.stringify(body),
      keepalive: true,
    });
    const retry = Number(answer.headers.get("Retry-After")) || 0;
    return { status: answer.status, retry, standing: answer.ok ? await answer.json() : null };
  }

  async function send() {
    if (sending || isClosed || Date.now() < notBefore || !whole(pending).length) return;
    sending = true;
    const ranges = pending;
    pending = [];
    const body = beat(ranges);
    let result;
    try {
      result = await post(body);
    } catch {
      result = { status: 0, retry: 0 };
    }
    sending = false;
    if (result.standing) saved(result.standing);
    else if (KEEP_ON.has(result.status) || result.status >= 500) failed(ranges, result);
    else refused(result.status);
    remember();
  }

  function saved(standing) {
    failures = 0;
    notBefore = 0;
    show(standing);
    const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: box.dataset.zone,
    });
    say(box.dataset.saved.replace("{time}", clock.format(new Date())));
  }

  function failed(ranges, result) {
    pending = merge([...ranges, ...pending]);
    failures += 1;
    const wait = result.retry || Math.min(LONGEST_WAIT_SECONDS, BEAT_SECONDS * 2 ** (failures - 1));
    notBefore = Date.now() + wait * 1000;
    if (result.status === 401) say(box.dataset.signedOut);
    else if (result.status === 400) say(box.dataset.reload);
    else say(box.dataset.unsaved);
  }

  function refused(status) {
    isClosed = status !== 422;
    say(isClosed ? box.dataset.over : box.dataset.refused);
  }

  function sendNow() {
    notBefore = 0;
    send();
  }

  /** The page is going away: nothing can be waited for, and sending twice does no harm. */
  function sendLast() {
    take();
    remember();
    if (!isClosed && whole(pending).length) post(beat(pending)).catch(() => {});
  }

  setInterval(send, BEAT_SECONDS * 1000);
  // Once more a little later: a try begun without connection may still be failing, and the first
  // ones after it often do.
  addEventListener("online", () => { sendNow(); setTimeout(sendNow, 2000); sendLeftovers(); });
  addEventListener("offline", () => { if (whole(pending).length) say(box.dataset.unsaved); });
  addEventListener("pagehide", sendLast);
  document.addEventListener("visibilitychange", () => {
    take();
    if (document.visibilityState === "hidden") remember();
    sendNow();
  });

  // --- what waits ---

  function remember() {
    try {
      if (whole(pending).length) localStorage.setItem(ownKey, JSON.stringify(beat(pending)));
      else localStorage.removeItem(ownKey);
    } catch {
      // Storage is full or switched off: the beats stay in memory.
    }
  }

  function leftovers() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix) && key !== ownKey);
    } catch {
      return [];
    }
  }

  /** Send what earlier visits to this lesson could not; each with the token of its own page. */
  async function sendLeftovers() {
    for (const key of leftovers()) {
      try {
        const { status, standing } = await post(JSON.parse(localStorage.getItem(key)));
        if (KEEP_ON.has(status) || status >= 500) return;
        localStorage.removeItem(key);
        if (standing) show(standing);
      } catch (error) {
        if (error instanceof SyntaxError) localStorage.removeItem(key);
        else return;
      }
    }
  }

  sendLeftovers();
}

// --- what is shown ---

function show(standing) {
  const length = Number(box.dataset.length ?? box.dataset.duration);
  box.querySelector("[data-bar]").value = standing.watched_seconds;
  box.querySelector("[data-words]").textContent = box.dataset.watchedWords
    .replace("{watched}", clockLength(standing.watched_seconds))
    .replace("{length}", clockLength(length));
  if (standing.is_complete) reveal("[data-done]");
  if (standing.course_is_complete) reveal("[data-course-done]");
}

function reveal(selector) {
  for (const element of document.querySelectorAll(selector)) element.hidden = false;
}

function say(text) {
  const status = box.querySelector("[data-status]");
  if (status.textContent !== text) status.textContent = text;
}

function clockLength(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function merge(ranges) {
  const merged = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged[merged.length - 1];
    if (last && from <= last[1] + 0.01) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
