"""Catching up in a browser: the parts are played one after the other, and nothing between."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms.core import clock
from lms.core.db import db
from lms.progress.models import CatchUp
from lms.seminars.models import Attendance
from tests.browser.films import film
from tests.browser.people import People
from tests.site import Site, wait_for


@pytest.fixture
def filmed(site: Site, people: People) -> int:
    """A session with a clip of which the trainee was there for the fifth and sixth second."""

    def act() -> int:
        now = clock.now()
        return film(people.numbers, now, published_at=now - timedelta(hours=30)).id

    return site.saved(act)


def record(site: Site, sitting_id: int) -> CatchUp | None:
    wanted = select(CatchUp).where(CatchUp.sitting_id == sitting_id)
    return site.read(lambda: db.session.scalar(wanted))


def seconds(site: Site, sitting_id: int) -> set[int]:
    row = record(site, sitting_id)
    return {at for start, end in row.intervals for at in range(start, end)} if row else set()


def video(page: Page, act: str) -> Any:
    return page.locator("video").evaluate(f"video => {act}")


def test_the_parts_are_played_one_after_the_other(site: Site, visit_as: Any, filmed: int) -> None:
    page = visit_as("trainee").page()
    page.set_default_timeout(30_000)
    page.goto(f"/en/sessions/{filmed}/catch-up")
    expect(page.locator("[data-part]")).to_have_count(2)
    video(page, "{ video.muted = true; return video.play(); }")
    expect(page.locator("[data-part]").nth(0)).to_have_attribute("aria-current", "true")
    expect(page.locator("[data-part]").nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("[data-finished]")).to_be_visible(timeout=20_000)
    assert video(page, "video.paused")
    expect(page.locator("[data-words]")).to_contain_text("of 0:10")
    wait_for(lambda: len(seconds(site, filmed)) >= 9, "the beats")
    assert not seconds(site, filmed) & {5}
    page.locator("[data-finished] a").click()
    for position in (1, 2, 3):
        page.locator(f"#question_{position}-0").check()
    page.locator("#questions button").click()
    expect(page.locator("[data-done]")).to_be_visible()
    row = record(site, filmed)
    assert row is not None
    assert row.completed_at is not None
    verdict = select(Attendance.status).where(Attendance.sitting_id == filmed)
    assert site.read(lambda: db.session.scalar(verdict)) == "made_up"


def test_who_looks_around_is_left_alone(site: Site, visit_as: Any, filmed: int) -> None:
    page = visit_as("trainee").page()
    page.goto(f"/en/sessions/{filmed}/catch-up")
    video(page, "{ video.muted = true; video.currentTime = 4.5; return video.play(); }")
    page.wait_for_function("() => document.querySelector('video').currentTime > 5")
    expect(page.locator("[data-part][aria-current]")).to_have_count(0)
    page.locator("[data-part] a").first.click()
    expect(page.locator("[data-part]").nth(0)).to_have_attribute("aria-current", "true")
    video(page, "video.pause()")


def test_without_a_script_each_part_is_a_link_that_stops_at_its_end(
    visit_as: Any, filmed: int
) -> None:
    page = visit_as("trainee", java_script_enabled=False).page()
    page.goto(f"/en/sessions/{filmed}/catch-up")
    page.locator("[data-part] a").nth(1).click()
    source = page.locator("video").get_attribute("src")
    assert source is not None
    assert source.endswith("#t=6,12")
