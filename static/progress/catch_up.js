// Plays what somebody missed of a session, one part after the other. Each part is a link first.

const box = document.getElementById("player");
const video = box?.querySelector("video");
const parts = JSON.parse(box?.dataset.parts ?? "[]");
if (video && parts.length) playParts();

function playParts() {
  const lines = [...document.querySelectorAll("[data-part]")];
  const finished = box.querySelector("[data-finished]");
  let current = -1; // the part that is playing; -1 outside of all, where people may look around

  // Without a script the browser stops at the end of a part; with one it goes on with the next.
  video.src = video.src.replace(/(#t=[\d.]+),[\d.]+$/, "$1");

  function partAt(second) {
    return parts.findIndex(([from, to]) => from <= second && second < to);
  }

  function mark(part) {
    if (part === current) return;
    lines[current]?.removeAttribute("aria-current");
    lines[part]?.setAttribute("aria-current", "true");
    current = part;
    if (part >= 0) finished.hidden = true;
  }

  /** Leave a part at its end: what was played before is told first, so not within the event. */
  function goOn() {
    const next = current + 1;
    if (next < parts.length) {
      if (parts[next][0] > video.currentTime) video.currentTime = parts[next][0];
      return;
    }
    video.pause();
    finished.hidden = false;
    mark(-1);
  }

  video.addEventListener("timeupdate", () => {
    if (video.seeking) return;
    const at = video.currentTime;
    const hasEnded = current >= 0 && at >= parts[current][1];
    if (hasEnded && at < parts[current][1] + 2) setTimeout(goOn, 0);
    else mark(partAt(at));
  });
  // The file may end a little before its last second does.
  video.addEventListener("ended", () => { if (current >= 0) setTimeout(goOn, 0); });
  video.addEventListener("seeked", () => mark(partAt(video.currentTime)));
}
