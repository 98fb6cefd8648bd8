"""The facts two versions of a course are compared by."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from lms.core.db import execute
from lms.core.text import TextInLanguages
from lms.courses.models import CONTENT_COLUMNS, CourseVersion, Module
from lms.lessons.models import (
    CheckQuestion,
    Lesson,
    LessonCaption,
    LessonKind,
    LessonMedia,
    Material,
    MaterialState,
    Rendition,
)
from lms.lessons.rules.changes import (
    AskedQuestion,
    ModuleFacts,
    Recording,
    SessionFacts,
    VersionFacts,
)
from lms.lessons.rules.materials import renumbered

_PLANNED = {
    "live": Module.live_minutes,
    "recorded": Module.recorded_minutes,
    "practice": Module.practice_minutes,
    "discussion": Module.discussion_minutes,
    "field": Module.field_minutes,
}


def facts_of(versions: Sequence[CourseVersion]) -> list[VersionFacts]:
    """Return the facts of versions in the order given, in four statements for all of them."""
    ids = {version.id for version in versions}
    modules: Mapping[int, list[ModuleFacts]] = defaultdict(list)
    for version_id, module in _modules(ids):
        modules[version_id].append(module)
    return [
        VersionFacts(
            {name: getattr(version, name) for name in CONTENT_COLUMNS},
            tuple(modules[version.id]),
        )
        for version in versions
    ]


def _modules(ids: Collection[int]) -> Iterator[tuple[int, ModuleFacts]]:
    """Give all modules in order, each with the number of its version."""
    recordings, captions, materials = _recordings(ids), _captions(ids), _materials(ids)
    rows = execute(
        select(
            Module.version_id,
            Module.id.label("module_id"),
            Module.title.label("module_title"),
            *(column.label(f"{kind}_planned") for kind, column in _PLANNED.items()),
            Lesson.id,
            Lesson.title,
            Lesson.kind,
            Lesson.recognised_minutes,
            Lesson.duration_seconds,
            Lesson.body,
            CheckQuestion.prompt,
            CheckQuestion.stored_choices,
            CheckQuestion.correct_choice,
            CheckQuestion.explanation,
        )
        .outerjoin(Lesson, Lesson.module_id == Module.id)
        .outerjoin(CheckQuestion, CheckQuestion.lesson_id == Lesson.id)
        .where(Module.version_id.in_(ids))
        .order_by(Module.version_id, Module.position, Lesson.position)
    )
    for _module_id, group in groupby(rows, key=attrgetter("module_id")):
        lines = list(group)
        module = lines[0]
        sessions = tuple(
            SessionFacts(
                row.title,
                LessonKind(row.kind),
                row.recognised_minutes,
                _with_names(row.body, materials[row.id]),
                _recording(recordings.get(row.id), row.duration_seconds),
                _question(row),
                tuple(captions[row.id]),
                tuple(materials[row.id].values()),
            )
            for row in lines
            if row.id is not None
        )
        planned = {kind: getattr(module, f"{kind}_planned") for kind in _PLANNED}
        yield module.version_id, ModuleFacts(module.module_title, planned, sessions)


def _recordings(ids: Collection[int]) -> dict[int, Any]:
    """Return of each session the largest form of its recording, which is the one to watch."""
    rows = execute(
        select(LessonMedia.lesson_id, LessonMedia.storage_key, LessonMedia.size)
        .join(Lesson, Lesson.id == LessonMedia.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .where(Module.version_id.in_(ids), LessonMedia.rendition != Rendition.POSTER)
        .order_by(LessonMedia.size, LessonMedia.id)
    )
    return {row.lesson_id: row for row in rows}


def _recording(row: Any, seconds: int) -> Recording | None:
    return Recording(row.storage_key, row.size, seconds) if row else None


def _captions(ids: Collection[int]) -> Mapping[int, list[str]]:
    rows = execute(
        select(LessonCaption.lesson_id, LessonCaption.language)
        .join(Lesson, Lesson.id == LessonCaption.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .where(Module.version_id.in_(ids))
        .order_by(LessonCaption.lesson_id, LessonCaption.language)
    )
    found: Mapping[int, list[str]] = defaultdict(list)
    for lesson_id, language in rows:
        found[lesson_id].append(language)
    return found


def _materials(ids: Collection[int]) -> Mapping[int, dict[int, str]]:
    """Return the titles of each session's materials by their number, without those withdrawn."""
    rows = execute(
        select(Material.lesson_id, Material.id, Material.title)
        .join(Lesson, Lesson.id == Material.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .where(Module.version_id.in_(ids), Material.state != MaterialState.WITHDRAWN)
        .order_by(Material.lesson_id, Material.position, Material.id)
    )
    found: Mapping[int, dict[int, str]] = defaultdict(dict)
    for lesson_id, number, title in rows:
        found[lesson_id][number] = title.texts[title.source]
    return found


def _with_names(body: TextInLanguages | None, titles: Mapping[int, str]) -> TextInLanguages | None:
    """Return a text that names its files by title: each version has numbers of its own."""
    if body is None or not titles:
        return body
    texts = {tag: renumbered(text, titles) for tag, text in body.texts.items()}
    return TextInLanguages(body.source, texts)


def _question(row: Any) -> AskedQuestion | None:
    if row.prompt is None:
        return None
    choices = tuple(TextInLanguages.from_json(choice) for choice in row.choices)
    return AskedQuestion(row.prompt, choices, row.correct_choice, row.explanation)
