"""What a catalogue file holds, and its one canonical form (docs/catalogue-format.md)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STARTING_DATA = Path(__file__).parent / "data" / "catalogue.json"

KINDS = ("L", "R", "P", "D", "F")
THEORY = ("L", "R")
PRACTICAL = ("P", "D", "F")

# What every text was written in.
SOURCE = "ko"

_FIRST_LANGUAGES = ("en", "ko", "zh")

Texts = Mapping[str, str]
Minutes = Mapping[str, int]


@dataclass(frozen=True)
class CurriculumEntry:
    """A curriculum of the file."""

    code: str
    title: Texts
    summary: Texts


@dataclass(frozen=True)
class ModuleEntry:
    """A module of a course; minutes by kind of session."""

    title: Texts
    minutes: Minutes


@dataclass(frozen=True)
class CourseEntry:
    """A course of the file. Objectives are lines, by language; empty when none are given."""

    code: str
    curriculum: str
    level: str
    delivery: str
    languages: Sequence[str]
    sdg_targets: Sequence[str]
    crs_code: str
    city_slugs: Sequence[str]
    prerequisite: str
    title: Texts
    objectives: Mapping[str, Sequence[str]]
    modules: Sequence[ModuleEntry]
    is_demo: bool

    @property
    def minutes(self) -> Minutes:
        """Return the course's minutes by kind: the sums of its modules."""
        return {kind: sum(module.minutes[kind] for module in self.modules) for kind in KINDS}


@dataclass(frozen=True)
class CatalogueFile:
    """A whole file, in its order."""

    curricula: Sequence[CurriculumEntry]
    courses: Sequence[CourseEntry]


def in_order(languages: Iterable[str]) -> list[str]:
    """Return languages as the canonical form has them: en, ko, zh, then by tag."""
    others = sorted(set(languages) - set(_FIRST_LANGUAGES))
    return [tag for tag in _FIRST_LANGUAGES if tag in set(languages)] + others


def to_bytes(catalogue: CatalogueFile) -> bytes:
    """Return the canonical form: the same catalogue always gives the same bytes."""
    document = {
        "curricula": [_curriculum(entry) for entry in catalogue.curricula],
        "courses": [_course(entry) for entry in catalogue.courses],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _curriculum(entry: CurriculumEntry) -> dict[str, Any]:
    document: dict[str, Any] = {
        "code": entry.code,
        "title": _texts(entry.title),
        "summary_en": entry.summary["en"],
    }
    if len(entry.summary) > 1:
        document["summary"] = _texts(entry.summary)
    return document


def _course(entry: CourseEntry) -> dict[str, Any]:
    minutes = entry.minutes
    document: dict[str, Any] = {
        "code": entry.code,
        "level": entry.level,
        "delivery": entry.delivery,
        "langs": list(entry.languages),
        "sdg": list(entry.sdg_targets),
        "crs": entry.crs_code,
        "cities": list(entry.city_slugs),
        "prereq": entry.prerequisite,
        "title": _texts(entry.title),
    }
    if entry.objectives:
        document["objectives"] = {
            tag: list(entry.objectives[tag]) for tag in in_order(entry.objectives)
        }
    document |= {
        "modules": [_module(module) for module in entry.modules],
        "curriculum": entry.curriculum,
        "hours": {kind: hours(minutes[kind]) for kind in KINDS},
        "total": hours(sum(minutes.values())),
        "theory": hours(sum(minutes[kind] for kind in THEORY)),
        "practical": hours(sum(minutes[kind] for kind in PRACTICAL)),
    }
    if entry.is_demo:
        document["demo"] = True
    return document


def _module(entry: ModuleEntry) -> dict[str, Any]:
    return {
        **_texts(entry.title),
        "hours": {kind: hours(entry.minutes[kind]) for kind in KINDS},
        "total": hours(sum(entry.minutes.values())),
    }


def _texts(texts: Texts) -> dict[str, str]:
    return {tag: texts[tag] for tag in in_order(texts)}


def hours(minutes: int) -> int | float:
    """Return minutes as the file writes them: whole hours as integers, halves with a point."""
    return minutes / 60 if minutes % 60 else minutes // 60
