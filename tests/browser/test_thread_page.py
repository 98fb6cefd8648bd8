"""The page of a thread while somebody reads: what was read is noted, tools come to writers."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from lms.accounts.models import Person
from lms.boards.models import ThreadMark
from lms.core.db import db
from tests.browser.people import People


def test_what_was_on_the_screen_is_noted_as_read(
    visit_as: Callable[..., Any], people: People
) -> None:
    address = f"/en/threads/{people.numbers['public_thread']}"

    def last_read() -> int | None:
        person = db.session.query(Person).filter_by(email="newcomer@pages.example").one()
        mark = db.session.get(ThreadMark, (person.id, people.numbers["public_thread"]))
        return mark.last_read if mark else None

    page = visit_as("newcomer").page()
    page.goto(address)
    assert page.locator("[data-reading]").get_attribute("data-read") == "0"
    with page.expect_response("**/read") as noted:
        page.locator("#post-20").scroll_into_view_if_needed()
        page.locator("#post-20 > :last-child").scroll_into_view_if_needed()
    assert noted.value.status == 204
    assert people.site.read(last_read) == 20


def test_tools_come_when_somebody_begins_to_write(
    visit_as: Callable[..., Any], people: People
) -> None:
    page = visit_as("graduate").page()
    page.goto(f"/en/threads/{people.numbers['public_thread']}")
    field = page.locator("#answer textarea").first
    expect(page.locator("#answer [role=toolbar]")).to_have_count(0)
    field.click()
    expect(page.locator("#answer [role=toolbar]")).to_be_visible()
    expect(field).to_be_focused()
    with page.expect_response(
        lambda answer: answer.request.headers.get("x-autosave") == "1"
    ) as saved:
        field.press_sequentially("By the kilometre.")
    assert saved.value.status == 200
