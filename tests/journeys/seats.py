"""Pages of a session that stay open beside its room, and the room, which is on another server."""

import re

from playwright.sync_api import expect

from tests.journeys.planning import ROOM
from tests.journeys.ten_cities import Attendee
from tests.site import Watched

BEAT = re.compile("/presence$")
# The first beat comes after some seconds; where it has come already, another one a minute later.
NEXT_BEAT_AFTER = 66


class Seat:
    """One device on which somebody follows a session."""

    def __init__(self, who: Attendee, watched: Watched, address: str) -> None:
        """Get ready to open the page of the session."""
        self.who, self.watched, self.address, self.is_on = who, watched, address, True
        watched.context.route(
            f"{ROOM}**",
            lambda route: route.fulfill(body="<h1>The room</h1>", content_type="text/html"),
        )
        self.page = watched.page()
        self.page.set_default_timeout(20_000)
        self.page.clock.install()

    def enter(self) -> "Seat":
        """Press the one button: the room opens beside the page, which begins to beat."""
        self.page.goto(self.address)
        with self.watched.context.expect_page() as beside:
            self.page.locator("[data-enter] button").click()
        expect(beside.value.locator("h1")).to_have_text("The room")
        beside.value.close()
        # The room was asked for on purpose; for nothing else is another server asked.
        assert self.watched.requests.count(ROOM) == 1
        self.watched.requests.remove(ROOM)
        with self.page.expect_response(BEAT):
            self.page.clock.fast_forward(NEXT_BEAT_AFTER * 1000)
        return self

    def come_back(self) -> "Seat":
        """Open the page after it was cut off: it beats on without another click."""
        with self.page.expect_response(BEAT):
            self.page.goto(self.address)
        return self

    def beat(self) -> None:
        """Let the page say that it is open, as it does each minute and when a line is back."""
        with self.page.expect_response(BEAT):
            self.page.evaluate("dispatchEvent(new Event('online'))")

    def cut(self) -> None:
        """End as a power cut ends it."""
        self.is_on = False
        self.watched.context.close()
