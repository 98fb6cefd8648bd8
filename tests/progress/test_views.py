"""The pages of those who study, without a script; and the files behind them."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import Course, Module
from lms.lessons import services as lessons
from lms.lessons.models import Lesson, Rendition
from lms.progress.models import LessonProgress
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.certificates import make_foundation
from tests.factories.courses import make_module
from tests.factories.enrolment import make_run
from tests.factories.lessons import make_lesson
from tests.factories.organisations import make_affiliation, make_city
from tests.factories.progress import Study, finish, join, make_outline, make_study, watch_all
from tests.forms import fill_in, token_on

VTT = """WEBVTT

00:01.000 --> 00:05.000
The <b>bus</b> comes.

01:05.000 --> 01:09.000
It goes.
"""


@pytest.fixture
def study(app) -> Study:
    """Two lessons; the first has recordings, captions in two languages and a poster."""
    study = make_study(lessons=2, person=make_person(full_name="Bat"))
    with unit_of_work():
        lesson = db.session.get_one(Lesson, study.lessons[0].id)
        lessons.add_media(lesson, Rendition.P480, b"v" * 480_000)
        lessons.add_media(lesson, Rendition.P240, b"w" * 240_000)
        lessons.add_media(lesson, Rendition.AUDIO, b"a" * 96_000)
        lessons.add_media(lesson, Rendition.POSTER, b"p" * 1000)
        lessons.add_caption(lesson, "en", VTT)
        lessons.add_caption(lesson, "ko", VTT.replace("It goes.", "간다."))
    return study


@pytest.fixture
def browser(study: Study, signed_in_as):
    return signed_in_as(study.person)


def lesson_path(study: Study, number: int = 0, language: str = "en") -> str:
    return f"/{language}/runs/{study.run.id}/lessons/{study.lessons[number].id}"


def page_of(browser, path: str, status: int = 200, **options) -> str:
    response = browser.get(path, **options)
    assert response.status_code == status, path
    return unescape(response.text)


def add_reading(study: Study, **values) -> Lesson:
    course = db.session.get_one(Course, study.run.course_id)
    reading = make_lesson(
        make_module(course, position=90),
        kind="reading",
        duration_seconds=0,
        recognised_minutes=0,
        question=False,
        body=words("## Read\n\n<script>alert(1)</script> **well**"),
        **values,
    )
    study.lessons.append(reading)
    return reading


# --- My learning -----------------------------------------------------------------------


def test_without_a_course_there_is_one_way_on(signed_in_as):
    page = page_of(signed_in_as(make_person()), "/en/my-learning")
    assert "You have not enrolled in a course yet." in page
    assert "/en/courses/" in page


def test_my_learning_begins_with_the_one_thing_to_do(study, browser):
    page = page_of(browser, "/en/my-learning")
    assert "Begin: 1.1" in page
    watch_all(study, study.lessons[1])
    page = page_of(browser, "/en/my-learning")
    assert "Continue: 2.1" in page, "the lesson begun last, though it is not the first"
    assert "0 of 2 lessons done" in page
    finish(study, study.lessons[1])
    page = page_of(browser, "/en/my-learning")
    assert "Continue: 1.1, 2 minutes left" in page
    assert "0.5 hours of 1 hour (50%)" in page


def test_completed_and_past_runs_stand_apart(study, browser):
    make_foundation()
    for lesson in study.lessons:
        finish(study, lesson)
    past = join(make_run(make_outline(), state="completed"), study.person)
    gone = join(make_run(make_outline()), study.person, state="withdrawn")
    page = page_of(browser, "/en/my-learning")
    current, _heading, earlier = page.partition("Earlier courses")
    assert f"/en/runs/{study.run.id}" in earlier
    assert f"/en/runs/{past.run.id}" in earlier
    assert "Continue" not in current
    assert "/en/certificates" in earlier
    assert f"/en/runs/{gone.run.id}" not in page


def test_my_learning_costs_the_same_with_more_courses(study, browser, count_statements):
    browser.get("/en/my-learning")
    with count_statements() as few:
        browser.get("/en/my-learning")
    for _more in range(4):
        finish(another := join(make_run(make_outline(5)), study.person), another.lessons[0])
    with count_statements() as many:
        browser.get("/en/my-learning")
    assert len(few) == len(many) <= 5


# --- the run ---------------------------------------------------------------------------


def test_the_run_shows_ticks_hours_and_the_deadline_on_two_clocks(study, browser):
    finish(study, study.lessons[0])
    page = page_of(browser, f"/en/runs/{study.run.id}")
    assert "1 of 2 lessons done" in page
    assert page.count("outline-item is-done") == 1
    assert "0.5 hours of 1 hour (50%)" in page
    assert "At least 80% of the recognised hours" in page
    assert re.search(r"22:59 \(UTC\+8\) · Busan 23:59", page)
    assert f"/en/runs/{study.run.id}/leave" in page


def test_a_run_that_is_over_can_be_read_but_says_so(study, browser):
    study.run.state = "completed"
    assert "This course run is over." in page_of(browser, f"/en/runs/{study.run.id}")
    page = page_of(browser, lesson_path(study))
    assert "no longer recorded" in page
    assert "data-token" not in page
    assert "Check my answer" not in page


def test_the_run_costs_the_same_with_more_lessons(study, browser, count_statements):
    path = f"/en/runs/{study.run.id}"
    with count_statements() as few:
        browser.get(path)
    module = db.session.get_one(Module, study.lessons[0].module_id)
    for position in range(10, 20):
        make_lesson(module, position=position)
    with count_statements() as many:
        browser.get(path)
    assert len(few) == len(many) <= 7


# --- the lesson ------------------------------------------------------------------------


def test_the_player_works_as_a_page(study, browser, count_statements):
    path = lesson_path(study)
    with count_statements() as statements:
        page = page_of(browser, path)
    assert len(statements) <= 8
    base = f"/media/runs/{study.run.id}/lessons/{study.lessons[0].id}"
    assert f'src="{base}/480p"' in page
    assert f'poster="{base}/poster"' in page
    for code in ("en", "ko"):
        assert f'src="{base}/captions/{code}.vtt" srclang="{code}"' in page
    for words_and_size in ('Video 480p <span class="quiet">480 KB', "240 KB", "96 KB"):
        assert words_and_size in page
    assert "1 / 2" in page
    assert "recorded only with JavaScript" in page


def test_quality_is_chosen_by_link_and_remembered(study, browser):
    path = lesson_path(study)
    assert '/240p"' in _video(page_of(browser, f"{path}?quality=240p"))
    assert '/240p"' in _video(page_of(browser, path))
    assert '/audio"' in _video(page_of(browser, f"{path}?quality=audio"))
    assert '/audio"' in _video(page_of(browser, f"{path}?quality=8k"))


def test_who_saves_data_gets_the_small_one(study, browser):
    page = page_of(browser, lesson_path(study), headers={"Save-Data": "on"})
    assert '/240p"' in _video(page)
    assert 'preload="none"' in page


def _video(page: str) -> str:
    return re.search(r"<video[^>]*>", page)[0]


@pytest.mark.parametrize(
    "at,fragment", [("65", "#t=65"), ("0", ""), ("100", ""), ("x", ""), ("-1", "")]
)
def test_a_link_starts_the_recording_somewhere_without_a_script(study, browser, at, fragment):
    video = _video(page_of(browser, f"{lesson_path(study)}?at={at}"))
    assert f'/480p{fragment}"' in video


def test_going_on_is_offered_where_one_stopped(study, browser):
    path = lesson_path(study)
    assert "Go on from" not in page_of(browser, path)
    watch_all(study, study.lessons[0])
    row = db.session.scalars(select(LessonProgress)).one()
    row.last_position = 64
    assert "Go on from 1:04" in page_of(browser, path)
    row.last_position = 99
    assert "Go on from" not in page_of(browser, path)


def test_the_transcript_is_plain_text_in_a_chosen_language(study, browser):
    page = page_of(browser, lesson_path(study))
    assert "The bus comes." in page
    assert ">1:05</a><span>It goes.</span>" in page
    assert ">1:05</a><span>간다.</span>" in page_of(browser, lesson_path(study) + "?transcript=ko")
    assert "간다." in page_of(browser, lesson_path(study, language="ko"))
    assert "It goes." in page_of(browser, lesson_path(study, language="zh")), "English before none"


def test_content_falls_back_to_the_languages_of_the_reader_s_city(study, browser):
    city = make_city(training_languages=["vi", "en"])
    make_affiliation(study.person, city)
    lesson = db.session.get_one(Lesson, study.lessons[0].id)
    lesson.title = TextInLanguages("fr", {"fr": "Les ports", "vi": "Bến cảng"})
    page = page_of(browser, lesson_path(study))
    assert '<span lang="vi" dir="ltr">Bến cảng</span>' in page
    assert "(in Vietnamese)" in page


# --- the check question ----------------------------------------------------------------


def test_the_right_choice_does_not_leave_before_it_was_given(study, browser):
    for page in (page_of(browser, lesson_path(study)), _answer(study, browser, 1).text):
        assert "Because." not in page
        assert "correct" not in page.lower()
        assert "Answered right" not in page


def test_a_wrong_answer_may_be_tried_again(study, browser):
    wrong = _answer(study, browser, 1)
    assert wrong.status_code == 422
    assert "That is not the right answer. You may try again." in unescape(wrong.text)
    right = _answer(study, browser, 0)
    assert (right.status_code, right.location.endswith("#question")) == (303, True)
    page = page_of(browser, lesson_path(study))
    assert "Answered right" in page
    assert "Because." in page
    assert "Watch the recording to complete the lesson." in page


@pytest.mark.parametrize("choice", ["", "2", "-1", "x", "0x0", "1e9"])
def test_a_choice_that_is_not_there_is_refused(study, browser, choice):
    assert _answer(study, browser, choice).status_code == 422


def test_the_last_answer_completes_the_course_and_says_so(study, browser):
    make_foundation()
    finish(study, study.lessons[0])
    watch_all(study, study.lessons[1])
    assert _answer(study, browser, 0, number=1).status_code == 303
    page = page_of(browser, lesson_path(study, 1))
    assert "You have completed the course." in page


def test_a_refused_answer_can_be_read_in_another_language(study, browser):
    assert browser.get(f"{lesson_path(study, language='ko')}/answer").status_code == 302


def _answer(study, browser, choice, number=0):
    path = lesson_path(study, number)
    return fill_in(browser, path, send_to=f"{path}/answer", choice=choice)


# --- readings --------------------------------------------------------------------------


def test_a_reading_is_shown_clean_and_ticked(study, browser):
    reading = add_reading(study)
    path = f"/en/runs/{study.run.id}/lessons/{reading.id}"
    page = page_of(browser, path)
    assert ">Read</h2>" in page
    assert "<strong>well</strong>" in page
    assert "<script>alert" not in browser.get(path).text
    assert fill_in(browser, path, send_to=f"{path}/read").status_code == 303
    assert "You have read this." in page_of(browser, path)
    assert "2 of 3" not in page_of(browser, f"/en/runs/{study.run.id}")


def test_a_reading_in_another_language_says_so(study, browser):
    reading = add_reading(study)
    reading.body = TextInLanguages("ko", {"ko": "읽기"})
    page = page_of(browser, f"/en/runs/{study.run.id}/lessons/{reading.id}")
    assert "Shown in Korean: no text in your language yet." in page


def test_a_recording_cannot_be_ticked(study, browser):
    path = lesson_path(study)
    assert fill_in(browser, path, send_to=f"{path}/read").status_code == 409


# --- files -----------------------------------------------------------------------------


def media_path(study: Study, name: str) -> str:
    return f"/media/runs/{study.run.id}/lessons/{study.lessons[0].id}/{name}"


def test_recordings_are_streamed_in_parts_with_a_validator(study, browser):
    whole = browser.get(media_path(study, "480p"))
    assert (whole.status_code, len(whole.data), whole.mimetype) == (200, 480_000, "video/mp4")
    assert whole.headers["Cache-Control"].startswith("private")
    part = browser.get(media_path(study, "240p"), headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.data) == (206, b"w" * 100)
    assert part.headers["Content-Range"] == "bytes 0-99/240000"
    again = browser.get(media_path(study, "480p"), headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304


def test_captions_are_sent_as_they_are(study, browser):
    answer = browser.get(media_path(study, "captions/ko.vtt"))
    assert (answer.status_code, answer.mimetype) == (200, "text/vtt")
    assert "간다." in answer.text


@pytest.mark.parametrize("name", ["1080p", "captions/fr.vtt", "captions/../480p", "poster.webp"])
def test_what_is_not_there_is_not_there(study, browser, name):
    assert browser.get(media_path(study, name)).status_code == 404


# --- who may ---------------------------------------------------------------------------

PAGES = [
    "/en/runs/{run}",
    "/en/runs/{run}/lessons/{lesson}",
    "/en/runs/{run}/lessons/{lesson}/answer",
    "/media/runs/{run}/lessons/{lesson}/480p",
    "/media/runs/{run}/lessons/{lesson}/captions/en.vtt",
]


@pytest.mark.parametrize("path", PAGES)
def test_only_the_enrolled_come_in_and_others_find_nothing(study, signed_in_as, client, path):
    path = path.format(run=study.run.id, lesson=study.lessons[0].id)
    assert signed_in_as(study.person).get(path).status_code in {200, 302}
    assert client.get(path).status_code == 302
    others = [make_person(role) for role in ("staff", "admin", "instructor")]
    others += [make_person(), join(make_run(make_outline()), make_person()).person]
    others += [join(study.run, make_person(), state="withdrawn").person]
    for person in others:
        assert signed_in_as(person).get(path).status_code == 404


def test_a_lesson_of_another_run_is_not_reached_through_one_s_own(study, browser):
    other = make_study()
    for path in (
        f"/en/runs/{study.run.id}/lessons/{other.lessons[0].id}",
        f"/en/runs/{other.run.id}/lessons/{study.lessons[0].id}",
        f"/en/runs/{study.run.id}/lessons/{2**63}",
    ):
        assert browser.get(path).status_code == 404


@pytest.mark.parametrize("act", ["answer", "read"])
def test_acts_need_the_form_token_and_an_enrolment(study, browser, signed_in_as, act):
    path = f"{lesson_path(study)}/{act}"
    assert browser.post(path, data={"choice": "0"}).status_code == 400
    stranger = signed_in_as(make_person())
    other = make_study(person=make_person())
    token = token_on(signed_in_as(other.person), lesson_path(other))
    assert stranger.post(path, data={"choice": "0", "csrf_token": token}).status_code == 400


def test_after_leaving_the_files_are_closed_too(study, browser):
    assert browser.get(media_path(study, "480p")).status_code == 200
    study.enrolment.state = "dropped_out"
    for path in (
        lesson_path(study),
        media_path(study, "480p"),
        media_path(study, "captions/en.vtt"),
    ):
        assert browser.get(path).status_code == 404
