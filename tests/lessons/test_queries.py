"""What is read of lessons: in order, in few statements, and never the answer."""

import dataclasses

from lms.core.unit_of_work import unit_of_work
from lms.lessons import queries, services
from lms.lessons.models import Rendition
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson

VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"


def test_an_outline_is_in_order_of_modules_then_lessons_in_one_statement(app, count_statements):
    course, other = make_course(modules=0), make_course()
    second, first = make_module(course, position=2), make_module(course, position=1)
    ids = [make_lesson(module, position=position).id
           for module, position in ((second, 1), (first, 2), (first, 1))]  # fmt: skip
    make_lesson(make_module(other, position=2))
    course_id = course.id
    with count_statements() as statements:
        rows = queries.lessons_of_course(course_id)
    assert [row.id for row in rows] == [ids[2], ids[1], ids[0]]
    assert all(row.has_question and row.counts_for_hours for row in rows)
    assert len(statements) == 1


def test_the_content_of_a_lesson_holds_no_answer_and_takes_three_statements(app, count_statements):
    lesson = make_lesson(make_module(make_course(modules=0)))
    with unit_of_work():
        services.add_media(lesson, Rendition.P480, b"film")
        services.add_caption(lesson, "ko", VTT)
    lesson_id = lesson.id
    with count_statements() as statements:
        content = queries.lesson_content(lesson_id)
    assert content
    assert list(content.media) == [Rendition.P480]
    assert content.caption_languages == ["ko"]
    assert len(statements) == 3
    assert content.question
    names = {field.name for field in dataclasses.fields(content.question)}
    assert names == {"prompt", "choices"}


def test_a_lesson_is_found_only_in_its_own_course(app):
    course, other = make_course(modules=0), make_course()
    lesson = make_lesson(make_module(course))
    assert queries.lesson_in_course(lesson.id, course.id)
    assert queries.lesson_in_course(lesson.id, other.id) is None
    assert queries.lesson_content(999_999) is None


def test_only_minutes_make_a_lesson_count(app):
    course = make_course(modules=0)
    module = make_module(course)
    assert not queries.has_lesson_that_counts(course.id)
    make_lesson(module, recognised_minutes=0)
    assert not queries.has_lesson_that_counts(course.id)
    make_lesson(module, recognised_minutes=5)
    assert queries.has_lesson_that_counts(course.id)
