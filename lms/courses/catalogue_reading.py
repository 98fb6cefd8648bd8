"""Read a catalogue file (docs/catalogue-format.md) and say everything that is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lms.core.fault_finding import (
    LONGEST_CODE,
    FaultFinder,
    FaultyFile,
    document_of,
    is_language,
    is_object,
    kind_of,
)
from lms.courses.catalogue_file import (
    KINDS,
    PRACTICAL,
    THEORY,
    CatalogueFile,
    CourseEntry,
    CurriculumEntry,
    ModuleEntry,
)
from lms.courses.models import Delivery, Level

LONGEST_TITLE = 200
LONGEST_TEXT = 1000
MOST_HOURS = 1000

CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CRS = re.compile(r"[1-9][0-9]{4}")

# The 169 targets of the 17 goals: how many are numbered, and which letters follow.
_TARGETS = {
    1: (5, "ab"), 2: (5, "abc"), 3: (9, "abcd"), 4: (7, "abc"), 5: (6, "abc"), 6: (6, "ab"),
    7: (3, "ab"), 8: (10, "ab"), 9: (5, "abc"), 10: (7, "abc"), 11: (7, "abc"), 12: (8, "abc"),
    13: (3, "ab"), 14: (7, "abc"), 15: (9, "abc"), 16: (10, "ab"), 17: (19, ""),
}  # fmt: skip
SDG_TARGETS = frozenset(
    f"{goal}.{last}"
    for goal, (count, letters) in _TARGETS.items()
    for last in [*map(str, range(1, count + 1)), *letters]
)


def read(raw: bytes) -> CatalogueFile:
    """Return the catalogue of a file; raises FaultyFile with all its faults."""
    return _Reader().catalogue(document_of(raw))


class _Reader(FaultFinder):
    """Knows the format. Sums and references are checked where all they rest on was sound."""

    def catalogue(self, document: Any) -> CatalogueFile:
        top = self.object("", document, needed=("curricula", "courses"))
        curricula = self.list_of("curricula", top.get("curricula"), self.curriculum, least=1)
        courses = self.list_of("courses", top.get("courses"), self.course, least=1, most=2000)
        self.check_curricula(curricula, courses)
        self.check_prerequisites(courses)
        if self.faults:
            raise FaultyFile(self.faults)
        return CatalogueFile(curricula, courses)

    def curriculum(self, place: str, value: Any) -> CurriculumEntry:
        entry = self.object(
            place, value, needed=("code", "title", "summary_en"), optional=("summary",)
        )
        english = self.text(f"{place}.summary_en", entry.get("summary_en"), LONGEST_TEXT)
        summary = self.texts(f"{place}.summary", entry.get("summary"), LONGEST_TEXT)
        if summary.get("en", english) != english:
            self.fault(f"{place}.summary.en", "differs from summary_en")
        return CurriculumEntry(
            code=self.matching(f"{place}.code", entry.get("code"), CODE, "a code like MFG"),
            title=self.texts(f"{place}.title", entry.get("title"), LONGEST_TITLE),
            summary=summary or {"en": english},
        )

    def course(self, place: str, value: Any) -> CourseEntry:
        faults_before = len(self.faults)
        entry = self.object(
            place,
            value,
            needed=(
                "code", "level", "delivery", "langs", "sdg", "crs", "cities", "prereq", "title",
                "modules", "curriculum", "hours", "total", "theory", "practical",
            ),
            optional=("objectives", "demo"),
        )  # fmt: skip
        get = entry.get
        course = CourseEntry(
            code=self.matching(f"{place}.code", get("code"), CODE, "a code like TRN-201"),
            curriculum=self.text(f"{place}.curriculum", get("curriculum"), LONGEST_CODE),
            level=self.one_of(f"{place}.level", get("level"), [str(level) for level in Level]),
            delivery=self.one_of(f"{place}.delivery", get("delivery"), [str(d) for d in Delivery]),
            languages=self.set_of(f"{place}.langs", get("langs"), self.language, least=1),
            sdg_targets=self.set_of(f"{place}.sdg", get("sdg"), self.sdg_target, least=1, most=3),
            crs_code=self.matching(f"{place}.crs", get("crs"), CRS, "five digits like 21010"),
            city_slugs=self.set_of(f"{place}.cities", get("cities"), self.city),
            prerequisite=self.prerequisite(f"{place}.prereq", get("prereq")),
            title=self.texts(f"{place}.title", get("title"), LONGEST_TITLE),
            objectives=self.objectives(f"{place}.objectives", get("objectives")),
            modules=self.list_of(f"{place}.modules", get("modules"), self.module, least=1),
            is_demo=self.flag(f"{place}.demo", get("demo")),
        )
        stated = self.minutes(f"{place}.hours", get("hours"))
        totals = {
            name: self.hours(f"{place}.{name}", get(name))
            for name in ("total", "theory", "practical")
        }
        if len(self.faults) == faults_before:
            self.check_sums(place, course, stated, totals)
        return course

    def module(self, place: str, value: Any) -> ModuleEntry:
        faults_before = len(self.faults)
        languages = [name for name in value if is_language(name)] if is_object(value) else []
        entry = self.object(place, value, needed=("en", "ko", "hours", "total"), optional=languages)
        title = {tag: self.text(f"{place}.{tag}", entry[tag], LONGEST_TITLE) for tag in languages}
        minutes = self.minutes(f"{place}.hours", entry.get("hours"))
        total = self.hours(f"{place}.total", entry.get("total"))
        if len(self.faults) == faults_before:
            self.check_sum(f"{place}.total", total, sum(minutes.values()), "its hours")
        return ModuleEntry(title, minutes)

    def objectives(self, place: str, value: Any) -> dict[str, list[str]]:
        return {
            tag: self.list_of(f"{place}.{tag}", lines, self.objective, least=1)
            for tag, lines in self.languages(place, value).items()
        }

    def objective(self, place: str, value: Any) -> str:
        return self.text(place, value, LONGEST_TEXT)

    # What only the whole can tell.

    def check_sums(
        self,
        place: str,
        course: CourseEntry,
        stated: Mapping[str, int],
        totals: Mapping[str, int],
    ) -> None:
        sums = course.minutes
        for kind in KINDS:
            self.check_sum(f"{place}.hours.{kind}", stated[kind], sums[kind], "the modules")
        for name, kinds in (("total", KINDS), ("theory", THEORY), ("practical", PRACTICAL)):
            wanted = sum(sums[kind] for kind in kinds)
            self.check_sum(f"{place}.{name}", totals[name], wanted, "the modules")

    def check_sum(self, place: str, stated: int, summed: int, what: str) -> None:
        if stated != summed:
            self.fault(place, f"says {stated / 60:g} h, but {what} add up to {summed / 60:g} h")

    def check_curricula(
        self, curricula: Sequence[CurriculumEntry], courses: Sequence[CourseEntry]
    ) -> None:
        codes = [entry.code for entry in curricula]
        used = [course.curriculum for course in courses]
        self.check_repeats("curricula", codes)
        for index, code in enumerate(used):
            if code and codes and "" not in codes and code not in codes:
                self.fault(f"courses[{index}].curriculum", f"no curriculum has the code {code}")
        for index, code in enumerate(codes):
            if code and used and "" not in used and code not in used:
                self.fault(f"curricula[{index}]", "no course belongs to it")

    def check_prerequisites(self, courses: Sequence[CourseEntry]) -> None:
        needs = {course.code: course.prerequisite for course in courses}
        self.check_repeats("courses", [course.code for course in courses])
        circles: set[str] = set()
        for index, course in enumerate(courses):
            place = f"courses[{index}].prereq"
            if course.prerequisite and "" not in needs and course.prerequisite not in needs:
                self.fault(place, f"no course has the code {course.prerequisite}")
            circle = _circle(course.code, needs)
            if circle and course.code not in circles:
                self.fault(place, f"leads in a circle: {' → '.join([*circle, course.code])}")
                circles.update(circle)

    def check_repeats(self, place: str, codes: Sequence[str]) -> None:
        first: dict[str, int] = {}
        for index, code in enumerate(codes):
            if code and code in first:
                self.fault(f"{place}[{index}].code", f"{code} stands at {place}[{first[code]}] too")
            first.setdefault(code, index)

    # Values.

    def prerequisite(self, place: str, value: Any) -> str:
        return "" if value == "" else self.text(place, value, LONGEST_CODE)

    def language(self, place: str, value: Any) -> str:
        text = self.text(place, value, LONGEST_CODE)
        if text and not is_language(text):
            self.fault(place, "must be a language tag like vi or zh-Hant")
        return text

    def sdg_target(self, place: str, value: Any) -> str:
        text = self.text(place, value, LONGEST_CODE)
        if text and text not in SDG_TARGETS:
            self.fault(place, "must be an SDG target like 11.2 or 9.b")
        return text

    def city(self, place: str, value: Any) -> str:
        return self.matching(place, value, SLUG, "a city's short name like hcmc")

    def minutes(self, place: str, value: Any) -> dict[str, int]:
        given = self.object(place, value, needed=KINDS)
        return {kind: self.hours(f"{place}.{kind}", given.get(kind)) for kind in KINDS}

    def hours(self, place: str, value: Any) -> int:
        """Return hours as minutes."""
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(place, f"must be a number of hours, is {kind_of(value)}")
        elif not 0 <= value <= MOST_HOURS:
            self.fault(place, f"must be between 0 and {MOST_HOURS}")
        elif value * 2 % 1:
            self.fault(place, "must be whole or half hours")
        else:
            return int(value * 60)
        return 0


def _circle(start: str, needs: Mapping[str, str]) -> list[str]:
    """Return the way from a course back to itself; nothing when its prerequisites end."""
    way = [start]
    while (following := needs.get(way[-1], "")) and following not in way:
        way.append(following)
    return way if start and following == start else []
