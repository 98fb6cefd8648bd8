"""Lessons, their files, captions and questions are written whole, and replaced in place."""

import pytest

from lms.core.db import db
from lms.core.errors import Invalid
from lms.core.unit_of_work import unit_of_work
from lms.courses.queries import catalogue_version
from lms.lessons import queries, services
from lms.lessons.models import CheckQuestion, LessonCaption, LessonKind, LessonMedia, Rendition
from lms.media.storage import storage
from tests.factories import words
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson

VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"


@pytest.fixture
def module(app):
    return make_module(make_course(modules=0))


@pytest.fixture
def english(app):
    with app.test_request_context("/en/"):
        yield


def test_lessons_are_added_at_the_end_and_shown_at_once(module):
    version = catalogue_version()
    for number in (1, 2):
        with unit_of_work():
            services.add_lesson(module, kind=LessonKind.READING, title=words(f"Reading {number}"))
    rows = queries.lessons_of_version(module.version_id)
    assert [(row.position, row.title.texts["en"]) for row in rows] == [
        (1, "Reading 1"), (2, "Reading 2"),
    ]  # fmt: skip
    assert catalogue_version() != version


@pytest.mark.parametrize("values, field", [
    ({"kind": LessonKind.RECORDED}, "duration_seconds"),
    ({"kind": LessonKind.READING, "duration_seconds": -1}, "duration_seconds"),
    ({"kind": LessonKind.READING, "recognised_minutes": -1}, "recognised_minutes"),
])  # fmt: skip
def test_a_lesson_that_cannot_be_is_refused_at_its_field(module, english, values, field):
    with pytest.raises(Invalid) as caught, unit_of_work():
        services.add_lesson(module, title=words("Lesson"), **values)
    assert caught.value.field == field


def test_a_rendition_is_replaced_and_the_old_file_goes_after_the_commit(module, tmp_path):
    lesson = make_lesson(module)
    with unit_of_work():
        old = services.add_media(lesson, Rendition.P240, b"old").storage_key
    with pytest.raises(RuntimeError), unit_of_work():
        services.add_media(lesson, Rendition.P240, b"never")
        raise RuntimeError
    assert storage().exists(old)
    path = tmp_path / "new.mp4"
    path.write_bytes(b"newer")
    with unit_of_work():
        row = services.add_media(lesson, Rendition.P240, path)
        new = row.storage_key
    assert (row.size, row.mimetype) == (5, "video/mp4")
    assert storage().exists(new)
    assert not storage().exists(old)
    assert db.session.query(LessonMedia).count() == 1


def test_the_same_file_again_changes_nothing(module):
    lesson = make_lesson(module)
    for _ in range(2):
        with unit_of_work():
            key = services.add_media(lesson, Rendition.AUDIO, b"sound").storage_key
    assert storage().exists(key)


def test_captions_are_kept_one_of_a_language(module):
    lesson = make_lesson(module)
    for text in (VTT, "\ufeff" + VTT.replace("\n", "\r\n")):
        with unit_of_work():
            services.add_caption(lesson, "en", text)
    assert queries.caption(lesson.id, "en") == VTT
    assert queries.captions_of_lesson(lesson.id) == {"en": VTT}
    assert db.session.query(LessonCaption).count() == 1


@pytest.mark.parametrize("text", ["", "hello", "WEBVTT\n\n", "WEBVTT\n\n00:00 --> x\nHi", "\0"])
def test_what_is_not_a_caption_file_is_refused(module, english, text):
    lesson = make_lesson(module)
    with pytest.raises(Invalid) as caught, unit_of_work():
        services.add_caption(lesson, "en", text)
    assert caught.value.field == "captions"


def test_a_question_is_set_and_set_anew(module):
    lesson = make_lesson(module, question=False)
    for right in (0, 1):
        with unit_of_work():
            services.set_question(
                lesson,
                prompt=words("Which?"),
                choices=[words("A"), words("B")],
                correct_choice=right,
                explanation=words("Because."),
            )
    assert db.session.query(CheckQuestion).one().correct_choice == 1


@pytest.mark.parametrize("count, right, field", [
    (1, 0, "choices"), (7, 0, "choices"), (2, 2, "correct_choice"), (2, -1, "correct_choice"),
])  # fmt: skip
def test_a_question_nobody_can_answer_is_refused(module, english, count, right, field):
    lesson = make_lesson(module, question=False)
    with pytest.raises(Invalid) as caught, unit_of_work():
        services.set_question(
            lesson,
            prompt=words("Which?"),
            choices=[words(str(number)) for number in range(count)],
            correct_choice=right,
            explanation=words("Because."),
        )
    assert caught.value.field == field
