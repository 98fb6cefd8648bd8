"""axe finds nothing on any page: light and dark, wide, and narrow with large letters.

A page is loaded once; theme, text size and width then change as the display settings and a
window change them, without loading. Each width is looked at with every rule, in one theme each;
when thorough, each is looked at in the other theme too, by the rules whose answer it can change.
The head and foot are the same on all pages of a reader: but for the first look, they are looked at
on the first page only. Of rows, or cells of a row, that differ in their words alone, which is most
of a long table, the colours of one are looked at.
"""

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ViewportSize

from tests.browser.tabs import NARROW, WIDE, Opened
from tests.browser.thorough import THOROUGH

STATIC = Path(__file__).resolve().parents[2] / "static"

EVERY_RULE = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
}
COLOURS = ["color-contrast", "link-in-text-block"]
# Twins: like another row of theirs in every element, class and state; words and addresses apart.
MARK_TWINS = """
() => {
  const words = "href src action id for name value datetime title alt popovertarget "
    + "aria-label aria-labelledby aria-describedby aria-controls";
  const told = new RegExp(`(${words.replaceAll(" ", "|")})="[^"]+"`, "g");
  const kinds = new Map();
  for (const row of document.querySelectorAll("tbody > tr, td, li, article")) {
    if (!kinds.has(row.parentNode)) kinds.set(row.parentNode, new Set());
    const known = kinds.get(row.parentNode);
    const place = [...row.parentNode.children].indexOf(row);
    const kind = (place % 2) + row.outerHTML
      .replace(/>[^<]*[^<\\s][^<]*/g, ">x").replace(told, '$1="x"').replace(/\\d+/g, "0");
    if (known.has(kind)) row.toggleAttribute("data-twin", true);
    known.add(kind);
  }
}
"""
LOOK = """
async ([part, isEveryRule, every, colours]) => {
  const look = (context, options) => axe.run(context, {
    ...options, resultTypes: ["violations"], reporter: "no-passes", preload: false,
  });
  const found = await look({ include: [[part]], exclude: [["[data-twin]"]] }, { runOnly: colours });
  if (isEveryRule) {
    const rules = Object.fromEntries(colours.map((rule) => [rule, { enabled: false }]));
    const others = await look({ include: [[part]] }, { runOnly: every, rules });
    found.violations.push(...others.violations);
  }
  return found.violations.map((fault) => [fault.id, ...fault.nodes.map((node) => node.html)]);
}
"""
FRAME = """
(wanted) => {
  Object.assign(document.documentElement.dataset, wanted);
  return document.documentElement.scrollWidth;
}
"""


def test_axe_finds_nothing(opened: Opened) -> None:
    tab = opened.tab
    tab.evaluate(f"() => {{ {AXE_SCRIPT} }}")
    tab.evaluate(MARK_TWINS)
    found: dict[str, list[Any]] = {}

    def look(name: str, window: ViewportSize, theme: str, text: int, is_every: bool) -> None:
        tab.set_viewport_size(window)
        width = tab.evaluate(FRAME, {"theme": theme, "text": str(text)})
        part = "main" if found and name in opened.reader.frames_seen else "html"
        opened.reader.frames_seen.add(name)
        found[name] = tab.evaluate(LOOK, [part, is_every, EVERY_RULE, COLOURS])
        if width > window["width"]:
            found[name].append(["sideways scrolling", width])

    look("wide and light", WIDE, "light", 100, True)
    look("narrow, dark and large", NARROW, "dark", 150, True)
    if THOROUGH:
        look("narrow, light and large", NARROW, "light", 150, False)
        look("wide, dark and large", WIDE, "dark", 150, False)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_every_row_is_looked_at_and_the_colours_of_each_kind(browser: Browser) -> None:
    pale = '<tr style="color: #ddd"><td><img src="data:,">Five</td></tr>'
    rows = '<tr><td><img src="data:,">One</td></tr>' * 4 + pale
    tab = browser.new_page()
    tab.set_content(f"<main><table><tbody>{rows}</tbody></table></main>")
    tab.evaluate(f"() => {{ {AXE_SCRIPT} }}")
    tab.evaluate(MARK_TWINS)
    found = tab.evaluate(LOOK, ["main", True, EVERY_RULE, COLOURS])
    twins = tab.locator("[data-twin]").count()
    tab.close()
    assert twins == 2
    nodes = {fault[0]: len(fault) - 1 for fault in found}
    assert (nodes["image-alt"], nodes["color-contrast"]) == (5, 1)


def test_a_theme_changes_nothing_but_colours() -> None:
    """What lets the second theme be looked at with the rules about colours alone."""
    themes = [
        block
        for sheet in STATIC.rglob("*.css")
        for block in re.findall(r"\[data-theme[^{]*\{([^}]*)\}", sheet.read_text())
    ]
    assert len(themes) >= 3
    for block in themes:
        names = re.findall(r"(?:^|[;{\n])\s*([\w-]+)\s*:", block)
        assert [name for name in names if not name.startswith(("--", "color-scheme"))] == []
