"""Files of a post in a real browser: chosen, checked, described, and seen in the post."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms.accounts import login
from lms.accounts import services as accounts
from lms.accounts.models import Person, PersonState
from lms.boards.models import Board, BoardKind
from lms.core import clock
from lms.core.db import db
from tests.factories import next_number
from tests.media.made_files import pdf, picture
from tests.site import Site, Watched

pytestmark = pytest.mark.browser

MINUTE = 60_000


@pytest.fixture
def page(site: Site, visit: Callable[..., Watched]) -> Page:
    """Return a tab in which somebody has opened the form of a question on a public board."""

    def sign_in() -> str:
        now = clock.now()
        person = Person(
            email=f"writer{next_number()}@example.org",
            state=PersonState.ACTIVE,
            full_name="Writer",
            preferred_language="en",
            time_zone="Asia/Seoul",
            email_confirmed_at=now,
            created_at=now,
        )
        db.session.add(person)
        db.session.flush()
        return accounts.start_session(person, user_agent="test", address="127.0.0.1", now=now)

    def board_id() -> int:
        return db.session.scalars(
            select(Board.id).where(Board.kind == BoardKind.GOOD_PRACTICE)
        ).one()

    name, token = site.read(login.cookie_name), site.saved(sign_in)
    visitor = visit()
    visitor.context.add_cookies([{"name": name, "value": token, "url": site.address}])
    opened = visitor.context.new_page()
    opened.goto(f"{site.address}/en/boards/{site.read(board_id)}/new/question")
    return opened


def test_files_are_sent_while_the_post_is_written_and_go_with_it(page: Page, tmp_path: Path):
    image, plan = tmp_path / "lane.png", tmp_path / "plan.pdf"
    image.write_bytes(picture("PNG"))
    plan.write_bytes(pdf())
    page.get_by_label("Title").fill("Where do buses stop?")
    page.get_by_label("Your text").fill("Here.")
    page.locator("#file").set_input_files([image, plan])
    ready = page.locator("#files .intake[data-state=ready]")
    expect(ready).to_have_count(2, timeout=MINUTE)
    expect(page.get_by_label("File of this post").locator("option")).to_have_count(3)
    expect(page.get_by_label("Your text")).to_have_value("Here.")
    page.get_by_label("What the picture shows: lane.webp").fill("A lane painted red")
    page.get_by_label("Title").press("Enter")
    page.wait_for_url("**/threads/**")
    shown = page.get_by_role("img", name="A lane painted red")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.complete && image.naturalWidth > 0")
    expect(page.get_by_role("link", name="plan.pdf")).to_be_visible()


def test_a_pasted_picture_is_sent_and_one_without_words_is_not_posted(page: Page):
    page.get_by_label("Title").fill("Where do buses stop?")
    page.get_by_label("Your text").fill("Here.")
    page.get_by_label("Your text").evaluate(
        """(field, bytes) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
            field.dispatchEvent(event);
        }""",
        list(picture("PNG")),
    )
    expect(page.locator("#files .intake[data-state=ready]")).to_have_count(1, timeout=MINUTE)
    page.get_by_role("button", name="Post the question").click()
    expect(page.locator("#files .field-error")).to_contain_text("Say in words")
    expect(page.get_by_label("Your text")).to_have_value("Here.")
    page.get_by_role("button", name=re.compile("Remove.*image.webp")).click()
    expect(page.locator("#files .sent-files .intake")).to_have_count(0)
    expect(page.get_by_label("Your text")).to_have_value("Here.")
