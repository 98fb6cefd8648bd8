"""Reads over certificates and the record of one enrolment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from lms.accounts.models import Person
from lms.certificates import rules
from lms.certificates.models import Certificate, CertificateKind, CertificateState
from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Course, Module
from lms.enrolment.models import CourseRun, Enrolment
from lms.lessons.models import CheckQuestion, Lesson, LessonKind
from lms.organisations.models import Affiliation, City, FoundationProfile
from lms.progress.models import CourseCompletion, EnrolmentProgress, LessonProgress

# --- certificates ----------------------------------------------------------------------


@dataclass(frozen=True)
class CertificateRow:
    """A certificate as a line of a list."""

    id: int
    number: str
    state: CertificateState
    course_title: TextInLanguages
    holder_name: str
    holder_name_in_own_script: str
    languages: list[str]
    issued_on: date
    issued_at: datetime
    closed_at: datetime | None
    closing_reason: str
    is_drawn: bool
    is_sample: bool

    @property
    def is_standing(self) -> bool:
        """Tell whether it is valid, drawn or not."""
        return self.state in {CertificateState.QUEUED, CertificateState.ISSUED}

    @property
    def is_being_drawn(self) -> bool:
        """Tell whether it is valid and its PDF is not there yet."""
        return self.state == CertificateState.QUEUED


@dataclass(frozen=True)
class VerifiedCertificate:
    """What the public may learn of a certificate; the caller masks the name."""

    number: str
    state: CertificateState
    holder_name: str
    course_code: str
    course_title: TextInLanguages
    recognised_minutes: int
    starts_on: date
    ends_on: date
    issued_on: date
    foundation_name: TextInLanguages
    closed_at: datetime | None
    is_sample: bool

    @property
    def closed_on(self) -> date | None:
        """Return the day it was revoked or replaced, by Busan's calendar."""
        return None if self.closed_at is None else rules.busan_day(self.closed_at)


_ROW = (
    Certificate.id,
    Certificate.number,
    Certificate.state,
    Certificate.course_title,
    Certificate.holder_name,
    Certificate.holder_name_in_own_script,
    Certificate.languages,
    Certificate.issued_on,
    Certificate.issued_at,
    Certificate.closed_at,
    Certificate.closing_reason,
    Certificate.pdf_key != "",
    Certificate.is_sample,
)


def _row(id_: int, number: str, state: str, *rest: Any) -> CertificateRow:
    return CertificateRow(id_, number, CertificateState(state), *rest)


