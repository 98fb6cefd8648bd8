// What every page may use: nothing here is needed to read or send a page.

tellTimeZone();
closeMenuWhenWide();
guardUnsentForms();
fetchWhatCanWait();

/** Let the server greet in the right zone from the next page on; this page is not rewritten. */
function tellTimeZone() {
  let zone = "";
  try {
    zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  } catch {
    return;
  }
  if (!/^[A-Za-z0-9_+\-/]{1,64}$/.test(zone)) return;
  if (document.cookie.split("; ").includes(`zone_guess=${zone}`)) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `zone_guess=${zone}; Max-Age=31536000; Path=/; SameSite=Lax${secure}`;
}

/** A menu opened on a narrow window must not stay on top of the page once the window is wide. */
function closeMenuWhenWide() {
  const open = () => document.querySelectorAll(".site-nav, .display-settings");
  addEventListener("resize", () => {
    for (const menu of open()) {
      const button = document.querySelector(`button[popovertarget="${menu.id}"]:not(.menu-close)`);
      if (button && !button.offsetParent && menu.matches(":popover-open")) menu.hidePopover();
    }
  });
}

/** Ask before leaving a form marked data-guard whose fields were changed and not sent. */
function guardUnsentForms() {
  const changed = new Set();
  const warn = (event) => event.preventDefault();
  const watch = () => {
    if (changed.size) addEventListener("beforeunload", warn);
    else removeEventListener("beforeunload", warn);
  };
  for (const form of document.querySelectorAll("form[data-guard]")) {
    form.addEventListener("input", () => { changed.add(form); watch(); });
    form.addEventListener("reset", () => { changed.delete(form); watch(); });
    form.addEventListener("submit", () => { changed.delete(form); watch(); });
  }
}

/** Scripts of what reads well without them: on a slow line they would keep the style sheet waiting. */
function fetchWhatCanWait() {
  for (const { dataset } of document.querySelectorAll("[data-script]")) import(dataset.script);
}
