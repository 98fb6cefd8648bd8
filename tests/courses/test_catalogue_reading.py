"""A catalogue file is read whole or refused whole, with every fault at its place."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from lms.core.fault_finding import FaultyFile
from lms.courses.catalogue_file import STARTING_DATA, to_bytes
from lms.courses.catalogue_reading import read

STARTING = STARTING_DATA.read_bytes()


def faults_of(raw: bytes) -> dict[str, str]:
    with pytest.raises(FaultyFile) as caught:
        read(raw)
    return {fault.place: fault.message for fault in caught.value.faults}


def spoilt(spoil: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(STARTING)
    spoil(document)
    return json.dumps(document).encode()


def test_the_starting_data_is_whole_and_canonical():
    catalogue = read(STARTING)
    assert len(catalogue.curricula) == 7
    assert len(catalogue.courses) == 29
    assert sum(len(course.modules) for course in catalogue.courses) == 145
    assert all(course.objectives for course in catalogue.courses)
    assert to_bytes(catalogue) == STARTING


def test_any_order_and_spacing_has_the_same_canonical_form():
    document = json.loads(STARTING)
    document = {name: document[name] for name in reversed(document)}
    document["courses"][0] = dict(reversed(document["courses"][0].items()))
    document["courses"][1]["hours"]["L"] = float(document["courses"][1]["hours"]["L"])
    assert to_bytes(read(b"\xef\xbb\xbf" + json.dumps(document).encode())) == STARTING


def test_half_hours_and_other_languages_survive():
    document = json.loads(STARTING)
    course = document["courses"][0]
    course["title"]["vi"] = "Công nghiệp nền tảng"
    course["demo"] = True
    course["modules"][0]["hours"]["L"] += 0.5
    course["modules"][0]["total"] += 0.5
    course["hours"]["L"] += 0.5
    course["total"] += 0.5
    course["theory"] += 0.5
    written = json.loads(to_bytes(read(json.dumps(document).encode())))
    assert written["courses"][0] == course


def put(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def spoil(document: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return spoil


def take(*path: Any) -> Callable[[dict[str, Any]], None]:
    def spoil(document: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return spoil


@pytest.mark.parametrize(
    "spoil, place, words",
    [
        (put("courses", 3, "modules", 1, "hours", "L", value="2"),
         "courses[3].modules[1].hours.L", "must be a number"),
        (put("courses", 3, "modules", 1, "hours", "L", value=True),
         "courses[3].modules[1].hours.L", "must be a number"),
        (put("courses", 3, "modules", 1, "hours", "L", value=-1),
         "courses[3].modules[1].hours.L", "between"),
        (put("courses", 3, "modules", 1, "hours", "L", value=0.3),
         "courses[3].modules[1].hours.L", "whole or half"),
        (put("courses", 3, "modules", 1, "hours", "L", value=10**400),
         "courses[3].modules[1].hours.L", "between"),
        (take("courses", 3, "modules", 1, "hours", "F"),
         "courses[3].modules[1].hours.F", "missing"),
        (put("courses", 3, "modules", 1, value=None), "courses[3].modules[1]", "null"),
        (put("courses", 3, "modules", value=[]), "courses[3].modules", "1 to"),
        (put("courses", 2, "total", value=99), "courses[2].total", "add up"),
        (put("courses", 2, "theory", value=99), "courses[2].theory", "add up"),
        (put("courses", 2, "hours", "P", value=99), "courses[2].hours.P", "add up"),
        (put("courses", 2, "modules", 0, "total", value=99),
         "courses[2].modules[0].total", "add up"),
        (put("courses", 5, "code", value="TRN-201"), "courses[13].code", "courses[5] too"),
        (put("courses", 5, "code", value="trn 201"), "courses[5].code", "a code like"),
        (put("curricula", 1, "code", value="MFG"), "curricula[1].code", "curricula[0] too"),
        (put("courses", 5, "prereq", value="XYZ-1"), "courses[5].prereq", "no course"),
        (put("courses", 5, "prereq", value="PRT-201"), "courses[5].prereq", "circle"),
        (put("courses", 0, "prereq", value="MFG-201"), "courses[0].prereq", "circle"),
        (put("courses", 5, "curriculum", value="XYZ"), "courses[5].curriculum", "no curriculum"),
        (take("courses", 5, "title", "ko"), "courses[5].title.ko", "missing"),
        (take("courses", 5, "title", "en"), "courses[5].title.en", "missing"),
        (put("courses", 5, "title", "en", value=""), "courses[5].title.en", "empty"),
        (put("courses", 5, "title", "xx", value="?"), "courses[5].title.xx", "not a field"),
        (take("courses", 5, "modules", 0, "ko"), "courses[5].modules[0].ko", "missing"),
        (put("courses", 5, "title", "en", value="a\0b"), "courses[5].title.en", "clean line"),
        (put("courses", 5, "title", "en", value="a\u202eb"), "courses[5].title.en", "clean line"),
        (put("courses", 5, "title", "en", value="e\u0301"), "courses[5].title.en", "clean line"),
        (put("courses", 5, "title", "en", value="\ud800"), "courses[5].title.en", "clean line"),
        (put("courses", 5, "title", "en", value="x" * 201), "courses[5].title.en", "longer"),
        (put("courses", 5, "sdg", value=["11.99"]), "courses[5].sdg[0]", "SDG target"),
        (put("courses", 5, "sdg", value=[]), "courses[5].sdg", "1 to 3"),
        (put("courses", 5, "crs", value=21010), "courses[5].crs", "must be text"),
        (put("courses", 5, "crs", value="1"), "courses[5].crs", "five digits"),
        (put("courses", 5, "langs", value=["tlh-x"]), "courses[5].langs[0]", "language tag"),
        (put("courses", 5, "langs", value=["en", "en"]), "courses[5].langs", "2 times"),
        (put("courses", 5, "cities", value=["../x"]), "courses[5].cities[0]", "short name"),
        (put("courses", 5, "level", value="hard"), "courses[5].level", "one of basic"),
        (put("courses", 5, "demo", value="yes"), "courses[5].demo", "true or false"),
        (put("courses", 5, "extra", value=1), "courses[5].extra", "not a field"),
        (put("courses", 5, "objectives", value={"en": ["a"]}),
         "courses[5].objectives.ko", "missing"),
        (put("courses", 5, "objectives", "en", value="a"), "courses[5].objectives.en", "a list"),
        (put("curricula", 0, "summary", "en", value="X"), "curricula[0].summary.en", "differs"),
        (put("courses", value={}), "courses", "must be a list"),
        (take("curricula"), "curricula", "missing"),
    ],
)  # fmt: skip
def test_each_fault_is_reported_once_at_its_place(spoil, place, words):
    faults = faults_of(spoilt(spoil))
    assert words in faults.pop(place)
    # A wrong code drags along those that named it; nothing else drags anything along.
    assert not faults or place.endswith(".code")


def test_all_faults_are_listed_not_the_first():
    def spoil(document):
        take("courses", 5, "title", "ko")(document)
        put("courses", 9, "crs", value="1")(document)
        put("curricula", 2, "title", value=3)(document)

    assert set(faults_of(spoilt(spoil))) == {
        "courses[5].title.ko", "courses[9].crs", "curricula[2].title",
    }  # fmt: skip


def test_a_curriculum_without_courses_is_a_fault():
    def spoil(document):
        extra = copy.deepcopy(document["curricula"][0]) | {"code": "NEW"}
        document["curricula"].append(extra)

    assert faults_of(spoilt(spoil)) == {"curricula[7]": "no course belongs to it"}


@pytest.mark.parametrize(
    "raw, words",
    [
        (b"", "not JSON"),
        (b"catalogue", "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[" * 100_000, "nested"),
        (b'{"curricula":' * 100_000, "nested"),
        (b'{"curricula":[],"courses":[NaN]}', "NaN"),
        (b'{"courses":1,"courses":2}', "twice"),
        (b"1" * 5000, "not JSON"),
        (b"null", "must be an object"),
        (b'"\\ud800"', "must be an object"),
        (b" " * (4 * 1024 * 1024 + 1), "larger than 4 MB"),
    ],
)
def test_what_is_not_a_catalogue_at_all(raw, words):
    assert words in faults_of(raw)["file"]
