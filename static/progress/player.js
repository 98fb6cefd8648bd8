// What makes the player handier: going on where one stopped, quality without a new page, speed,
// single keys, and a transcript that follows. Each of these is a link or a native control first.

const box = document.getElementById("player");
const video = box?.querySelector("video");
if (video) {
  for (const element of box.querySelectorAll("[data-needs-script]")) element.hidden = false;
  fetchWhatWaited();
  goOnWhereStopped();
  jumpFromLinks();
  changeQuality();
  changeSpeed();
  listenToKeys();
  followTranscript();
}

/** Words first: on a slow line recording, picture and beats would keep the style sheet waiting. */
function fetchWhatWaited() {
  if (box.dataset.watchScript) import(box.dataset.watchScript);
  if (video.dataset.poster) video.poster = video.dataset.poster;
  if (video.dataset.preload) video.preload = video.dataset.preload;
}

function goTo(second) {
  const jump = () => { video.currentTime = second; };
  if (video.readyState > 0) jump();
  else {
    video.addEventListener("loadedmetadata", jump, { once: true });
    video.load();
  }
  video.play().catch(() => {}); // the browser may ask for a touch first
}

function goOnWhereStopped() {
  const prompt = box.querySelector("[data-resume]");
  video.addEventListener("play", () => { if (prompt) prompt.hidden = true; }, { once: true });
}

function jumpFromLinks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-at]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(Number(link.dataset.at));
    if (link.closest("[data-resume]")) video.focus();
  });
}

function changeQuality() {
  for (const link of box.querySelectorAll("a[data-quality]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const at = video.currentTime;
      const wasPlaying = !video.paused;
      const rate = video.playbackRate;
      box.querySelector("a[data-quality][aria-current]")?.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      video.src = link.dataset.src;
      video.addEventListener("loadedmetadata", () => {
        video.currentTime = at;
        video.playbackRate = rate;
        if (wasPlaying) video.play().catch(() => {});
      }, { once: true });
      video.load();
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `quality=${link.dataset.quality}; Max-Age=31536000; Path=/; SameSite=Lax${secure}`;
    });
  }
}

function changeSpeed() {
  const select = box.querySelector("#speed");
  select.addEventListener("change", () => { video.playbackRate = Number(select.value); });
  video.addEventListener("ratechange", () => {
    const option = [...select.options].find((each) => Number(each.value) === video.playbackRate);
    select.selectedIndex = option ? option.index : -1;
  });
}

function listenToKeys() {
  const choice = box.querySelector("[data-keys]");
  try {
    choice.checked = localStorage.getItem("ieum-keys") !== "off";
  } catch {
    // Storage is switched off: the choice lasts for this page.
  }
  choice.addEventListener("change", () => {
    try {
      localStorage.setItem("ieum-keys", choice.checked ? "on" : "off");
    } catch {
      // as above
    }
  });
  const acts = {
    k: playOrPause,
    " ": playOrPause,
    j: () => { video.currentTime = Math.max(0, video.currentTime - 10); },
    l: () => { video.currentTime = Math.min(video.duration || 0, video.currentTime + 10); },
    f: () => { document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen?.(); },
    c: switchCaptions,
    "[": () => changeRate(-0.25),
    "]": () => changeRate(0.25),
  };
  document.addEventListener("keydown", (event) => {
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || !choice.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTakenBy(event.target, event.key)) return;
    event.preventDefault();
    act();
  });
}

/** Fields take every key; buttons, links and the video's own controls take the space bar. */
function isTakenBy(target, key) {
  if (target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]")) return true;
  return key === " " && Boolean(target.closest("a, button, summary, input, video, [tabindex]:not(main)"));
}

function playOrPause() {
  if (video.paused) video.play().catch(() => {});
  else video.pause();
}

function changeRate(by) {
  const fastest = Number(box.dataset.fastest);
  video.playbackRate = Math.min(fastest, Math.max(0.75, video.playbackRate + by));
}

function switchCaptions() {
  const tracks = [...video.textTracks];
  const showing = tracks.filter((track) => track.mode === "showing");
  if (showing.length) {
    for (const track of showing) track.mode = "disabled";
    switchCaptions.last = showing[0];
  } else {
    const own = tracks.find((track) => track.language === document.documentElement.lang.slice(0, 2));
    const track = switchCaptions.last ?? own ?? tracks[0];
    if (track) track.mode = "showing";
  }
}

function followTranscript() {
  const list = document.querySelector("[data-transcript]");
  if (!list) return;
  const lines = [...list.querySelectorAll("[data-second]")];
  const seconds = lines.map((line) => Number(line.dataset.second));
  let current = -1;
  video.addEventListener("timeupdate", () => {
    let at = -1;
    while (at + 1 < seconds.length && seconds[at + 1] <= video.currentTime) at += 1;
    if (at === current) return;
    lines[current]?.removeAttribute("aria-current");
    lines[at]?.setAttribute("aria-current", "true");
    current = at;
    // Only the list scrolls, never the page, and not under somebody who reads in it.
    if (lines[at] && !list.matches(":hover, :focus-within")) {
      list.scrollTop = lines[at].offsetTop - list.offsetTop - list.clientHeight / 3;
    }
  });
}
