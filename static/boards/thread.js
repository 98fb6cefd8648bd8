// How far somebody has read a thread: up to the last post whose end was on the screen. Noted as
// they go on reading and when they leave; without scripts a button on the page does it.
//
// And what makes writing handier, once somebody begins to write: most who come only read.

const PAUSE = 4000;

const posts = document.querySelector("[data-reading]");
if (posts) noteReading(posts);
const answer = document.querySelector("[data-scripts]");
answer?.addEventListener("focusin", function begin(event) {
  if (!event.target.matches("textarea, input")) return;
  answer.removeEventListener("focusin", begin);
  bringTools(answer.dataset);
});

async function bringTools({ sheet, scripts }) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet });
  const isThere = new Promise((done) => { link.onload = link.onerror = done; });
  document.head.append(link);
  await isThere;
  for (const script of scripts.split(" ")) await import(script);
}

function noteReading(posts) {
  const address = posts.dataset.reading;
  let read = Number(posts.dataset.read);
  let noted = read;
  let timer = 0;

  /** Tell the server; what could not be told is told with the next post, or by the button. */
  async function note() {
    timer = 0;
    if (read <= noted) return;
    const upTo = read;
    const body = new URLSearchParams({ csrf_token: posts.dataset.token, up_to: upTo });
    try {
      const answer = await fetch(address, { method: "POST", body, keepalive: true, headers: { "X-Fragment": "1" } });
      if (answer.ok) noted = Math.max(noted, upTo);
    } catch {
      // The line is down.
    }
  }

  const ends = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      ends.unobserve(entry.target);
      const number = Number(entry.target.closest("[data-post]").dataset.post);
      if (number > read) read = number;
    }
    if (read > noted && !timer) timer = setTimeout(note, PAUSE);
  });
  for (const post of posts.querySelectorAll("[data-post]")) ends.observe(post.lastElementChild);
  addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") note();
  });
}
