"""Sending the recording of a session in a browser: in parts, prepared while the page stays open."""

from typing import Any

from playwright.sync_api import expect
from sqlalchemy import select

from lms.core import clock
from lms.core.db import db
from lms.seminars.models import SittingMedia
from tests.browser.films import film
from tests.browser.people import People
from tests.site import Site


def test_a_recording_is_sent_in_parts_and_prepared_beside_the_open_page(
    site: Site, visit_as: Any, people: People
) -> None:
    sitting_id = site.saved(lambda: film(people.numbers, clock.now()).id)
    wanted = select(SittingMedia.storage_key).where(SittingMedia.sitting_id == sitting_id)
    before = set(site.read(lambda: db.session.scalars(wanted).all()))
    page = visit_as("instructor").page()
    page.set_default_timeout(60_000)
    page.goto(f"/en/manage/sessions/{sitting_id}/recording")
    expect(page.locator("#file-title ~ form button[type=submit]").first).to_be_hidden()
    page.locator("#file input[type=file]").set_input_files(site.folder / "clip.mp4")
    expect(page.locator('[data-state="ready"]')).to_be_visible(timeout=60_000)
    page.get_by_text("Go on with the recording").click()
    expect(page.get_by_text("Audio only").first).to_be_visible()
    after = set(site.read(lambda: db.session.scalars(wanted).all()))
    assert after
    assert not after & before
