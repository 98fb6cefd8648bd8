"""The page that shows what is new in a version: found at once, read without colour, few reads."""

import pytest

from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import CourseTeacher
from lms.courses.queries import modules_of, newest_version, published_version
from lms.courses.services.versions import begin_version
from lms.lessons import services
from lms.lessons.models import Rendition
from lms.lessons.queries import lessons_in_modules
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.factories.materials import make_material

VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"


@pytest.fixture
def course(app):
    """A published course, and a draft that is as yet the same."""
    course = make_course(modules=0)
    module = make_module(course)
    make_lesson(module, position=1, title=words("Buses"))
    reading = make_lesson(
        module, position=2, title=words("Fares"), kind="reading", body=words("Pay once.")
    )
    with unit_of_work():
        services.add_caption(reading, "en", VTT)
    draft_of(course)
    return course


def draft_of(course):
    with unit_of_work():
        return begin_version(course, actor=None, now=clock.now())


def sessions(course):
    ids = [module.id for module in modules_of(newest_version(course.id).id)]
    return lessons_in_modules(ids)


def page(signed_in_as, course, who="staff", **asked):
    reader = make_person("staff") if who == "staff" else who
    browser = signed_in_as(reader)
    return browser.get(f"/en/manage/courses/{course.code}/compare", query_string=asked)


def test_a_draft_as_it_was_begun_differs_in_nothing(course, signed_in_as):
    answer = page(signed_in_as, course)
    assert answer.status_code == 200
    assert "Nothing differs between these versions." in answer.text


def test_changes_are_counted_first_and_marked_by_more_than_colour(course, signed_in_as):
    first, second = sessions(course)
    with unit_of_work():
        second.body = words("Pay twice.")
        first.title = words("Trams")
        make_lesson(first_module(course), position=3, title=words("Stops"))
    text = page(signed_in_as, course).text
    assert "2 changed" in text
    assert "1 added" in text
    assert text.index("1 added") < text.index("1.1")
    assert text.index("1.1 Trams") < text.index("1.2 Fares") < text.index("1.3 Stops")
    assert '<del><span class="visually-hidden">Removed: </span>once</del>' in text
    assert '<ins><span class="visually-hidden">Added: </span>twice</ins>' in text


def first_module(course):
    return modules_of(newest_version(course.id).id)[0]


def test_each_kind_of_change_has_its_words(course, signed_in_as):
    first, _second = sessions(course)
    with unit_of_work():
        version = newest_version(course.id)
        version.level, version.theory_minutes, version.languages = "advanced", 90, ["en", "vi"]
        version.objectives = words("Plan a line.")
        first.kind, first.recognised_minutes, first.position = "live", 60, 3
        services.add_media(first, Rendition.P480, b"v" * 2_000_000)
        services.add_caption(first, "ko", VTT)
        first_module(course).live_minutes = 30
    text = page(signed_in_as, course).text
    for words_of in (
        "Details of the course", "Advanced", "1.5 hours", "Vietnamese", "Plan a line.",
        "Moved from 1.1 to 1.2", "Live session", "60 minutes", "2 MB", "Korean", "Live sessions",
        "30 minutes",
    ):  # fmt: skip
        assert words_of in text, words_of


def test_long_unchanged_text_is_folded_away(course, signed_in_as):
    _first, second = sessions(course)
    same = " ".join(f"word{number}" for number in range(300))
    with unit_of_work():
        old = old_version_sessions(course)[1]
        old.body, second.body = words(f"One. {same} Two."), words(f"Uno. {same} Dos.")
    text = page(signed_in_as, course).text
    assert "Unchanged text</summary>" in text
    assert text.index("Uno") < text.index('<details class="folded"') < text.index("Dos")


def old_version_sessions(course):
    version = published_version(course.id)
    return lessons_in_modules([module.id for module in modules_of(version.id)])


def test_a_reading_names_its_files_by_title(app, signed_in_as):
    """A new version has materials of its own: that their numbers differ is no change."""
    course = make_course(modules=0)
    reading = make_lesson(make_module(course), kind="reading")
    slides = make_material(reading, title=words("Slides"))
    with unit_of_work():
        reading.body = words(f"See [the slides](file:{slides.id}).")
    draft_of(course)
    assert "Nothing differs" in page(signed_in_as, course).text
    (copy,) = sessions(course)
    make_material(copy, title=words("Handout"))
    with unit_of_work():
        copy.body = words(f"{copy.body.texts['en']} Print it.")
    text = page(signed_in_as, course).text
    assert "Handout" in text
    assert "Print it." in text
    assert "file:Slides" in text
    assert f"file:{slides.id}" not in text


def test_versions_are_chosen_by_number_and_unknown_ones_are_not_there(course, signed_in_as):
    with unit_of_work():
        sessions(course)[0].title = words("Trams")
    assert "Trams" in page(signed_in_as, course, old=1, new=2).text
    back = page(signed_in_as, course, old=2, new=1).text
    assert "What is new in version 1" in back
    assert "Nothing differs" in page(signed_in_as, course, old=2, new=2).text
    for asked in ({"old": 9}, {"new": 0}, {"new": "x"}):
        assert page(signed_in_as, course, **asked).status_code == 404


def test_a_single_version_has_nothing_beside_it(app, signed_in_as):
    assert "There is only this version so far." in page(signed_in_as, make_course()).text


def test_those_who_may_edit_the_course_see_it_and_no_one_else(course, signed_in_as):
    teacher, other = make_person("instructor"), make_person("instructor")
    save(CourseTeacher(course_id=course.id, person_id=teacher.id))
    assert page(signed_in_as, course, teacher).status_code == 200
    assert page(signed_in_as, course, other).status_code == 404
    assert page(signed_in_as, course, make_person()).status_code == 403


def test_the_outline_leads_there_once_there_is_something_to_compare(course, signed_in_as):
    browser = signed_in_as(make_person("staff"))
    assert "/compare?new=2" in browser.get(f"/en/manage/courses/{course.code}").text
    assert "/compare" not in browser.get(f"/en/manage/courses/{make_course().code}").text


def test_many_sessions_cost_no_more_statements(course, signed_in_as, count_statements):
    teacher = make_person("instructor")
    save(CourseTeacher(course_id=course.id, person_id=teacher.id))
    browser = signed_in_as(teacher)
    address = f"/en/manage/courses/{course.code}/compare"
    browser.get(address)
    counts = []
    for number in (2, 3):
        with count_statements() as statements:
            assert browser.get(address).status_code == 200
        counts.append(len(statements))
        module = make_module(newest_version(course.id), position=number)
        for position in range(1, 101):
            make_lesson(module, position=position)
    assert counts[0] == counts[1] <= 8
