"""A tab in which a reader looks at one page after the other, each as if for the first time."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import APIResponse, Browser, Response, ViewportSize
from playwright.sync_api import Page as Tab

from tests.browser.pages import Page
from tests.browser.people import People
from tests.site import Watched

NARROW: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 720}
FETCHED_LATE = "img[loading=lazy], textarea[data-preview]"


@dataclass
class Loaded:
    """What one request of a page brought: as which type, and how many bytes on the line."""

    address: str
    type: str
    status: int = 0
    bytes: int = 0
    is_packed: bool = False


class Line:
    """What goes over the line for the page a tab shows, as the browser itself counts it.

    Nothing is taken from the browser's cache: every page is a first visit.
    """

    def __init__(self, tab: Tab) -> None:
        self.loaded: dict[str, Loaded] = {}
        self.loader = ""  # the page's number: what the page before it asks for late is not its own
        self.session = tab.context.new_cdp_session(tab)
        self.session.on("Network.requestWillBeSent", self._begin)
        self.session.on("Network.responseReceived", self._answer)
        self.session.on("Network.loadingFinished", self._finish)
        self.session.send("Network.enable")
        self.session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _begin(self, event: dict[str, Any]) -> None:
        is_page = event.get("type") == "Document"
        if is_page and not event.get("redirectResponse"):
            self.loaded.clear()
            self.loader = event["loaderId"]
        address = event["request"]["url"]
        if address.startswith("http") and event["loaderId"] == self.loader:
            self.loaded[event["requestId"]] = Loaded(address, event.get("type", "Other"))

    def _answer(self, event: dict[str, Any]) -> None:
        if loaded := self.loaded.get(event["requestId"]):
            headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
            loaded.status = event["response"]["status"]
            loaded.is_packed = "content-encoding" in headers

    def _finish(self, event: dict[str, Any]) -> None:
        if loaded := self.loaded.get(event["requestId"]):
            loaded.bytes = int(event["encodedDataLength"])


@dataclass
class Opened:
    """A page that has been opened: in which tab and language, its answer, what it loaded."""

    page: Page
    language: str
    reader: "ReaderTab"
    answer: Response
    html: str
    loaded: list[Loaded]

    @property
    def tab(self) -> Tab:
        return self.reader.tab

    @property
    def people(self) -> People:
        return self.reader.people

    @property
    def place(self) -> str:
        """The address after the language; of a form that came back, that of its page."""
        address = self.page.address(self.people, self.language)
        if self.answer.request.method == "GET":
            address = self.answer.url.removeprefix(self.people.site.address)
        return address.removeprefix(f"/{self.language}")

    @property
    def strangers(self) -> list[str]:
        """What was asked of another server since the page was opened."""
        own = (self.people.site.address + "/", "data:", f"blob:{self.people.site.address}/")
        return [url for url in self.reader.watched.requests if not url.startswith(own)]

    @property
    def faults(self) -> list[str]:
        """Errors in scripts and breaches of the policy since the page was opened."""
        return self.reader.watched.faults

    def get(self, address: str) -> APIResponse:
        """Ask for an address as this reader without showing the answer."""
        return self.tab.context.request.get(address)


class ReaderTab:
    """One tab of one reader: 320 px wide, with letters of 150 %, light."""

    def __init__(self, browser: Browser, people: People, reader: str) -> None:
        self.people = people
        address = people.site.address
        self.context = browser.new_context(
            base_url=address, viewport=NARROW, reduced_motion="reduce"
        )
        self.context.add_cookies(people.cookies(reader))
        self.context.add_cookies(
            [
                {"name": name, "value": value, "url": address}
                for name, value in (("text", "150"), ("theme", "light"))
            ]
        )
        self.watched = Watched(self.context)
        self.context.on("request", lambda request: self.watched.requests.append(request.url))
        self.tab = self.watched.page()
        self.line = Line(self.tab)
        self.frames_seen: set[str] = set()  # how head and foot have been looked at

    def open(self, page: Page, language: str) -> Opened:
        """Open a page; give its answer and what was noticed on the way."""
        self.watched.requests.clear()
        self.watched.faults.clear()
        self.tab.set_viewport_size(NARROW)
        answer = page.open(self.tab, self.people, language)
        # The script of a lesson fetches picture and recording once the words stand, and pictures
        # that are fetched late are no part of what a page waits for; nor is a text's preview.
        waits_for_more = page.kind == "lesson" or self.tab.locator(FETCHED_LATE).count()
        if waits_for_more:
            self.tab.wait_for_load_state("networkidle")
        loaded = list(self.line.loaded.values())
        return Opened(page, language, self, answer, answer.text(), loaded)

    def open_bare(self, page: Page, language: str) -> tuple[dict[str, str], str]:
        """Open a page without its styles and scripts; give headers and text of its answer."""
        blocked = "Network.setBlockedURLs"
        self.line.session.send(blocked, {"urls": [f"{self.people.site.address}/static/*"]})
        answer = page.open(self.tab, self.people, language)
        self.line.session.send(blocked, {"urls": []})
        return answer.headers, answer.text()

    def close(self) -> None:
        self.context.close()
