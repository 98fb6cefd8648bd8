"""On 150 kbit/s with 800 ms of latency a page shows its first content within three seconds."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.browser.pages import LANGUAGES, NAMED, Page
from tests.browser.people import People
from tests.browser.tabs import NARROW

LINE = {
    "offline": False,
    "latency": 800,
    "downloadThroughput": 150_000 / 8,
    "uploadThroughput": 150_000 / 8,
}
FIRST_CONTENT_WITHIN = 3000
MOVED = 0.05
# The line takes up nearly all of the time, and what it takes never varies. A machine that does
# other work as well can only make a visit slower than it is, so the quickest of a few counts.
TRIES = 4
PAINTED = """
() => new Promise((resolve) => {
  const watch = (type, done) => new PerformanceObserver((list, self) => done(list, self))
    .observe({ type, buffered: true });
  let shift = 0;
  watch("layout-shift", (list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  });
  watch("paint", (list) => {
    const [first] = list.getEntriesByName("first-contentful-paint");
    if (first) requestAnimationFrame(() => setTimeout(() => resolve([first.startTime, shift])));
  });
})
"""


@pytest.mark.parametrize("name", ["home", "course", "lesson"])
def test_first_content_comes_soon_and_stays_in_its_place(visit_as, people, name):
    late = dict.fromkeys(LANGUAGES, 0.0)
    for _ in range(TRIES):
        visits = visit_in_each(late, NAMED[name], visit_as, people)
        assert {language: shift for language, (_, shift) in visits.items() if shift > MOVED} == {}
        late = {language: at for language, (at, _) in visits.items() if at > FIRST_CONTENT_WITHIN}
    assert late == {}


def visit_in_each(
    languages: Iterable[str], page: Page, visit_as: Any, people: People
) -> dict[str, tuple[float, float]]:
    """Open a page in several languages side by side, each on a line of its own.

    Return when its first content was painted, and how far things moved until all was there.
    """
    watched = visit_as(page.reader, viewport=NARROW)
    tabs = {each: watched.page() for each in languages}
    for language, tab in tabs.items():
        slow_down(tab)
        tab.goto(page.address(people, language), wait_until="commit")
    visits = {}
    for language, tab in tabs.items():
        tab.wait_for_load_state("load")
        visits[language] = tuple(tab.evaluate(PAINTED))
    watched.context.close()
    return visits


def slow_down(tab: Any) -> None:
    """Let the tab have nothing in its cache and only the slow line."""
    session = tab.context.new_cdp_session(tab)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", LINE)
