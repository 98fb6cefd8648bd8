"""The page of a session in a browser: it stays open beside the room and says that it is."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from lms.core import clock
from lms.core.db import db
from lms.seminars.models import Presence, Sitting
from tests.browser.attending import hold
from tests.browser.people import People
from tests.browser.tabs import NARROW
from tests.site import Site, Watched, wait_for

ROOM = "https://meet.example/bus-room"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hold_in(site: Site, people: People) -> Any:
    """Return a function that holds a session behind a link in so many minutes; it gives the id."""

    def make(minutes: float) -> int:
        def act() -> int:
            now = clock.now()
            starts_at = now + minutes * MINUTE
            link = {"room_kind": "link", "room_address": ROOM}
            return hold(people.numbers["run"], starts_at, now, **link).id

        return site.saved(act)

    return make


def stays(site: Site, sitting_id: int) -> list[tuple[Any, Any]]:
    """Return from when to when somebody is known to have been there."""

    def ask() -> list[tuple[Any, Any]]:
        rows = db.session.query(Presence).filter_by(sitting_id=sitting_id)
        return [(row.joined_at, row.left_at) for row in rows.order_by(Presence.id)]

    return site.read(ask)


def open_room(watched: Watched) -> None:
    """Let the room be there, which stands on another server."""
    watched.context.route(
        f"{ROOM}**",
        lambda route: route.fulfill(body="<h1>The room</h1>", content_type="text/html"),
    )


def forget_room(watched: Watched) -> None:
    """The room was asked for on purpose; for nothing else is another server asked."""
    assert [url for url in watched.requests if url == ROOM]
    watched.requests[:] = [url for url in watched.requests if url != ROOM]


def test_the_page_stays_open_beside_the_room_and_counts(
    site: Site, visit_as: Any, hold_in: Any
) -> None:
    sitting_id = hold_in(-10)
    watched = visit_as("trainee")
    open_room(watched)
    page = watched.page()
    page.clock.install()
    page.goto(f"/en/sessions/{sitting_id}")
    with watched.context.expect_page() as beside:
        page.locator("[data-enter] button").click()
    expect(beside.value.locator("h1")).to_have_text("The room")
    assert beside.value.evaluate("window.opener") is None
    beside.value.close()
    ((joined_at, left_at),) = stays(site, sitting_id)
    assert left_at is None
    page.clock.fast_forward(6_000)
    wait_for(lambda: stays(site, sitting_id)[0][1], "the first beat")
    line = page.locator("[data-presence-line]")
    expect(line).to_contain_text("Present since")
    # The line fails, and comes back: the page says so and goes on by itself.
    watched.context.set_offline(True)
    page.clock.fast_forward(61_000)
    expect(line).to_contain_text("No connection")
    before = stays(site, sitting_id)[0][1]
    watched.context.set_offline(False)
    expect(line).to_contain_text("Present since")
    wait_for(lambda: stays(site, sitting_id)[0][1] > before, "the beat after it")
    # Opened anew, as after a power cut, it goes on without another click.
    before = stays(site, sitting_id)[0][1]
    page.goto(f"/en/sessions/{sitting_id}")
    wait_for(lambda: stays(site, sitting_id)[0][1] > before, "the beat of the page opened again")
    assert [joined for joined, _left in stays(site, sitting_id)] == [joined_at]
    forget_room(watched)
    # What the browser tells of a line that is cut is no fault of the page.
    watched.faults[:] = [fault for fault in watched.faults if "ERR_INTERNET" not in fault]


def test_an_open_page_hears_that_the_session_goes_on_longer(
    site: Site, visit_as: Any, hold_in: Any
) -> None:
    sitting_id = hold_in(-10)
    watched = visit_as("trainee")
    open_room(watched)
    page = watched.page()
    page.clock.install()
    page.goto(f"/en/sessions/{sitting_id}")
    with watched.context.expect_page() as beside:
        page.locator("[data-enter] button").click()
    expect(beside.value.locator("h1")).to_have_text("The room")
    page.clock.fast_forward(6_000)
    wait_for(lambda: stays(site, sitting_id)[0][1], "the first beat")

    def go_on() -> None:
        sitting = db.session.get_one(Sitting, sitting_id)
        sitting.ends_at += timedelta(hours=3)

    site.saved(go_on)
    with page.expect_response("**/presence"):
        page.clock.fast_forward(61_000)
    before = stays(site, sitting_id)[0][1]
    page.clock.fast_forward("02:10:00")  # past the end it was opened with
    wait_for(lambda: stays(site, sitting_id)[0][1] > before, "a beat after the old end")
    forget_room(watched)


def test_without_scripts_the_button_leads_into_the_room(
    site: Site, visit_as: Any, hold_in: Any
) -> None:
    sitting_id = hold_in(-10)
    watched = visit_as("trainee", java_script_enabled=False, viewport=NARROW)
    open_room(watched)
    page = watched.page()
    page.goto(f"/en/sessions/{sitting_id}")
    expect(page.locator("[data-check-line]")).to_be_hidden()
    page.locator("[data-enter] button").click()
    page.wait_for_url(ROOM)
    assert len(stays(site, sitting_id)) == 1
    forget_room(watched)


def test_the_button_appears_and_the_start_is_announced(visit_as: Any, hold_in: Any) -> None:
    sitting_id = hold_in(80)
    page = visit_as("trainee").page()
    # A computer whose clock is a day behind: what counts is the server's.
    page.clock.install(time=clock.now() - timedelta(days=1))
    page.goto(f"/en/sessions/{sitting_id}")
    until, enter = page.locator("[data-until]"), page.locator("[data-enter] button")
    expect(until).to_have_text(re.compile("Starts in 1 h (20|19) min"))
    expect(enter).to_be_hidden()
    page.clock.fast_forward("25:00")
    expect(until).to_have_text(re.compile("Starts in 5[45] min"))
    page.clock.fast_forward("41:00")
    expect(enter).to_be_visible()
    expect(page.locator("[data-not-open]")).to_be_hidden()
    said = page.locator("[data-announce]")
    expect(said).to_have_text("")
    page.clock.fast_forward("04:30")
    expect(said).to_have_text("The session starts in 10 minutes.")
    page.clock.fast_forward("09:40")
    expect(said).to_have_text("The session starts now.")
    expect(page.locator("[data-countdown]")).to_be_hidden()


@pytest.mark.parametrize(
    ("kilobits", "found"), [(0, "video"), (800, "audio"), (200, "text"), (-1, "none")]
)
def test_the_line_is_judged_in_words(
    visit_as: Any, people: People, kilobits: int, found: str
) -> None:
    watched = visit_as("trainee")
    page = watched.page()
    page.goto(f"/en/sessions/{people.numbers['live_sitting']}")
    if kilobits > 0:
        session = watched.context.new_cdp_session(page)
        session.send("Network.enable")
        bits = kilobits * 1000 / 8
        session.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 0, "downloadThroughput": bits, "uploadThroughput": bits},
        )
    elif kilobits < 0:
        watched.context.route("**/line_check*", lambda route: route.abort())
    page.locator("[data-check-line]").click()
    expect(page.locator(f"[data-line={found}]")).to_be_visible(timeout=30_000)
    assert page.locator("[data-line]:visible").count() == 1
