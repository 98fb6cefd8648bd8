"""Importing: the catalogue becomes what the file says, and nothing that people did is lost."""

import json

import pytest
from sqlalchemy import func, select

from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.fault_finding import FaultyFile
from lms.core.unit_of_work import unit_of_work
from lms.courses import queries
from lms.courses.catalogue_file import STARTING_DATA, to_bytes
from lms.courses.catalogue_reading import read
from lms.courses.models import Course, CourseTerm, Module
from lms.courses.services.catalogue import ImportReport, import_catalogue
from lms.lessons.queries import lessons_of_version
from tests.factories import words
from tests.factories.courses import make_course
from tests.factories.lessons import make_lesson

STARTING = STARTING_DATA.read_bytes()


def bring_in(document=None) -> ImportReport:
    raw = STARTING if document is None else json.dumps(document).encode()
    with unit_of_work():
        return import_catalogue(read(raw), now=clock.now())


def starting():
    return json.loads(STARTING)


def without(document, *codes):
    document["courses"] = [c for c in document["courses"] if c["code"] not in codes]
    return document


def modules(code):
    return queries.course_by_code(code).modules


def course(code):
    return db.session.scalar(select(Course).where(Course.code == code))


def test_what_came_in_goes_out_byte_for_byte(app):
    report = bring_in()
    assert len(report.new) == 29
    assert to_bytes(queries.catalogue_as_file()) == STARTING


def test_a_second_import_changes_nothing(app):
    bring_in()
    version = queries.catalogue_version()
    ids = set(db.session.scalars(select(Module.id)))
    assert bring_in().is_empty
    assert queries.catalogue_version() == version
    assert set(db.session.scalars(select(Module.id))) == ids


def test_a_changed_title_is_taken_over_and_searched_for(app):
    bring_in()
    version = queries.catalogue_version()
    document = starting()
    document["courses"][0]["title"]["en"] = "Zeppelins"
    assert bring_in(document).changed == ["MFG-101"]
    assert queries.catalogue_version() != version
    assert set(queries.search_courses("zeppelins")) == {course("MFG-101").id}
    assert to_bytes(queries.catalogue_as_file()) == to_bytes(read(json.dumps(document).encode()))


def test_a_changed_curriculum_title_is_searched_for_in_its_courses(app):
    bring_in()
    document = starting()
    document["curricula"][0]["title"]["en"] = "Zeppelins"
    report = bring_in(document)
    assert (report.changed, report.curricula) == ([], 1)
    assert len(queries.search_courses("zeppelins")) == 4


def test_a_course_that_is_gone_is_retired_and_one_that_returns_published_again(app):
    bring_in()
    assert bring_in(without(starting(), "WST-101")).retired == ["WST-101"]
    assert course("WST-101").state == "retired"
    assert not queries.search_courses("WST-101")
    assert "WST-101" not in to_bytes(queries.catalogue_as_file()).decode()
    assert bring_in().changed == ["WST-101"]
    changes = history_of(("course", course("WST-101").id))
    assert [change.new for change in changes] == ["draft", "published", "retired", "published"]


def test_the_demonstration_course_is_not_the_files_to_retire(app):
    demo = make_course(is_demo=True)
    assert bring_in().retired == []
    assert db.session.get(Course, demo.id).state == "published"


def test_sessions_stay_with_their_module_when_others_move(app):
    bring_in()
    before = modules("TRN-201")
    titles = [module.title.texts["en"] for module in before]
    make_lesson(before[-1], title=words("Harbour"))
    document = starting()
    entry = next(c for c in document["courses"] if c["code"] == "TRN-201")
    entry["modules"].insert(0, entry["modules"].pop())
    bring_in(document)
    after = modules("TRN-201")
    assert [module.title.texts["en"] for module in after] == [titles[-1], *titles[:-1]]
    assert [row.title.texts["en"] for row in lessons_of_version(after[0].version_id)] == ["Harbour"]
    # A run planned before keeps what it had.
    assert [row.title.texts["en"] for row in lessons_of_version(before[0].version_id)] == [
        "Harbour"
    ]


def test_a_module_people_have_sessions_in_cannot_be_taken_out(app):
    bring_in()
    last = modules("TRN-201")[-1]
    make_lesson(last)
    document = starting()
    document["courses"][0]["title"]["en"] = "Zeppelins"
    index = next(i for i, c in enumerate(document["courses"]) if c["code"] == "TRN-201")
    entry = document["courses"][index]
    gone = entry["modules"].pop()
    for name in ("total", "practical"):
        entry[name] -= gone["total"]
    for kind, hours in gone["hours"].items():
        entry["hours"][kind] -= hours
    with pytest.raises(FaultyFile) as caught:
        bring_in(document)
    assert [fault.place for fault in caught.value.faults] == [f"courses[{index}].modules"]
    assert to_bytes(queries.catalogue_as_file()) == STARTING


def test_a_module_without_sessions_can_be_taken_out(app):
    bring_in()
    document = starting()
    entry = next(c for c in document["courses"] if c["code"] == "TRN-201")
    gone = entry["modules"].pop()
    for name in ("total", "practical"):
        entry[name] -= gone["total"]
    for kind, hours in gone["hours"].items():
        entry["hours"][kind] -= hours
    assert bring_in(document).changed == ["TRN-201"]
    assert gone["en"] not in [module.title.texts["en"] for module in modules("TRN-201")]


def test_terms_are_kept_once_each(app):
    bring_in()
    before = db.session.scalar(select(func.count()).select_from(CourseTerm))
    bring_in()
    assert db.session.scalar(select(func.count()).select_from(CourseTerm)) == before
