"""Boards where no script runs: asked with a photo, answered, translated, accepted, found, kept."""

from typing import Any

from playwright.sync_api import Page, expect

from lms.boards.models import Board, BoardKind
from lms.core.db import db
from tests.browser.people import People
from tests.browser.tabs import NARROW
from tests.browser.test_asking_on_a_phone import photo
from tests.site import Site, wait_for

QUESTION = "Who sweeps the bus lanes?"
ANSWER = "En nuestra ciudad lo hace la empresa de limpieza, cada noche."
TRANSLATION = "In our city the cleaning company does, every night."
WRITTEN = "main .writing .actions button[value={}]"


def tab_of(visit_as: Any, reader: str) -> Page:
    page: Page = visit_as(reader, java_script_enabled=False, viewport=NARROW).page()
    page.set_default_timeout(20_000)
    return page


def press(page: Page, act: str) -> None:
    page.locator(WRITTEN.format(act)).click()


def attach(page: Page) -> None:
    """Send a photo with the form, and look at the page again until it has been checked."""
    page.locator("#file").set_input_files(
        {"name": "lane.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.locator("button[value=attach]").click()
    ready = page.locator("[data-intake][data-state=ready]")

    def is_ready() -> bool:
        page.reload()
        return ready.count() == 1

    wait_for(is_ready, "the photo to be checked")


def ask(page: Page, board_id: int) -> str:
    page.goto(f"/en/boards/{board_id}/new/question")
    page.locator("[name=title]").fill(QUESTION)
    page.locator("[name=body]").fill("They are full of leaves.")
    attach(page)
    expect(page.locator("[name=title]")).to_have_value(QUESTION)
    press(page, "post")
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("[name^=words-]").fill("Leaves on a red lane")
    press(page, "preview")
    expect(page.locator(".post-text")).to_contain_text("They are full of leaves.")
    press(page, "save")
    press(page, "post")
    expect(page.locator("h1")).to_have_text(QUESTION)
    expect(page.locator(".post img")).to_have_attribute("alt", "Leaves on a red lane")
    return page.url.partition("#")[0]


def test_everything_on_a_board_works_without_scripts(
    site: Site, people: People, visit_as: Any
) -> None:
    board_id = site.read(
        lambda: db.session.query(Board.id).filter_by(kind=BoardKind.QUESTIONS).scalar()
    )
    asker = tab_of(visit_as, "trainee")
    thread = ask(asker, board_id)

    other = tab_of(visit_as, "former")
    other.goto(thread)
    other.locator("#post-1 form[action$='/bookmark'] button").click()
    other.locator("#post-1 form[action$='/like'] button").click()
    other.locator("#post-1 a[href*='quote=1']").click()
    begun = other.locator("[name=body]").input_value()
    assert "> They are full of leaves." in begun
    other.locator("[name=body]").fill(f"{begun}{ANSWER}")
    press(other, "post")
    expect(other.locator("#post-2")).to_contain_text(ANSWER)

    third = tab_of(visit_as, "graduate")
    third.goto(thread)
    third.locator("#post-2 a[href*='/translate']").first.click()
    third.locator("main [name=body]").fill(TRANSLATION)
    press(third, "post")

    asker.goto(thread)
    answer = asker.locator("#post-2")
    expect(answer).to_contain_text(TRANSLATION)
    answer.locator("form[action$='/accept'] button").click()
    expect(asker.locator("#post-2.post-accepted")).to_be_visible()
    asker.locator("[data-read-form] button").click()
    asker.goto("/en/boards/search?q=cleaning+company")
    expect(asker.locator("main")).to_contain_text(QUESTION)
    other.goto("/en/boards/mine?list=bookmarks")
    expect(other.locator("main")).to_contain_text(QUESTION)