def certificates_of_person(person_id: int) -> list[CertificateRow]:
    """Return a person's certificates, the newest first."""
    rows = db.session.execute(
        select(*_ROW)
        .join(Certificate.enrolment)
        .where(Enrolment.person_id == person_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )
    return [_row(*row) for row in rows]


def certificates_of_enrolment(enrolment_id: int) -> list[CertificateRow]:
    """Return the certificates of an enrolment, the newest first."""
    rows = db.session.execute(
        select(*_ROW)
        .where(Certificate.enrolment_id == enrolment_id)
        .order_by(Certificate.id.desc())
    )
    return [_row(*row) for row in rows]


def certificate_with_holder(certificate_id: int) -> Certificate | None:
    """Return a certificate with its enrolment, its holder and what it supersedes."""
    return db.session.scalar(
        select(Certificate)
        .options(
            # Not contains_eager: what is read again after a write must find its relations too.
            joinedload(Certificate.enrolment, innerjoin=True).joinedload(
                Enrolment.person, innerjoin=True
            ),
            joinedload(Certificate.supersedes),
        )
        .where(Certificate.id == certificate_id)
    )


def latest_certificate(enrolment_id: int) -> Certificate | None:
    """Return the newest certificate of completion of an enrolment, whatever became of it."""
    return db.session.scalar(
        select(Certificate)
        .where(
            Certificate.enrolment_id == enrolment_id,
            Certificate.kind == CertificateKind.COMPLETION,
        )
        .order_by(Certificate.id.desc())
        .limit(1)
    )


def successor_of(certificate: Certificate) -> CertificateRow | None:
    """Return the certificate that stands, or stood last, in the place of a reissued one."""
    row = db.session.execute(
        select(*_ROW)
        .where(
            Certificate.enrolment_id == certificate.enrolment_id, Certificate.id > certificate.id
        )
        .order_by(Certificate.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _row(*row)


def certificate_by_code(code: str) -> VerifiedCertificate | None:
    """Return what the public may learn of the certificate with this code, in one statement."""
    row = db.session.execute(
        select(
            Certificate.number,
            Certificate.state,
            Certificate.holder_name,
            Certificate.course_code,
            Certificate.course_title,
            Certificate.recognised_minutes,
            Certificate.starts_on,
            Certificate.ends_on,
            Certificate.issued_on,
            Certificate.foundation_name,
            Certificate.closed_at,
            Certificate.is_sample,
        ).where(Certificate.verification_code == code)
    ).one_or_none()
    if row is None:
        return None
    number, state, *rest = row
    return VerifiedCertificate(number, CertificateState(state), *rest)


# --- what a certificate is made from ---------------------------------------------------


@dataclass(frozen=True)
class Basis:
    """What a first certificate freezes. `home_language` is the main one of the holder's city."""

    enrolment: Enrolment
    holder: Person
    run: CourseRun
    course: Course
    completion: CourseCompletion
    home_language: str


def basis(completion_id: int) -> Basis:
    """Return what the certificate of a completion is made from, in one statement."""
    enrolment, holder, run, course, completion, home_language = db.session.execute(
        select(
            Enrolment,
            Person,
            CourseRun,
            Course,
            CourseCompletion,
            func.coalesce(City.main_language, ""),
        )
        .select_from(CourseCompletion)
        .join(CourseCompletion.enrolment)
        .join(Enrolment.person)
        .join(Enrolment.run)
        .join(CourseRun.course)
        .outerjoin(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(City, City.id == Affiliation.city_id)
        .where(CourseCompletion.id == completion_id)
    ).one()
    return Basis(enrolment, holder, run, course, completion, home_language)


def run_of(enrolment_id: int) -> CourseRun:
    """Return the run of an enrolment."""
    wanted = select(CourseRun).join(Enrolment, Enrolment.run_id == CourseRun.id)
    return db.session.scalars(wanted.where(Enrolment.id == enrolment_id)).one()


def holder_of(enrolment_id: int) -> Person:
    """Return the person of an enrolment."""
    wanted = select(Person).join(Enrolment, Enrolment.person_id == Person.id)
    return db.session.scalars(wanted.where(Enrolment.id == enrolment_id)).one()


def foundation_on(day: date) -> FoundationProfile:
    """Return the foundation's profile of a day; before the first one, the first.

    Raises LookupError when there is none at all.
    """
    profiles = db.session.scalars(
        select(FoundationProfile).order_by(FoundationProfile.valid_from)
    ).all()
    if not profiles:
        raise LookupError("No certificate can be issued before the foundation's profile is there.")
    return next((one for one in reversed(profiles) if one.valid_from <= day), profiles[0])


# --- the record of one enrolment -------------------------------------------------------


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
    course_id: int
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
            Course.id,
            Course.code,
            Course.title,
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
        .outerjoin(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(City, City.id == Affiliation.city_id)
        .outerjoin(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
        .outerjoin(CourseCompletion, CourseCompletion.enrolment_id == Enrolment.id)
        .outerjoin(decider, decider.id == CourseCompletion.decided_by_id)
        .where(Enrolment.id == enrolment_id)
    ).one_or_none()
    return None if row is None else Record(*tuple(row))


def lesson_lines(course_id: int, enrolment_id: int) -> list[LessonLine]:
    """Return the lessons of a course with what the enrolment has done in them."""
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
        )
        .join(Module, Module.id == Lesson.module_id)
        .outerjoin(CheckQuestion, CheckQuestion.lesson_id == Lesson.id)
        .outerjoin(LessonProgress, mine)
        .where(Module.course_id == course_id)
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
