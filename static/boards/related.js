// Threads like the title that is being typed, shown below it: perhaps the question was answered.
// The box says in data-related where they are asked for; its words came with the page.

const PAUSE = 700;
const SHORTEST = 2;

const box = document.querySelector("[data-related]");
const title = document.querySelector("input[name=title]");
let waiting = 0;
let asking = null;
let shown = title?.value.trim();

async function show(words) {
  asking?.abort();
  asking = new AbortController();
  const address = new URL(box.dataset.related, location.href);
  address.searchParams.set("q", words);
  try {
    const answer = await fetch(address, { signal: asking.signal });
    // Somebody who is signed out is led elsewhere, and who types much is asked to wait.
    if (!answer.ok || answer.redirected) return;
    box.innerHTML = await answer.text();
    shown = words;
  } catch {
    // The line is down or more was typed: what is shown stays.
  }
}

if (box && title) {
  title.closest(".field").after(box); // where the eyes are; without this script it stands above
  title.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const words = title.value.trim();
      if (words !== shown && words.length >= SHORTEST) show(words);
    }, PAUSE);
  });
}
