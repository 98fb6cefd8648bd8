"""The player in a real browser: what it counts, what it keeps, and what it offers."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms.accounts import services as accounts
from lms.accounts.models import LoginSession, Person, PersonState
from lms.core import clock
from lms.core.db import db
from lms.enrolment import services as enrolments
from lms.enrolment.models import CourseRun, Enrolment
from lms.progress.models import LessonProgress
from tests.factories import next_number
from tests.site import CLIP_SECONDS, Site, Watched, wait_for

pytestmark = pytest.mark.browser

API = "**/api/v1/**"


@dataclass
class Learner:
    """Somebody enrolled in the site's run, and their open lesson."""

    site: Site
    visitor: Watched
    enrolment_id: int
    page: Page

    def open(self, query: str = "") -> None:
        ids = self.site.ids
        self.page.goto(f"/en/runs/{ids['run']}/lessons/{ids['lesson']}{query}")

    def video(self, act: str) -> Any:
        return self.page.locator("video").evaluate(f"video => {act}")

    def play_until(self, second: float) -> None:
        self.video("{ video.muted = true; return video.play(); }")
        self.page.wait_for_function(
            "second => document.querySelector('video').currentTime >= second", arg=second
        )

    def recorded(self) -> LessonProgress | None:
        ask = select(LessonProgress).where(LessonProgress.enrolment_id == self.enrolment_id)
        return self.site.read(lambda: db.session.scalar(ask))

    def seconds(self) -> int:
        row = self.recorded()
        return row.watched_seconds if row else 0

    def says(self, words: str) -> None:
        expect(self.page.locator("[data-status]")).to_contain_text(words)


@pytest.fixture
def learner(site: Site, visit) -> Learner:
    def enrol() -> tuple[int, str]:
        number = next_number()
        person = Person(
            email=f"player{number}@example.org",
            state=PersonState.ACTIVE,
            full_name=f"Player {number}",
            preferred_language="en",
            time_zone="Asia/Kathmandu",
            email_confirmed_at=clock.now(),
            created_at=clock.now(),
        )
        db.session.add(person)
        db.session.flush()
        run = db.session.get_one(CourseRun, site.ids["run"])
        enrolment = enrolments.enrol(person, run, now=clock.now())
        token = accounts.start_session(
            person, user_agent="test", address="127.0.0.1", now=clock.now()
        )
        return enrolment.id, token

    enrolment_id, token = site.saved(enrol)
    visitor = visit()
    visitor.context.add_cookies([{"name": "ieum", "value": token, "url": site.address}])
    page = visitor.page()
    page.set_default_timeout(20_000)
    learner = Learner(site, visitor, enrolment_id, page)
    learner.open()
    return learner


def test_only_what_was_played_counts_and_a_jump_does_not(learner: Learner):
    learner.play_until(2)
    learner.video("video.currentTime = 9")
    learner.play_until(10.5)
    learner.video("video.pause()")
    learner.says("Saved at")
    row = wait_for(learner.recorded, "the record")
    played = {second for start, end in row.intervals for second in range(start, end)}
    assert {0, 1, 9} <= played
    assert not played & {4, 5, 6, 7}
    shown = learner.page.locator("[data-words]")
    expect(shown).to_contain_text(f"of 0:{CLIP_SECONDS}")


def test_nothing_is_lost_without_connection(learner: Learner):
    learner.play_until(1)
    wait_for(lambda: learner.video("video.buffered.length && video.buffered.end(0) > 11"), "clip")
    learner.visitor.context.set_offline(True)
    learner.play_until(4)
    learner.video("video.pause()")
    learner.says("Not saved yet: will be sent when the connection is back")
    assert learner.seconds() == 0
    learner.visitor.context.set_offline(False)
    learner.says("Saved at")
    assert wait_for(learner.seconds, "the beats") >= 4


def test_what_could_not_be_sent_goes_out_at_the_next_visit(learner: Learner):
    learner.visitor.context.route(API, lambda route: route.abort())
    learner.play_until(3)
    learner.video("video.pause()")
    learner.says("Not saved yet")
    kept = learner.page.evaluate("JSON.stringify(localStorage)")
    assert "player" not in kept.lower()
    assert "@" not in kept
    learner.page.goto("about:blank")
    learner.visitor.context.unroute(API)
    learner.open()
    assert wait_for(learner.seconds, "the beats of before") >= 3
    wait_for(
        lambda: "ieum-watch" not in learner.page.evaluate("JSON.stringify(localStorage)"),
        "the emptied queue",
    )


def test_signed_out_it_says_so_and_keeps_what_it_has(learner: Learner):
    learner.play_until(0.2)  # the recording is there: without a session nobody is sent it
    learner.site.saved(lambda: end_sessions(learner))
    learner.play_until(2)
    learner.video("video.pause()")
    learner.says("sign in again")
    assert "ieum-watch" in learner.page.evaluate("JSON.stringify(localStorage)")


def end_sessions(learner: Learner) -> None:
    person_id = db.session.get_one(Enrolment, learner.enrolment_id).person_id
    for row in db.session.scalars(select(LoginSession).where(LoginSession.person_id == person_id)):
        row.ended_at = clock.now()


