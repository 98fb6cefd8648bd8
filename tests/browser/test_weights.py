"""No page weighs more on the line than its kind may, on a first visit with an empty cache.

The budgets are those of the design (UX section 8). Where it says "cached", the sheets every page
shares are meant: here they are counted all the same, because the first page of a visit may be any.
"""

from collections import Counter
from dataclasses import dataclass

from tests.browser.tabs import Loaded, Opened

KB = 1000
COLUMNS = {"Document": "html", "Stylesheet": "css", "Script": "js", "Image": "images"}
SHARED_CSS = 20


@dataclass(frozen=True)
class Budget:
    """How many kilobytes and requests a page may cost."""

    html: int
    css: int
    js: int
    images: int
    total: int
    requests: int


BUDGETS = {
    "home": Budget(15, SHARED_CSS, 8, 60, 100, 12),
    "form": Budget(20, SHARED_CSS, 12, 0, 50, 8),
    "lesson": Budget(20, SHARED_CSS + 5, 25, 30, 120, 12),
    "matrix": Budget(80, SHARED_CSS, 15, 0, 110, 8),
    "verify": Budget(6, SHARED_CSS, 0, 0, 30, 3),
}


def test_a_page_keeps_to_the_budget_of_its_kind(opened: Opened) -> None:
    loaded = before_media(opened)
    weights: Counter[str] = Counter()
    for each in loaded:
        assert each.bytes > 0, f"{each.address} came from a cache or not at all"
        weights[COLUMNS.get(each.type, "other")] += each.bytes
    budget = BUDGETS[opened.page.kind]
    columns = {name: getattr(budget, name) * KB for name in COLUMNS.values()}
    assert {name: weights[name] for name in columns if weights[name] > columns[name]} == {}
    assert weights.total() <= budget.total * KB
    assert len(loaded) <= budget.requests, [each.address for each in loaded]


def test_what_a_page_loads_is_there_and_packed(opened: Opened) -> None:
    for each in opened.loaded:
        if each.type in {"Stylesheet", "Script", "Image"}:
            assert each.status == 200, each
        if each.type in {"Stylesheet", "Script"}:
            assert each.is_packed, f"{each.address}: `make static-twins` packs it"


def before_media(opened: Opened) -> list[Loaded]:
    """Return what a page costs before its recording begins.

    The icon in the tab is among it, though in no column: Chromium asks for it when it likes, after
    the page is there, but a reader pays for it on every first visit.
    """
    href = opened.tab.locator("link[rel=icon]").evaluate("link => link.href")
    answer = opened.get(href)
    headers = "".join(f"{each['name']}: {each['value']}\r\n" for each in answer.headers_array)
    icon = Loaded(href, "Icon", answer.status, len(answer.body()) + len(headers))
    rest = [each for each in opened.loaded if each.type != "Media" and each.address != href]
    return [*rest, icon]
