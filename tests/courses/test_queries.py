"""Courses are found in every language, best first, and by no query is anything broken."""

import pytest

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses import queries
from lms.courses.catalogue_file import STARTING_DATA
from lms.courses.catalogue_reading import read
from lms.courses.models import CourseTerm
from lms.courses.queries.curricula import curricula
from lms.courses.rules.search import terms_of_course
from lms.courses.services.catalogue import import_catalogue
from tests.factories import words
from tests.factories.courses import make_course


def make_found(title, *, parts=(), objectives=None, **values):
    course = make_course(title=title, objectives=objectives, **values)
    terms = terms_of_course(title=title, parts=parts, objectives=objectives, code=course.code)
    db.session.add_all(
        CourseTerm(course_id=course.id, term=term, weight=weight) for term, weight in terms.items()
    )
    db.session.commit()
    return course


@pytest.mark.parametrize(
    "query",
    [
        "보안", "정보보안", "学习", "du lieu", "dữ liệu", "DỮ", "security", "SECUR", "Data",
        "보안 security 学", "data-security", "보", "습", "学", "s", "đ".upper(),
    ],
)  # fmt: skip
def test_a_course_is_found_by_words_of_any_of_its_languages(app, query):
    course = make_found(
        words("Data security", ko="정보보안 학습", zh="网络学习", vi="Bảo mật dữ liệu đô thị")
    )
    make_found(words("Roads", ko="도로", zh="道路"))
    assert set(queries.search_courses(query)) == {course.id}


def test_every_word_must_be_there(app):
    make_found(words("Data security"))
    assert queries.search_courses("data roads") == {}


def test_title_comes_before_parts_and_parts_before_objectives(app):
    title = make_found(words("Harbours"))
    part = make_found(words("Other"), parts=[words("Harbours of old")])
    objective = make_found(words("Another"), objectives=words("Describe harbours"))
    ranks = queries.search_courses("harbours")
    assert sorted(ranks, key=ranks.__getitem__, reverse=True) == [title.id, part.id, objective.id]


def test_a_whole_word_comes_before_the_beginning_of_one(app):
    longer = make_found(words("Portable lights"))
    whole = make_found(words("Port works"))
    ranks = queries.search_courses("port")
    assert ranks[whole.id] > ranks[longer.id]


def test_only_published_courses_are_found(app):
    make_found(words("Data security"), state="retired")
    make_found(words("Data security"), state="draft")
    assert queries.search_courses("data") == {}


@pytest.mark.parametrize(
    "query",
    [
        "", " ", "%", "_", "\\", "'", "' OR 1=1 --", "\"; DROP TABLE courses; --", "!!!", "\u202e",
        "x" * 5000, "가" * 5000, "\U0001f600", "a " * 500, "*", "NULL",
    ],
)  # fmt: skip
def test_hostile_queries_find_nothing_and_break_nothing(app, query):
    make_found(words("Data zone"))
    assert queries.search_courses(query) == {}


def test_reads_of_the_catalogue_take_one_statement_each(app, count_statements):
    with unit_of_work():
        import_catalogue(read(STARTING_DATA.read_bytes()), now=clock.now())
    for act in (
        queries.published_courses,
        curricula,
        queries.catalogue_version,
        lambda: queries.search_courses("smart city transport port water health digital"),
    ):
        with count_statements() as statements:
            act()
        assert len(statements) == 1


def test_real_courses_are_found_where_one_expects_them(app):
    with unit_of_work():
        import_catalogue(read(STARTING_DATA.read_bytes()), now=clock.now())
    codes = {course.id: course.code for course in queries.published_courses()}

    def best(query):
        ranks = queries.search_courses(query)
        return codes[max(ranks, key=ranks.__getitem__)] if ranks else None

    assert best("ITS basics") == "TRN-201"
    assert best("교통안전") == "RDS-101"
    assert best("海洋垃圾") == "FSH-202"
    assert best("trn-301") == "TRN-301"
