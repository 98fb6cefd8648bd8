"""On a poor line a page shows its first content within three seconds, and sound alone plays.

What else the machine does would be taken for the line: these tests are run alone.
"""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.pages import LANGUAGES, NAMED, Page
from tests.browser.people import People
from tests.browser.tabs import NARROW

pytestmark = pytest.mark.alone


def line(bits: int, latency: int) -> dict[str, Any]:
    """Describe a line of so many bits a second, with milliseconds from here to there and back."""
    throughput = bits / 8
    return {
        "offline": False,
        "latency": latency,
        "downloadThroughput": throughput,
        "uploadThroughput": throughput,
    }


FAR = line(150_000, latency=800)
NARROW_BAND = line(128_000, latency=400)
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


PLAYED_A_SECOND = """
video => new Promise((resolve) => {
  video.addEventListener("timeupdate", () => { if (video.currentTime > 1) resolve(); });
  video.muted = true;
  video.play();
})
"""


@pytest.mark.parametrize(
    ("name", "line"),
    [("home", FAR), ("course", FAR), ("lesson", FAR), ("lesson", NARROW_BAND)],
    ids=["home", "course", "lesson", "lesson on 128 kbit/s"],
)
def test_first_content_comes_soon_and_stays_in_its_place(visit_as, people, name, line):
    late = dict.fromkeys(LANGUAGES, 0.0)
    for _ in range(TRIES):
        visits = visit_in_each(late, NAMED[name], line, visit_as, people)
        assert {language: shift for language, (_, shift) in visits.items() if shift > MOVED} == {}
        late = {language: at for language, (at, _) in visits.items() if at > FIRST_CONTENT_WITHIN}
    assert late == {}


def test_sound_alone_plays_on_128_kbit_and_its_size_is_told_before(visit_as, people):
    tab = visit_as(NAMED["lesson"].reader, viewport=NARROW).page()
    slow_down(tab, NARROW_BAND)
    tab.goto(NAMED["lesson"].address(people, "en"))
    choices = tab.locator("[data-quality]")
    expect(choices).to_have_count(3)
    assert all(re.search(r"\d [KM]B", each) for each in choices.all_inner_texts())
    tab.locator("[data-quality=audio]").click()
    video = tab.locator("video")
    expect(video).to_have_attribute("src", re.compile("/audio"))
    video.evaluate(PLAYED_A_SECOND)


def visit_in_each(
    languages: Iterable[str], page: Page, line: Any, visit_as: Any, people: People
) -> dict[str, tuple[float, float]]:
    """Open a page in several languages side by side, each on a line of its own.

    Return when its first content was painted, and how far things moved until all was there.
    """
    watched = visit_as(page.reader, viewport=NARROW)
    tabs = {each: watched.page() for each in languages}
    for language, tab in tabs.items():
        slow_down(tab, line)
        tab.goto(page.address(people, language), wait_until="commit")
    visits = {}
    for language, tab in tabs.items():
        tab.wait_for_load_state("load")
        visits[language] = tuple(tab.evaluate(PAINTED))
    watched.context.close()
    return visits


def slow_down(tab: Any, line: Any) -> None:
    """Let the tab have nothing in its cache and only this line."""
    session = tab.context.new_cdp_session(tab)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", line)
