"""Somebody writes on after the session has ended: the tab keeps the text, and saves it later."""

from playwright.sync_api import expect
from sqlalchemy import delete, select

from lms.accounts import login, passwords, services
from lms.accounts.models import LoginSession
from lms.core import clock
from lms.core.db import db
from lms.lessons.models import Lesson
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.site import Site

PASSWORD = "three ferries at dawn"
TEXT = "버스 정류장에서 기다리는 시간은 도시마다 다릅니다."


def test_a_form_that_saves_itself_waits_until_its_writer_is_signed_in_again(site: Site, visit):
    lesson, cookie, token = site.saved(_draft_and_writer)
    context = visit(viewport={"width": 390, "height": 844})
    context.context.add_cookies([{"name": cookie, "value": token, "url": site.address}])
    page = context.page()
    page.goto(f"/en/manage/lessons/{lesson}/text/ko")
    said = page.locator("[data-save-line]")
    page.locator("[name=body]").fill("먼저")
    expect(said).to_contain_text("Saved at")

    site.saved(lambda: db.session.execute(delete(LoginSession)))
    page.locator("[name=body]").fill(TEXT)
    expect(said).to_contain_text("You are signed out. Your text stays here")
    assert page.locator("[name=body]").input_value() == TEXT

    with context.context.expect_page() as opened:
        said.locator("a").click()
    other = opened.value
    other.locator("[name=email]").fill("writer@gov.example")
    other.locator("[name=password]").fill(PASSWORD)
    other.locator("main form button").click()
    other.wait_for_url("**/en/manage/runs")
    page.bring_to_front()
    expect(said).to_contain_text("Saved at", timeout=20_000)
    assert site.read(lambda: _text_of(lesson)) == TEXT

    # The button goes by the token that was fetched, too.
    page.locator("[name=body]").fill(f"{TEXT} 끝.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**/lessons/{lesson}*")
    assert site.read(lambda: _text_of(lesson)) == f"{TEXT} 끝."


def _draft_and_writer() -> tuple[int, str, str]:
    course = make_course(modules=0, state="draft", code="OUT-101")
    lesson = make_lesson(make_module(course, title=words("A")), title=words("1"))
    writer = make_person(
        "staff", email="writer@gov.example", password_hash=passwords.hash_password(PASSWORD)
    )
    token = services.start_session(writer, user_agent="test", address="127.0.0.1", now=clock.now())
    return lesson.id, login.cookie_name(), token


def _text_of(lesson: int) -> str:
    body = db.session.scalars(select(Lesson.body).where(Lesson.id == lesson)).one()
    return body.texts["ko"]
