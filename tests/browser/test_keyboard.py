"""With the Tab key alone one gets everywhere, in the order of the page, and sees where one is."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.pages import NAMED
from tests.browser.tabs import NARROW, WIDE

# All there is to stop at, in the order of the document. Of radio buttons that belong together the
# Tab key stops at one; the others are reached with the arrows.
FIND_STOPS = """
() => {
  const groups = new Set();
  const controls = "a[href], button, input, select, textarea, summary, video[controls], [tabindex]";
  window.stops = [...document.querySelectorAll(controls)].filter((each) => {
    if (each.disabled || each.tabIndex < 0 || each.type === "hidden") return false;
    if (!each.getClientRects().length) return false;
    if (!each.checkVisibility({ visibilityProperty: true })) return false;
    if (each.type !== "radio") return true;
    const isFirst = !groups.has(each.name);
    groups.add(each.name);
    return isFirst;
  });
  return window.stops.length;
}
"""
LOOK = """
() => {
  const at = document.activeElement;
  const isSeen = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    && !/, 0\\)$|transparent/.test(style.outlineColor);
  const box = at.getBoundingClientRect();
  return {
    place: window.stops.indexOf(at),
    html: at.cloneNode(false).outerHTML.slice(0, 200),
    is_nowhere: at === document.body,
    has_outline: isSeen(getComputedStyle(at)) || isSeen(getComputedStyle(at, "::after")),
    is_in_view: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}
"""


@dataclass(frozen=True)
class Stop:
    """Where the Tab key has led: which stop of the document it is, and what is seen of it."""

    place: int
    html: str
    is_nowhere: bool
    has_outline: bool
    is_in_view: bool


@pytest.mark.parametrize("name", ["home", "course", "sign-up", "lesson", "managed-run"])
def test_every_stop_is_seen_and_follows_the_one_before(tab_of, name):
    tab = tab_of(NAMED[name].reader).open(NAMED[name], "en").tab
    tab.set_viewport_size(WIDE)
    tab.evaluate("() => { document.documentElement.dataset.text = '100' }")
    count = tab.evaluate(FIND_STOPS)
    assert count > 10
    stops = walk(tab, count)
    assert [stop.html for stop in stops if not (stop.has_outline and stop.is_in_view)] == []
    assert [stop.html for stop in stops if stop.place < 0] == []
    assert [stop.place for stop in stops] == list(range(count))


@pytest.mark.parametrize("menu", ["site-nav", "display-settings"])
def test_a_menu_opens_with_a_key_and_lets_go_with_escape(visit, menu):
    tab = visit(viewport=NARROW, reduced_motion="reduce").page()
    tab.goto("/en/")
    opener = tab.locator(f"button[popovertarget={menu}]:not(.menu-close)")
    opener.focus()
    tab.keyboard.press("Enter")
    expect(tab.locator(f"#{menu}")).to_be_visible()
    tab.keyboard.press("Tab")
    assert tab.evaluate("id => document.activeElement.closest(`#${id}`) !== null", menu)
    tab.evaluate(FIND_STOPS)
    assert look(tab).has_outline
    tab.keyboard.press("Escape")
    expect(tab.locator(f"#{menu}")).to_be_hidden()
    expect(opener).to_be_focused()


def walk(tab: Any, count: int) -> list[Stop]:
    """Press Tab from the top until the page is left; a stop with parts of its own counts once."""
    stops: list[Stop] = []
    presses = 0
    while True:
        tab.keyboard.press("Tab")
        presses += 1
        stop = look(tab)
        if stop.is_nowhere or (stops and stop.place == 0):
            return stops
        if not stops or stop.place != stops[-1].place or stop.place < 0:
            stops.append(stop)
        assert presses < 2 * count + 20, f"does not let go: {stop.html}"


def look(tab: Any) -> Stop:
    return Stop(**tab.evaluate(LOOK))
