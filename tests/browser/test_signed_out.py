"""Somebody writes on after the session has ended: nothing is lost, with scripts or without."""

from playwright.sync_api import expect
from sqlalchemy import delete, select

from lms.accounts import login, passwords, services
from lms.accounts.models import LoginSession, Person
from lms.core import clock
from lms.core.db import db
from lms.lessons.models import Lesson
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.site import Site

PASSWORD = "three ferries at dawn"
PHONE = {"width": 390, "height": 844}
TEXT = "버스 정류장에서 기다리는 시간은 도시마다 다릅니다."
LONG = f"\n\n## {TEXT}\n\n" + "\n".join(f"- “{TEXT}” <{n}> & more" for n in range(60))


def test_a_form_that_saves_itself_waits_until_its_writer_is_signed_in_again(site: Site, visit):
    lesson, cookie, token = site.saved(lambda: _draft_and_writer("OUT-101", "one@gov.example"))
    context = visit(viewport=PHONE)
    context.context.add_cookies([{"name": cookie, "value": token, "url": site.address}])
    page = context.page()
    page.goto(f"/en/manage/lessons/{lesson}/text/ko")
    said = page.locator("[data-save-line]")
    page.locator("[name=body]").fill("먼저")
    expect(said).to_contain_text("Saved at")

    site.saved(lambda: _end_sessions_of("one@gov.example"))
    page.locator("[name=body]").fill(TEXT)
    expect(said).to_contain_text("You are signed out. Your text stays here")
    assert page.locator("[name=body]").input_value() == TEXT

    with context.context.expect_page() as opened:
        said.locator("a").click()
    other = opened.value
    other.locator("[name=email]").fill("one@gov.example")
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


def test_a_form_outlives_the_session_without_javascript(site: Site, visit):
    lesson, cookie, token = site.saved(lambda: _draft_and_writer("OUT-102", "two@gov.example"))
    context = visit(viewport=PHONE, java_script_enabled=False)
    context.context.add_cookies([{"name": cookie, "value": token, "url": site.address}])
    page = context.page()
    page.goto(f"/en/manage/lessons/{lesson}/text/ko")
    page.locator("[name=body]").fill(LONG)
    site.saved(lambda: _end_sessions_of("two@gov.example"))
    page.get_by_role("button", name="Save", exact=True).click()

    for password, said in (("wrong", "do not belong together"), (PASSWORD, "signed in again")):
        page.locator("main [name=email]").fill("two@gov.example")
        page.locator("main [name=password]").fill(password)
        page.locator("main form button").click()
        expect(page.locator("main")).to_contain_text(said)
        assert "two@gov.example" not in page.url
    assert page.locator("[name=body]").input_value() == LONG
    assert site.read(lambda: _text_of(lesson)) == ""
    page.locator("main form button").click()
    page.wait_for_url(f"**/manage/lessons/{lesson}*")
    assert site.read(lambda: _text_of(lesson)) == LONG.strip()


def _draft_and_writer(code: str, email: str) -> tuple[int, str, str]:
    course = make_course(modules=0, state="draft", code=code)
    lesson = make_lesson(make_module(course, title=words("A")), title=words("1"))
    writer = make_person("staff", email=email, password_hash=passwords.hash_password(PASSWORD))
    token = services.start_session(writer, user_agent="test", address="127.0.0.1", now=clock.now())
    return lesson.id, login.cookie_name(), token


def _end_sessions_of(email: str) -> None:
    person = select(Person.id).where(Person.email == email).scalar_subquery()
    db.session.execute(delete(LoginSession).where(LoginSession.person_id == person))


def _text_of(lesson: int) -> str:
    body = db.session.scalars(select(Lesson.body).where(Lesson.id == lesson)).one()
    return body.texts["ko"] if body else ""
