// What has stood before its reader for a while has been read: the button is pressed for them.

const PAUSE = 4000;
const form = document.querySelector("form[data-mark-read]");

const mark = async () => {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", mark);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      redirect: "manual",
    });
    // An answer that leads on is the one to a form that was taken.
    if (answer.type === "opaqueredirect" && !form.contains(document.activeElement)) form.hidden = true;
  } catch {
    // Without a line the button stays where it is.
  }
};

if (form) {
  document.addEventListener("visibilitychange", mark);
  setTimeout(mark, PAUSE);
}
