"""Beats over HTTP: who may send them, what is refused, and what a beat costs."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms.core import clock, events
from lms.core.db import Writing, db, writing
from lms.core.unit_of_work import unit_of_work
from lms.progress import play_token, services
from lms.progress.events import CourseCompleted
from lms.progress.models import LessonProgress
from tests.factories.accounts import make_person
from tests.factories.progress import Study, join, make_study

NOW = clock.now()


class Player:
    """A lesson page opened in a browser, and the beats its player sends."""

    def __init__(self, browser, study: Study, lesson=None) -> None:
        lesson = lesson or study.lessons[0]
        page = browser.get(f"/en/runs/{study.run.id}/lessons/{lesson.id}").text
        self.browser = browser
        self.path = f"/api/v1/runs/{study.run.id}/lessons/{lesson.id}/watch"
        self.token = re.search(r'data-token="([^"]+)"', page)[1]
        self.csrf = re.search(r'data-csrf="([^"]+)"', page)[1]

    def send(self, *intervals, position=0, **changes):
        body = {"token": self.token, "intervals": intervals, "position": position, **changes}
        return self.post(json.dumps(body))

    def post(self, body: str | bytes, **headers: str):
        headers = {"X-CSRFToken": self.csrf, "Content-Type": "application/json", **headers}
        return self.browser.post(self.path, data=body, headers=headers)


@pytest.fixture
def study(app) -> Study:
    return make_study(lessons=2)


@pytest.fixture
def player(study: Study, signed_in_as) -> Player:
    return Player(signed_in_as(study.person), study)


def watched(study: Study) -> list[list[int]]:
    return db.session.scalars(
        select(LessonProgress.intervals).where(LessonProgress.enrolment_id == study.enrolment.id)
    ).one()


def test_a_beat_is_answered_with_where_one_stands(player: Player, study: Study):
    with time_machine.travel(clock.now() + timedelta(seconds=70), tick=False):
        answer = player.send([0, 60], position=60)
    assert (answer.status_code, answer.json) == (
        200,
        {
            "watched_seconds": 60,
            "is_watched": False,
            "is_complete": False,
            "earned_minutes": 0,
            "course_is_complete": False,
        },
    )
    assert watched(study) == [[0, 60]]


def test_the_same_beat_from_two_tabs_and_once_more_counts_once(player, study, signed_in_as):
    other = Player(signed_in_as(study.person), study)
    with time_machine.travel(clock.now() + timedelta(seconds=70), tick=False):
        for tab in (player, other, player):
            assert tab.send([0, 30], position=30).json["watched_seconds"] == 30


def test_a_forged_beat_cannot_jump(player, study):
    assert player.send([0, 100], position=100).json["watched_seconds"] <= 7


def test_the_page_s_time_cannot_be_claimed_with_another_s_token(player, study):
    old = play_token.make_token(study.enrolment.id, study.lessons[1].id, NOW - timedelta(days=1))
    assert player.send([0, 5], token=old).status_code == 422
    stranger = play_token.make_token(10**6, study.lessons[0].id, NOW - timedelta(days=1))
    assert player.send([0, 5], token=stranger).status_code == 422
    head, _dot, seal = player.token.partition(".")
    for forged in ("", "x", f"{head}x.{seal}", f"{head}.x", "\ud800", "." * 9000):
        assert player.send([0, 5], token=forged).status_code == 422


UNREADABLE = [
    "", "null", "[]", "{}", "{", "\x00", "[" * 30_000, '"x"', "1" * 5000,
    '{"token": "x", "intervals": [[0, 1]]}', "x" * 70_000,
]  # fmt: skip


@pytest.mark.parametrize("body", UNREADABLE)
def test_unreadable_bodies_are_refused_clearly(player, study, body):
    answer = player.post(body)
    assert (answer.status_code, answer.is_json) == (422, True)


PLAYED = [
    [[-1, 5]], [[5, 5]], [[9, 3]], [[0, 101]], [[0, 10**30]], [[0.0, 5.0]], [[0, 5.5]],
    [["0", "5"]], [[True, 5]], [[0, None]], [[0]], [[0, 1, 2]], [0, 5],
    "0-5", {"0": 5}, None, [[0, 1]] * 501,
]  # fmt: skip


@pytest.mark.parametrize("intervals", PLAYED)
def test_intervals_that_cannot_be_are_refused_and_nothing_is_lost(player, study, intervals):
    with time_machine.travel(clock.now() + timedelta(seconds=70), tick=False):
        assert player.send([0, 30], position=30).status_code == 200
        body = {"token": player.token, "position": 5, "intervals": intervals}
        answer = player.post(json.dumps(body))
    assert answer.status_code == 422
    assert answer.json["message"]
    assert watched(study) == [[0, 30]]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e309", "1e2", "-1", "101"])
def test_positions_that_cannot_be_are_refused(player, number):
    body = f'{{"token": "{player.token}", "intervals": [], "position": {number}}}'
    assert player.post(body).status_code == 422
    body = f'{{"token": "{player.token}", "intervals": [[0, {number}]], "position": 0}}'
    assert player.post(body).status_code == 422


def test_a_beat_needs_the_form_token(player):
    assert player.post("{}", **{"X-CSRFToken": ""}).status_code == 400
    assert player.post("{}", **{"X-CSRFToken": "x"}).status_code == 400


def test_only_who_is_enrolled_may_send(study: Study, player, signed_in_as, client):
    assert client.post(player.path, json={}).status_code in {400, 401}
    for person in (
        make_person(),
        make_person("staff"),
        make_person("instructor"),
        make_person("admin"),
        join(make_study().run, make_person()).person,
    ):
        browser = signed_in_as(person)
        home = Player(browser, join(make_study().run, person))
        home.path = player.path
        assert home.send([0, 5]).status_code == 404


@pytest.mark.parametrize("state", ["withdrawn", "dropped_out", "not_completed"])
def test_after_leaving_nothing_is_taken(player, study, state):
    study.enrolment.state = state
    assert player.send([0, 5]).status_code == 404


def test_a_lesson_of_another_course_is_not_there(player, study):
    elsewhere = make_study().lessons[0]
    player.path = f"/api/v1/runs/{study.run.id}/lessons/{elsewhere.id}/watch"
    assert player.send([0, 5]).status_code == 404


@pytest.mark.parametrize("state", ["judging", "completed", "archived", "cancelled"])
def test_after_the_run_nothing_is_recorded(player, study, state):
    study.run.state = state
    assert player.send([0, 5]).status_code == 409


def test_an_ordinary_beat_costs_four_statements(player, count_statements):
    with time_machine.travel(clock.now() + timedelta(seconds=60), tick=False) as moment:
        player.send([0, 15], position=15)
        moment.shift(15)
        with count_statements() as statements:
            assert player.send([15, 30], position=30).status_code == 200
    # who asks, whether they may; then one transaction: read, write
    assert len(statements) == 4


def test_the_beat_that_completes_the_course_is_on_disk_before_it_is_answered(
    player: Player, study: Study, monkeypatch
):
    """A beat may be lost in a power cut, a completion never."""
    heard = []
    monkeypatch.setitem(
        events._handlers, CourseCompleted, (lambda _event: heard.append(writing.get()),)
    )
    for lesson in study.lessons:
        with unit_of_work():
            services.answer_question(study.enrolment, lesson, 0, now=clock.now())
    for lesson in study.lessons:
        of_lesson = Player(player.browser, study, lesson)
        with time_machine.travel(clock.now() + timedelta(seconds=120), tick=False):
            answer = of_lesson.send([0, 100], position=100)
    assert answer.json["course_is_complete"]
    assert heard == [Writing.LASTING]
