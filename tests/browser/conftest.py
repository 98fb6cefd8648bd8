"""The readers of the running site, and tabs of the browser in which one of them has signed in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import PAGES, Page, language_of
from tests.browser.people import People, settle
from tests.browser.tabs import Opened, ReaderTab
from tests.browser.thorough import THOROUGH
from tests.site import Site, Watched


@pytest.fixture(scope="session")
def people(site: Site) -> People:
    """The people of the site of this test process."""
    return settle(site)


@pytest.fixture
def visit_as(visit: Callable[..., Watched], people: People) -> Callable[..., Watched]:
    """Return a function that opens a browser context in which somebody has signed in."""

    def open_context(reader: str, **options: Any) -> Watched:
        watched = visit(**options)
        watched.context.add_cookies(people.cookies(reader))
        return watched

    return open_context


@pytest.fixture(scope="session")
def tab_of(browser: Browser, people: People) -> Iterator[Callable[[str], ReaderTab]]:
    """Return a function that gives the one tab of a reader: signed in, narrow, letters large."""
    tabs: dict[str, ReaderTab] = {}

    def of(reader: str) -> ReaderTab:
        if reader not in tabs:
            tabs[reader] = ReaderTab(browser, people, reader)
        return tabs[reader]

    yield of
    for tab in tabs.values():
        tab.close()


# An answer to a form is made by the same template as its page: at a desk that one will do.
LOOKED_AT = [page for page in PAGES if THOROUGH or page.act is None]


@pytest.fixture(scope="session", params=LOOKED_AT, ids=lambda page: page.name)
def opened(
    request: pytest.FixtureRequest, tab_of: Callable[[str], ReaderTab], people: People
) -> Opened:
    """Each page in turn, just opened for the first time, in one of the languages.

    Its scope lets the tests of one page follow each other, so that it is opened once for all of
    them; a test leaves that page in the tab.
    """
    page: Page = request.param
    return tab_of(page.reader).open(page, language_of(page))
