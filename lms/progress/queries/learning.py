"""What the page "My learning" shows: the runs of a person, and where to go on in each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, func, select

from lms.core.db import execute
from lms.core.text import TextInLanguages
from lms.courses.models import Module
from lms.enrolment.models import Enrolment, EnrolmentState
from lms.lessons.models import Lesson, LessonKind
from lms.progress import rules
from lms.progress.models import EnrolmentProgress
from lms.progress.queries import (
    LESSON_COLUMNS,
    LessonRecord,
    StudiedLesson,
    StudiedRun,
    minutes_left,
    records_of,
    runs_with,
)


@dataclass(frozen=True)
class NextLesson:
    """Where a person goes on in a run."""

    id: int
    number: str
    kind: LessonKind
    title: TextInLanguages
    minutes_left: int


@dataclass(frozen=True)
class StudyCard:
    """A run on the page of a person's own learning."""

    run: StudiedRun
    figures: rules.Figures
    lessons_done: int
    lessons_total: int
    last_activity_at: datetime | None
    next_lesson: NextLesson | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether there is something to go on with."""
        return self.run.is_recorded and not self.run.is_complete


@dataclass(frozen=True)
class MyLearning:
    """The runs of a person: those to go on with, latest first, and those that are over."""

    current: list[StudyCard] = field(default_factory=list)
    past: list[StudyCard] = field(default_factory=list)

    @property
    def first(self) -> StudyCard | None:
        """Return the run to go on with."""
        return next((card for card in self.current if card.next_lesson), None)


STATES_ON_THE_PAGE = (
    EnrolmentState.ENROLLED,
    EnrolmentState.STARTED,
    EnrolmentState.COMPLETED,
    EnrolmentState.PARTICIPATED,
    EnrolmentState.NOT_COMPLETED,
)


_MY_RUNS = (
    runs_with(
        EnrolmentProgress.earned_minutes,
        EnrolmentProgress.required_minutes,
        EnrolmentProgress.lessons_done,
        EnrolmentProgress.lessons_total,
        EnrolmentProgress.last_activity_at,
    )
    .where(Enrolment.state.in_(STATES_ON_THE_PAGE))
    .order_by(
        func.coalesce(EnrolmentProgress.last_activity_at, Enrolment.enrolled_at).desc(),
        Enrolment.id.desc(),
    )
)
_LESSONS = (
    select(Module.version_id, Module.position, Lesson.position, *LESSON_COLUMNS)
    .join(Module, Module.id == Lesson.module_id)
    .where(Module.version_id.in_(bindparam("version_ids", expanding=True)))
    .order_by(Module.version_id, Module.position, Lesson.position)
)


def my_learning(person_id: int) -> MyLearning:
    """Return what a person studies and has studied, in three statements."""
    cards = [_card(row) for row in execute(_MY_RUNS, {"person_id": person_id})]
    return MyLearning(
        current=_with_next_lessons([card for card in cards if card.is_open]),
        past=[card for card in cards if not card.is_open],
    )


def _card(row: Sequence[Any]) -> StudyCard:
    *run, earned, required, done, total, last_activity_at = row
    studied = StudiedRun(*run)
    figures = rules.Figures(earned or 0, required or 0, studied.completion_percent)
    return StudyCard(studied, figures, done or 0, total or 0, last_activity_at)


def _with_next_lessons(cards: Sequence[StudyCard]) -> list[StudyCard]:
    if not cards:
        return []
    version_ids = list({card.run.version_id for card in cards})
    rows = execute(_LESSONS, {"version_ids": version_ids})
    lessons = {
        version_id: [
            (f"{module}.{position}", StudiedLesson(id_, kind, title, duration))
            for _version, module, position, id_, kind, title, duration in of_version
        ]
        for version_id, of_version in groupby(rows, key=lambda row: row[0])
    }
    records = records_of([card.run.id for card in cards])
    return [
        replace(
            card, next_lesson=_next_lesson(card.run, lessons.get(card.run.version_id, ()), records)
        )
        for card in cards
    ]


def _next_lesson(
    run: StudiedRun,
    lessons: Iterable[tuple[str, StudiedLesson]],
    records: Mapping[tuple[int, int], LessonRecord],
) -> NextLesson | None:
    left = []
    for number, lesson in lessons:
        record = records.get((run.id, lesson.id), LessonRecord())
        if not record.is_complete and not lesson.is_held:
            minutes = minutes_left(lesson.duration_seconds, record.watched_seconds)
            left.append(NextLesson(lesson.id, number, lesson.kind, lesson.title, minutes))
    begun = (lesson for lesson in left if lesson.id == run.last_lesson_id)
    return next(begun, None) or next(iter(left), None)
