"""From nothing to a published course on a phone, in under forty clicks."""

from playwright.sync_api import Locator, Page, expect

from lms.accounts.models import Person, PersonRole, PersonState, Role
from lms.accounts.services import start_session
from lms.core import clock
from lms.core.db import db
from tests.media.made_files import open_xml
from tests.media.recordings import write_recording
from tests.site import Site

PHONE = {"width": 390, "height": 844}
MOST_CLICKS = 40
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:01.500\n{}\n"
SAID = {"ko": "환영합니다", "en": "Welcome", "zh": "欢迎"}


class Hand:
    """Counts what a finger does; a file or a choice takes two touches, one to open, one to pick."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def choose_files(self, field: str, *paths: str) -> None:
        self.clicks += 2
        self.page.locator(field).first.set_input_files(paths)

    def choose(self, field: Locator, value: str) -> None:
        self.clicks += 2
        field.select_option(value)

    def button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name, exact=True).first)

    def link(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name, exact=True).first)


def test_a_course_is_made_on_a_phone(site: Site, visit, tmp_path):
    page = visit(viewport=PHONE).page()
    page.set_default_timeout(30_000)
    page.context.add_cookies([{"name": "ieum", "value": officer(site), "url": site.address}])
    hand = Hand(page)
    page.goto("/en/manage/courses")

    hand.link("New course")
    page.locator("[name=code]").fill("NEW-101")
    fill_title(page, "Clean harbours", "깨끗한 항만")
    hand.button("Make the course")
    fill_title(page, "The water", "물")
    hand.button("Add the module")

    for name, korean in (("Currents", "해류"), ("Tides", "조석")):
        add_session(hand, "recorded", name, korean)
        page.locator("[name=recognised_minutes]").fill("30")
        film = write_recording(tmp_path / f"{name}.mp4", seconds=2)
        hand.choose_files("form[data-upload] input[type=file]", str(film))
        page.get_by_role("link", name="See it in the session").wait_for(timeout=60_000)
        files = [captions(tmp_path, name, code) for code in SAID]
        hand.choose_files("form[action$='/captions/files'] input[type=file]", *files)
        hand.click(page.locator("form[action$='/captions/files'] button"))
        expect(page.locator("#recording video")).to_be_visible()
        expect(page.locator("#captions tbody tr")).to_have_count(len(SAID))
        back(hand)

    write_a_reading(hand, tmp_path)
    publish(hand)
    assert hand.clicks < MOST_CLICKS

    visitor = visit(viewport=PHONE).page()
    visitor.goto("/ko/courses/NEW-101")
    expect(visitor.locator("h1")).to_contain_text("깨끗한 항만")


def write_a_reading(hand: Hand, tmp_path) -> None:
    """Add a reading, and slides that trainees see at once."""
    page = hand.page
    add_session(hand, "reading", "Before you go", "떠나기 전에")
    hand.click(page.locator("a[href$='/text/en']"))
    page.locator("[name=body]").fill("## Take with you\n\n- boots\n- **a tide table**")
    hand.button("Save")
    hand.choose_files("#materials form[data-upload] input[type=file]", slides(tmp_path))
    link = page.get_by_role("link", name="Go on with the material")
    link.wait_for(timeout=60_000)
    hand.click(link)
    page.locator("[name=rights_holder]").fill("Busan Port Example")
    expect(page.locator("[data-save-line]")).to_contain_text("Saved at")
    page.reload()
    hand.button("Submit")
    hand.button("Approve")
    hand.button("Release")
    expect(page.locator(".page-head .tag-done").first).to_be_visible()
    back(hand)
    back(hand)


def publish(hand: Hand) -> None:
    """Fill in what the catalogue asks for, and publish."""
    page = hand.page
    hand.link("1. The water")
    page.locator("[name=recorded_minutes]").fill("60")
    hand.button("Save")
    hand.link("Details of the course")
    page.locator("[name=theory_minutes]").fill("1")
    page.locator("[name=sdg_targets]").fill("14.1")
    page.locator("[name=crs_code]").fill("41030")
    hand.button("Save")
    hand.button("Ask for review")
    hand.button("Publish")
    expect(page.locator(".page-head .tag-done")).to_be_visible()


def officer(site: Site) -> str:
    """Return the cookie of somebody of the course office."""

    def make() -> str:
        now = clock.now()
        person = Person(
            email="officer@example.org",
            state=PersonState.ACTIVE,
            full_name="Kim Officer",
            preferred_language="en",
            time_zone="Asia/Seoul",
            email_confirmed_at=now,
            created_at=now,
        )
        db.session.add(person)
        db.session.flush()
        db.session.add(PersonRole(person_id=person.id, role=Role.STAFF, granted_at=now))
        return start_session(person, user_agent="", address="", now=now)

    return site.saved(make)


def fill_title(page: Page, english: str, korean: str) -> None:
    page.locator("[name=title-en]:visible").fill(english)
    page.locator("[name=title-ko]:visible").fill(korean)


def add_session(hand: Hand, kind: str, english: str, korean: str) -> None:
    hand.click(hand.page.locator(".add > summary").first)
    if kind != "recorded":
        hand.choose(hand.page.locator(".add select[name=kind]").first, kind)
    adding = hand.page.locator(".add form").first
    adding.locator("[name=title-en]").fill(english)
    adding.locator("[name=title-ko]").fill(korean)
    hand.click(adding.locator("button[type=submit]"))


def slides(folder) -> str:
    path = folder / "harbours 항만.pptx"
    path.write_bytes(open_xml("pptx"))
    return str(path)


def captions(folder, name: str, code: str) -> str:
    path = folder / f"{name}.{code}.vtt"
    path.write_text(CAPTIONS.format(SAID[code]), encoding="utf-8")
    return str(path)


def back(hand: Hand) -> None:
    """Go to the page above: a phone shows the way to that one only."""
    hand.click(hand.page.locator("nav.breadcrumb a:visible").first)
