"""What is read of lessons: in order, in few statements, and never the answer."""

import dataclasses

from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import Module
from lms.courses.queries import catalogue_version, newest_version
from lms.lessons import queries, services
from lms.lessons.models import Rendition
from tests.factories import words
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson

VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"


def test_an_outline_is_in_order_of_modules_then_lessons_in_one_statement(app, count_statements):
    course, other = make_course(modules=0), make_course()
    second, first = make_module(course, position=2), make_module(course, position=1)
    ids = [make_lesson(module, position=position).id
           for module, position in ((second, 1), (first, 2), (first, 1))]  # fmt: skip
    make_lesson(make_module(other, position=2))
    version_id = newest_version(course.id).id
    with count_statements() as statements:
        rows = queries.lessons_of_version(version_id)
    assert [row.id for row in rows] == [ids[2], ids[1], ids[0]]
    assert all(row.has_question and row.counts_for_hours for row in rows)
    assert len(statements) == 1


def test_the_content_of_a_lesson_takes_four_statements(app, count_statements):
    lesson = make_lesson(make_module(make_course(modules=0)))
    with unit_of_work():
        services.add_media(lesson, Rendition.P480, b"film")
        services.add_caption(lesson, "ko", VTT)
    lesson_id = lesson.id
    with count_statements() as statements:
        content = queries.lesson_content(lesson_id)
    assert list(content.media) == [Rendition.P480]
    assert content.captions == {"ko": VTT}
    assert content.question
    assert content.question.correct_choice == 0
    assert len(statements) == 4


def test_a_list_of_lessons_never_holds_an_answer():
    names = {field.name for field in dataclasses.fields(queries.LessonRow)}
    assert names.isdisjoint({"question", "choices", "correct_choice", "explanation"})


def test_what_is_kept_is_read_again_after_every_change(app, count_statements):
    course = make_course(modules=0)
    lesson = make_lesson(make_module(course), question=False)
    version_id, lesson_id = newest_version(course.id).id, lesson.id

    def read():
        version = int(catalogue_version())
        outline = queries.outline_of_version(version_id, version)
        return outline, queries.content_of_lesson(lesson_id, version)

    def changes(change):
        before = read()
        with unit_of_work():
            change()
        after = read()
        with count_statements() as statements:
            assert read() == after
        assert len(statements) == 1  # the version
        return before != after

    assert changes(lambda: services.add_media(lesson, Rendition.P240, b"film"))
    assert changes(lambda: services.add_caption(lesson, "en", VTT))
    assert changes(lambda: ask(lesson))
    assert changes(lambda: add_another(lesson))


def ask(lesson):
    services.set_question(
        lesson,
        prompt=words("Which?"),
        choices=[words("This"), words("That")],
        correct_choice=1,
        explanation=words("So it is."),
    )


def add_another(lesson):
    module = db.session.get_one(Module, lesson.module_id)
    services.add_lesson(module, kind="reading", title=words("More"), body=words("Read."))


def test_only_minutes_make_a_lesson_count(app):
    course = make_course(modules=0)
    module = make_module(course)
    assert not queries.has_lesson_that_counts(course.id)
    make_lesson(module, recognised_minutes=0)
    assert not queries.has_lesson_that_counts(course.id)
    make_lesson(module, recognised_minutes=5)
    assert queries.has_lesson_that_counts(course.id)
