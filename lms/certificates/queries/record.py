"""Reads of one person in one run, as staff see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person
from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Course, CourseVersion, Module
from lms.enrolment.models import CourseRun, Enrolment
from lms.lessons.models import CheckQuestion, Lesson, LessonKind
from lms.lessons.rules.outline import STUDIED_ALONE
from lms.organisations.models import Affiliation, City
from lms.progress.models import CourseCompletion, EnrolmentProgress, Grant, LessonProgress


@dataclass(frozen=True)
class Record:
    """One person in one run, as staff see it. `email` is empty for who may not see it."""

    enrolment_id: int
    state: str
    enrolled_at: datetime
    ended_at: datetime | None
    person_id: int
    full_name: str
    name_in_own_script: str
    email: str
    city: TextInLanguages | None
    organisation: str
    position: str
    run_id: int
    cohort_no: int
    starts_on: date
    ends_on: date
    working_language: str
    completion_percent: int
    version_id: int
    course_code: str
    course_title: TextInLanguages
    earned_minutes: int
    required_minutes: int
    lessons_done: int
    lessons_total: int
    last_activity_at: datetime | None
    rule_version: str
    figures: dict[str, Any] | None
    result: str
    decided_at: datetime | None
    decided_by: str
    is_demo: bool


@dataclass(frozen=True)
class LessonLine:
    """What the person has done in one lesson of the course."""

    title: TextInLanguages
    module_title: TextInLanguages
    kind: LessonKind
    recognised_minutes: int
    duration_seconds: int
    has_question: bool
    watched_seconds: int
    answered_at: datetime | None
    tries: int
    completed_at: datetime | None
    attended_minutes: int
    granted_minutes: int
    granted_as: Grant | None
    has_contributed: bool

    @property
    def is_held(self) -> bool:
        """Tell whether it takes place at a time: it is attended, not watched."""
        return self.kind not in STUDIED_ALONE


@dataclass(frozen=True)
class HistoryLine:
    """One change of state, with the name of who made it ("" for the system)."""

    entity: str
    entity_id: int
    old: str
    new: str
    actor: str
    reason: str
    at: datetime


def record_of(enrolment_id: int) -> Record | None:
    """Return the record of an enrolment, in one statement."""
    decider = aliased(Person)
    row = db.session.execute(
        select(
            Enrolment.id,
            Enrolment.state,
            Enrolment.enrolled_at,
            Enrolment.ended_at,
            Person.id,
            Person.full_name,
            Person.name_in_own_script,
            Person.email,
            City.name,
            func.coalesce(Affiliation.organisation, ""),
            func.coalesce(Affiliation.position, ""),
            CourseRun.id,
            CourseRun.cohort_no,
            CourseRun.starts_on,
            CourseRun.ends_on,
            CourseRun.working_language,
            CourseRun.completion_percent,
            CourseRun.course_version_id,
            Course.code,
            CourseVersion.title,
            func.coalesce(EnrolmentProgress.earned_minutes, 0),
            func.coalesce(EnrolmentProgress.required_minutes, 0),
            func.coalesce(EnrolmentProgress.lessons_done, 0),
            func.coalesce(EnrolmentProgress.lessons_total, 0),
            EnrolmentProgress.last_activity_at,
            func.coalesce(CourseCompletion.rule_version, ""),
            CourseCompletion.figures,
            func.coalesce(CourseCompletion.result, ""),
            CourseCompletion.decided_at,
            func.coalesce(decider.full_name, ""),
            Enrolment.is_demo,
        )
        .join(Enrolment.person)
        .join(Enrolment.run)
        .join(CourseRun.course)
        .join(CourseRun.course_version)
        .outerjoin(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(City, City.id == Affiliation.city_id)
        .outerjoin(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
        .outerjoin(CourseCompletion, CourseCompletion.enrolment_id == Enrolment.id)
        .outerjoin(decider, decider.id == CourseCompletion.decided_by_id)
        .where(Enrolment.id == enrolment_id)
    ).one_or_none()
    return None if row is None else Record(*tuple(row))


def lesson_lines(version_id: int, enrolment_id: int) -> list[LessonLine]:
    """Return the lessons of a version of a course with what the enrolment has done in them."""
    mine = and_(LessonProgress.lesson_id == Lesson.id, LessonProgress.enrolment_id == enrolment_id)
    rows = db.session.execute(
        select(
            Lesson.title,
            Module.title,
            Lesson.kind,
            Lesson.recognised_minutes,
            Lesson.duration_seconds,
            CheckQuestion.lesson_id.is_not(None),
            func.coalesce(LessonProgress.watched_seconds, 0),
            LessonProgress.answered_at,
            func.coalesce(LessonProgress.tries, 0),
            LessonProgress.completed_at,
            func.coalesce(LessonProgress.attended_minutes, 0),
            func.coalesce(LessonProgress.granted_minutes, 0),
            LessonProgress.granted_as,
            LessonProgress.contributed_at.is_not(None),
        )
        .join(Module, Module.id == Lesson.module_id)
        .outerjoin(CheckQuestion, CheckQuestion.lesson_id == Lesson.id)
        .outerjoin(LessonProgress, mine)
        .where(Module.version_id == version_id)
        .order_by(Module.position, Lesson.position)
    )
    return [
        LessonLine(title, module, LessonKind(kind), *rest) for title, module, kind, *rest in rows
    ]


def history_lines(enrolment_id: int, certificate_ids: Sequence[int]) -> list[HistoryLine]:
    """Return every change of an enrolment and its certificates, oldest first, with names."""
    rows = db.session.execute(
        select(
            StatusEvent.entity,
            StatusEvent.entity_id,
            StatusEvent.old,
            StatusEvent.new,
            Person.full_name,
            StatusEvent.reason,
            StatusEvent.at,
        )
        .outerjoin(Person, Person.id == StatusEvent.actor_id)
        .where(
            or_(
                and_(StatusEvent.entity == "enrolment", StatusEvent.entity_id == enrolment_id),
                and_(
                    StatusEvent.entity == "certificate",
                    StatusEvent.entity_id.in_(certificate_ids),
                ),
            )
        )
        .order_by(StatusEvent.at, StatusEvent.id)
    )
    return [
        HistoryLine(entity, entity_id, old, new, actor or "", reason, at)
        for entity, entity_id, old, new, actor, reason, at in rows
    ]