def test_a_busy_server_is_given_the_time_it_asks_for(learner: Learner):
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503, headers={"Retry-After": "120"}, body="{}")

    learner.visitor.context.route(API, refuse)
    learner.play_until(1.5)
    learner.video("video.pause()")
    learner.says("Not saved yet")
    learner.play_until(2.5)
    learner.video("video.pause()")
    learner.page.wait_for_timeout(300)
    assert len(asked) == 1


def test_a_step_of_a_sleeping_laptop_is_not_counted(learner: Learner):
    """The recording jumps without having been sought, as after hours of sleep."""
    learner.play_until(1)
    learner.page.evaluate(
        """() => {
          const video = document.querySelector("video");
          const real = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "currentTime");
          Object.defineProperty(video, "currentTime", { get: () => real.get.call(video) + 7 });
        }"""
    )
    learner.page.wait_for_timeout(700)
    learner.video("video.pause()")
    learner.says("Saved at")
    row = wait_for(learner.recorded, "the record")
    assert all(not start <= 5 < end for start, end in row.intervals)


def test_faster_than_the_rule_allows_is_not_counted_and_said(learner: Learner):
    learner.video("video.playbackRate = 4")
    learner.play_until(6)
    learner.says("Faster than 1.5× does not count.")
    learner.video("video.pause()")
    assert learner.seconds() < 6


def test_leaving_the_page_sends_what_is_open(learner: Learner):
    learner.play_until(3)
    learner.page.goto("/en/my-learning")
    assert wait_for(learner.seconds, "the last beat") >= 2


def test_keys_move_the_player_and_can_be_switched_off(learner: Learner):
    page = learner.page
    wait_for(lambda: learner.video("video.readyState > 0"), "the clip")
    learner.video("video.muted = true")
    page.locator("h1").click()
    page.keyboard.press("k")
    wait_for(lambda: not learner.video("video.paused"), "playing")
    page.keyboard.press("Space")
    wait_for(lambda: learner.video("video.paused"), "a pause")
    page.keyboard.press("l")
    assert learner.video("video.currentTime") >= 10
    page.keyboard.press("j")
    assert learner.video("video.currentTime") < 3
    page.keyboard.press("]")
    page.keyboard.press("]")
    page.keyboard.press("]")
    assert learner.video("video.playbackRate") == 1.5
    expect(page.locator("#speed")).to_have_value("1.5")
    page.keyboard.press("[")
    assert learner.video("video.playbackRate") == 1.25
    page.keyboard.press("c")
    showing = "[...video.textTracks].some(track => track.mode === 'showing')"
    before = learner.video(showing)
    page.keyboard.press("c")
    assert learner.video(showing) != before

    page.locator(".keys summary").click()
    page.locator("[data-keys]").uncheck()
    page.locator("h1").click()
    page.keyboard.press("k")
    page.wait_for_timeout(200)
    assert learner.video("video.paused")
    learner.open()
    expect(page.locator("[data-keys]")).not_to_be_checked()


def test_keys_leave_fields_and_buttons_alone(learner: Learner):
    page = learner.page
    page.locator("input[name=choice]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("input[name=choice]").first).to_be_checked()
    assert learner.video("video.paused")


def test_the_transcript_leads_to_its_place_and_follows(learner: Learner):
    page = learner.page
    learner.video("video.muted = true")
    page.locator("[data-transcript] a").nth(1).click()
    wait_for(lambda: learner.video("video.currentTime") >= 5, "the place")
    expect(page.locator("[data-transcript] li").nth(1)).to_have_attribute("aria-current", "true")
    assert "at=" not in page.url


def test_another_quality_goes_on_at_the_same_place(learner: Learner):
    page = learner.page
    learner.play_until(3)
    page.locator("a[data-quality='240p']").click()
    wait_for(
        lambda: (
            "240p" in learner.video("video.currentSrc") and learner.video("video.currentTime > 3")
        ),
        "the other quality",
    )
    expect(page.locator("a[data-quality='240p']")).to_have_attribute("aria-current", "true")
    learner.video("video.pause()")
    learner.open()
    assert "240p" in learner.video("video.currentSrc")


def test_one_goes_on_where_one_stopped(learner: Learner):
    learner.play_until(7)
    learner.video("video.pause()")
    learner.says("Saved at")
    learner.open()
    prompt = learner.page.locator("[data-resume]")
    expect(prompt).to_contain_text("You stopped at 0:07.")
    learner.video("video.muted = true")
    prompt.locator("a").first.click()
    wait_for(lambda: learner.video("video.currentTime") >= 7, "the place")
    expect(prompt).to_be_hidden()


def test_the_scripts_stay_light(learner: Learner):
    """UX 8: at most 25 KB of script on a lesson page."""
    scripts = [url for url in learner.visitor.requests if ".js" in url]
    sizes = [len(learner.visitor.context.request.get(url).body()) for url in set(scripts)]
    assert sum(sizes) <= 25_000
