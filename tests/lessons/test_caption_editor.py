"""The caption editor in a real browser: the recording moves the rows, the rows the recording."""

import gzip
import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from lms.accounts import services as accounts
from lms.accounts.models import Person, PersonRole, PersonState
from lms.core import clock
from lms.core.db import db
from lms.lessons import services as lessons
from lms.lessons.models import Lesson
from lms.lessons.queries.captions import tracks_of
from lms.lessons.rules.caption_files import parse_captions
from tests.factories import next_number
from tests.site import Site, wait_for

pytestmark = pytest.mark.browser

KEPT = "WEBVTT\n\n00:01.000 --> 00:04.000\nOne.\n\n00:05.000 --> 00:08.000\nTwo.\n"
LANGUAGE = "vi"  # no other test of the site reads it


@dataclass
class Editor:
    """A member of staff before the captions of the site's recording."""

    site: Site
    page: Page

    def open(self) -> None:
        self.page.goto(f"/en/manage/lessons/{self.site.ids['lesson']}/captions/{LANGUAGE}")

    def row(self, number: int) -> Locator:
        return self.page.locator("[data-cue]").nth(number)

    def video(self, act: str) -> Any:
        return self.page.locator("video").evaluate(f"video => {act}")

    def go_to(self, second: float) -> None:
        self.video("video.load()")
        wait_for(lambda: self.video("video.readyState > 0"), "the clip")
        self.video(f"{{ video.currentTime = {second}; }}")
        wait_for(lambda: self.video("!video.seeking"), "the place")

    def kept(self) -> list[tuple[int, int, str]]:
        track = self.site.read(lambda: tracks_of(self.site.ids["lesson"])[LANGUAGE])
        return [(cue.start_ms, cue.end_ms, cue.text) for cue in parse_captions(track.webvtt).cues]

    def waits_until_kept(self, *texts: str) -> None:
        wait_for(lambda: [text for *_, text in self.kept()] == list(texts), f"{texts} to be kept")


@pytest.fixture
def editor(site: Site, visit) -> Editor:
    def settle() -> str:
        lesson = db.session.get_one(Lesson, site.ids["lesson"])
        lessons.add_caption(lesson, LANGUAGE, KEPT)
        number = next_number()
        person = Person(
            email=f"captions{number}@example.org",
            state=PersonState.ACTIVE,
            full_name=f"Captioner {number}",
            preferred_language="en",
            time_zone="Asia/Seoul",
            email_confirmed_at=clock.now(),
            created_at=clock.now(),
            roles=[PersonRole(role="staff", granted_at=clock.now())],
        )
        db.session.add(person)
        db.session.flush()
        return accounts.start_session(
            person, user_agent="test", address="127.0.0.1", now=clock.now()
        )

    token = site.saved(settle)
    visitor = visit()
    visitor.context.add_cookies([{"name": "ieum", "value": token, "url": site.address}])
    page = visitor.page()
    page.set_default_timeout(20_000)
    editor = Editor(site, page)
    editor.open()
    return editor


def test_the_row_that_is_said_is_marked_and_leads_to_its_moment(editor: Editor):
    editor.go_to(6)
    expect(editor.row(1)).to_have_attribute("aria-current", "true")
    expect(editor.row(0)).not_to_have_attribute("aria-current", "true")
    editor.video("{ video.muted = true; }")
    editor.row(0).locator("[data-play]").click()
    wait_for(lambda: 1 <= editor.video("video.currentTime") < 5, "the moment")
    expect(editor.row(0)).to_have_attribute("aria-current", "true")


def test_times_are_taken_from_the_recording_and_saved(editor: Editor):
    editor.go_to(4.5)
    editor.row(0).locator("[data-now=end]").click()
    expect(editor.row(0).locator("[name=end]")).to_have_value("00:04.500")
    editor.row(1).locator("textarea").click()
    editor.page.keyboard.press("Control+BracketLeft")
    expect(editor.row(1).locator("[name=start]")).to_have_value("00:04.500")
    wait_for(lambda: [cue[:2] for cue in editor.kept()] == [(1000, 4500), (4500, 8000)], "both")
    expect(editor.page.locator("[data-save-line]")).to_contain_text("Saved at")
    expect(editor.page.locator("track")).to_have_attribute("src", re.compile(r"\.vtt\?\d+$"))


def test_keys_play_and_go_back_only_with_ctrl_and_in_a_caption(editor: Editor):
    editor.go_to(6)
    editor.video("{ video.muted = true; }")
    editor.row(0).locator("textarea").click()
    editor.page.keyboard.press("Control+Enter")
    wait_for(lambda: not editor.video("video.paused"), "playing")
    editor.page.keyboard.press("Control+Enter")
    wait_for(lambda: editor.video("video.paused"), "a pause")
    before = editor.video("video.currentTime")
    editor.page.keyboard.press("Control+Shift+Enter")
    wait_for(lambda: editor.video("video.currentTime") < before - 2, "three seconds back")
    assert editor.page.locator("[data-cue]").count() == 2
    editor.page.locator("h1").click()
    editor.page.keyboard.press("Control+Enter")
    assert editor.video("video.paused")


def test_rows_come_and_go_without_a_new_page(editor: Editor):
    editor.page.evaluate("window.isSamePage = true")
    editor.row(0).locator("[data-add]").click()
    expect(editor.row(1).locator("[name=start]")).to_have_value("00:04.000")
    expect(editor.row(1).locator("[name=end]")).to_have_value("00:05.000")
    expect(editor.row(1).locator("textarea")).to_be_focused()
    editor.page.keyboard.type("Between.")
    editor.waits_until_kept("One.", "Between.", "Two.")
    editor.row(0).locator("[data-remove]").click()
    editor.waits_until_kept("Between.", "Two.")
    editor.page.locator("[data-gone] button").click()
    expect(editor.row(0).locator("textarea")).to_be_focused()
    editor.waits_until_kept("One.", "Between.", "Two.")
    assert editor.page.evaluate("window.isSamePage")


def test_faults_stand_beside_their_caption_as_soon_as_the_server_knows(editor: Editor):
    editor.row(1).locator("[name=end]").fill("soon")
    editor.row(1).locator("[name=end]").blur()
    notes = editor.row(1).locator("[data-notes]")
    expect(notes).to_contain_text("The start and end time are missing or cannot be read.")
    expect(editor.row(1).locator("[name=end]")).to_have_attribute("aria-invalid", "true")
    expect(editor.row(1).locator("textarea")).not_to_have_attribute("aria-invalid", "true")
    expect(editor.page.locator("[data-save-line]")).to_contain_text("Not saved yet")
    editor.row(1).locator("[name=end]").fill("8.5")
    editor.row(1).locator("[name=end]").blur()
    expect(notes).to_be_empty()
    wait_for(lambda: editor.kept()[1][1] == 8500, "the mended time")


def test_what_is_typed_while_a_save_is_on_its_way_is_saved_too(editor: Editor):
    held: list[Any] = []

    def hold_the_first(route: Any) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    editor.page.context.route(re.compile(r"/captions/vi\?"), hold_the_first)
    text = editor.row(0).locator("textarea")
    text.fill("First.")
    text.blur()
    wait_for(lambda: editor.page.evaluate("1") and held, "the first save")
    text.fill("First and second.")
    held[0].continue_()
    editor.page.context.unroute_all()
    editor.waits_until_kept("First and second.", "Two.")


def test_the_script_stays_light(editor: Editor):
    source = editor.page.locator("script[src*='edit_captions']").get_attribute("src")
    assert source
    assert len(gzip.compress(editor.page.context.request.get(source).body())) < 6_000
