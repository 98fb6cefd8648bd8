"""On 150 kbit/s with 800 ms of latency a page shows its first content within three seconds."""

from typing import Any

import pytest

from tests.browser.pages import NAMED
from tests.browser.tabs import NARROW

LINE = {
    "offline": False,
    "latency": 800,
    "downloadThroughput": 150_000 / 8,
    "uploadThroughput": 150_000 / 8,
}
FIRST_CONTENT_WITHIN = 3000
SHIFT_AT_MOST = 0.05
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


@pytest.mark.parametrize("language", ["ko", "en", "zh"])
@pytest.mark.parametrize("name", ["home", "course", "lesson"])
def test_first_content_comes_soon_and_stays_in_its_place(visit_as, people, name, language):
    page = NAMED[name]
    tries = []
    while len(tries) < TRIES and not (tries and min(tries) <= FIRST_CONTENT_WITHIN):
        tab = visit_as(page.reader, viewport=NARROW).page()
        slow_down(tab)
        page.open(tab, people, language)
        painted, shift = tab.evaluate(PAINTED)
        tab.context.close()
        assert shift <= SHIFT_AT_MOST
        tries.append(painted)
    assert min(tries) <= FIRST_CONTENT_WITHIN, tries


def slow_down(tab: Any) -> None:
    """Let the tab have nothing in its cache and only the slow line."""
    session = tab.context.new_cdp_session(tab)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", LINE)
