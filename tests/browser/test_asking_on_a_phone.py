"""A question on a phone: asked with a photo, answered in another language, read in both, accepted,
and found again by words of three languages."""

from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect

from lms.boards.models import Board, BoardKind, PostFile
from lms.core.db import db
from tests.browser.people import People
from tests.site import Site, wait_for

PHONE: ViewportSize = {"width": 390, "height": 844}
QUESTION = "정류소 지붕이 없는 곳에서는 어떻게 하나요?"
DETAILS = "우리 도시의 교통정책을 바꾸려고 합니다. 비가 오면 승객이 젖습니다."
ANSWER = "Thành phố chúng tôi dùng mái che nhẹ cho giao thông công cộng, lắp trong một ngày."
TRANSLATION = "我们市为公共交通安装轻型雨棚,一天即可完成。"


def photo() -> bytes:
    """Return a picture as a phone takes it."""
    file = BytesIO()
    Image.new("RGB", (1200, 900), (40, 90, 120)).save(file, "JPEG")
    return file.getvalue()


def no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def ask(page: Page, site: Site, board_id: int) -> str:
    """Ask with a photo, and return the address of the thread."""
    page.goto(f"/ko/boards/{board_id}/new/question")
    page.locator("[name=title]").fill(QUESTION)
    page.locator("[name=body]").fill(DETAILS)
    page.locator("input[type=file]").set_input_files(
        {"name": "stop.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    expect(page.locator("[data-intake][data-state=ready]")).to_be_visible(timeout=60_000)
    page.locator("[name^=words-]").fill("비를 맞으며 기다리는 정류소")
    no_sideways_scroll(page)
    page.locator(".actions button[value=post]").click()
    expect(page.locator("h1")).to_have_text(QUESTION)
    expect(page.locator(".post img")).to_have_attribute("alt", "비를 맞으며 기다리는 정류소")
    no_sideways_scroll(page)
    return page.url.partition("#")[0]


def write_answer(page: Page, thread: str) -> None:
    page.goto(thread)
    page.locator("#answer [name=body]").fill(ANSWER)
    page.locator("#answer .actions button[value=post]").click()
    expect(page.locator("#post-2")).to_contain_text(ANSWER)


def translate(page: Page) -> None:
    """Put the answer into Chinese, as a third person who reads both does."""
    post = page.locator("#post-2")
    post.locator("a[href*='/translate']").first.click()
    page.locator("main [name=body]").fill(TRANSLATION)
    page.locator("main .writing .actions button[value=post]").click()


def found_by(page: Page, words: str) -> None:
    page.goto(f"/ko/boards/search?q={words}")
    expect(page.locator("main")).to_contain_text(QUESTION)
    no_sideways_scroll(page)


def test_asked_answered_read_accepted_and_found_on_a_phone(
    site: Site, people: People, visit_as: Any
) -> None:
    board_id = site.read(
        lambda: db.session.query(Board.id).filter_by(kind=BoardKind.QUESTIONS).scalar()
    )
    asker = visit_as("trainee", viewport=PHONE).page()
    thread = ask(asker, site, board_id)
    wait_for(
        lambda: site.read(lambda: db.session.query(PostFile).filter_by(draft_id=None).count()),
        "the photo with its post",
    )
    write_answer(visit_as("former", viewport=PHONE).page(), thread)
    third = visit_as("graduate", viewport=PHONE).page()
    in_chinese = thread.replace("/ko/", "/zh/")
    third.goto(in_chinese)
    translate(third)

    asker.goto(in_chinese)
    answer = asker.locator("#post-2")
    expect(answer).to_contain_text(TRANSLATION)
    answer.locator("details.post-beside > summary").first.click()
    expect(answer).to_contain_text(ANSWER)
    no_sideways_scroll(asker)
    answer.locator("form[action$='/accept'] button").click()
    expect(asker.locator("#post-2.post-accepted")).to_be_visible()
    for words in ("정책", "公共交通", "giao thong"):
        found_by(asker, words)
