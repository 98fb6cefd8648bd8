"""The runs of the demonstration and what the invented class did in them, in order of time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select

from lms.accounts.models import Person
from lms.accounts.services import change_person
from lms.certificates.queries import latest_certificate
from lms.certificates.services import reissue, revoke
from lms.core.db import db
from lms.courses.models import Course
from lms.courses.queries import newest_version
from lms.demo.people import (
    CLASS,
    DOMAIN,
    GRADUATE,
    INSTRUCTOR,
    LAST_CLASS,
    STAFF,
    TRAINEE,
    Account,
    Invented,
    Stage,
)
from lms.enrolment.models import CourseRun, Enrolment, RunState
from lms.enrolment.rules import BUSAN, busan_day, end_of_day
from lms.enrolment.services import change_run_state, create_run, enrol, leave
from lms.lessons.models import CheckQuestion, LessonKind
from lms.lessons.queries import LessonRow, lessons_of_version
from lms.progress.services import answer_question, mark_read, record_watch

DAY = timedelta(days=1)


class People(Protocol):
    """Where the invented people come from."""

    def account(self, account: Account) -> Person: ...
    def invented(self, email: str, invented: Invented) -> Person: ...


# --- runs ------------------------------------------------------------------------------


def _office_hour(moment: datetime) -> datetime:
    """Return ten in the morning of that day in Busan."""
    at_busan = moment.astimezone(BUSAN).replace(hour=10, minute=0, second=0, microsecond=0)
    return at_busan.astimezone(UTC)


def hold_last_season(course: Course, people: People, now: datetime) -> None:
    """A run that is over: studied, judged, completed."""
    begin = _office_hour(now - 120 * DAY)
    run = _plan(course, people, begin, days=35, planned_at=begin - 20 * DAY, capacity=20)
    _take(run, people, begin, RunState.APPROVED, RunState.RUNNING)
    lessons = lessons_of(course)
    for number, invented in enumerate(LAST_CLASS):
        person = people.invented(f"alumni{number + 1:02}@{DOMAIN}", invented)
        study(run, person, lessons, invented.stage, begin + (2 + number) * DAY, hour=9 + number)
    study(run, people.account(GRADUATE), lessons, Stage.EVERYTHING, begin + 4 * DAY, hour=15)
    _take(run, people, begin + 36 * DAY, RunState.JUDGING)
    _take(run, people, begin + 40 * DAY, RunState.COMPLETED)


def hold_this_season(course: Course, people: People, now: datetime) -> None:
    """A run in its third week, open to enrolment, with somebody at every stage."""
    begin = _office_hour(now - 21 * DAY)
    run = _plan(course, people, begin, days=60, planned_at=begin - 25 * DAY)
    _take(run, people, begin, RunState.APPROVED, RunState.RUNNING)
    lessons = lessons_of(course)
    for number, invented in enumerate(CLASS):
        person = people.invented(class_address(number), invented)
        start = begin + (1 + number * 5 % 8) * DAY
        study(run, person, lessons, invented.stage, start, hour=9 + number % 7)
    study(run, people.account(TRAINEE), lessons, Stage.HALF, now - 6 * DAY, hour=10)


def settle_this_season(now: datetime) -> None:
    """What happened after studying: who left, whose certificate was revoked or corrected.

    Done apart, once the certificates are drawn, as it would be; what is done already is passed.
    """
    staff = _person(STAFF.email)
    for number, invented in enumerate(CLASS):
        if invented.stage in _AFTERWARDS:
            person = _person(class_address(number))
            wanted = select(Enrolment).where(Enrolment.person_id == person.id)
            today = _office_hour(now)
            _AFTERWARDS[invented.stage](db.session.scalars(wanted).one(), person, staff, today)


def plan_next_seasons(course: Course, people: People, now: datetime) -> None:
    """One run that visitors see coming, one that only staff see."""
    today = _office_hour(now)
    first, second = today + 24 * DAY, today + 100 * DAY
    upcoming = _plan(course, people, first, days=42, planned_at=today - 9 * DAY, capacity=24)
    _take(upcoming, people, today - 5 * DAY, RunState.APPROVED)
    _plan(course, people, second, days=42, planned_at=today - 2 * DAY, capacity=24)


def _plan(
    course: Course,
    people: People,
    begin: datetime,
    *,
    days: int,
    planned_at: datetime,
    capacity: int | None = None,
) -> CourseRun:
    first = busan_day(begin)
    return create_run(
        course,
        starts_on=first,
        ends_on=first + days * DAY,
        enrolment_closes_at=end_of_day(first + days * DAY // 2),
        working_language="en",
        capacity=capacity,
        instructors=[people.account(INSTRUCTOR)],
        actor=people.account(STAFF),
        now=planned_at,
        is_demo=True,
    )


def _take(run: CourseRun, people: People, at: datetime, *states: RunState) -> None:
    for state in states:
        change_run_state(run, state, actor=people.account(STAFF), now=at)


# --- studying --------------------------------------------------------------------------


@dataclass
class _Study:
    """Somebody who studies a lesson every other day, beginning at a moment."""

    enrolment: Enrolment
    lessons: list[LessonRow]
    start: datetime
    at: datetime

    def watch(self, number: int, percent: int = 100) -> None:
        """Play this part of a recorded session in one go."""
        lesson = self.recorded[number]
        seconds = lesson.duration_seconds * percent // 100
        opened_at, self.at = self.at, self.at + timedelta(seconds=seconds)
        record_watch(
            self.enrolment, lesson, [(0, seconds)], seconds, opened_at=opened_at, now=self.at
        )

    def answer(self, number: int, *, wrong: int = 0, right: bool = True) -> None:
        """Answer a check question, with some wrong tries before."""
        lesson = self.recorded[number]
        question = db.session.get_one(CheckQuestion, lesson.id)
        correct = question.correct_choice
        others = [at for at in range(len(question.stored_choices)) if at != correct]
        for choice in [*others[:wrong], *([correct] if right else [])]:
            self.at += timedelta(seconds=20)
            answer_question(self.enrolment, lesson, choice, now=self.at)

    def complete(self, count: int) -> None:
        """Complete the first recorded sessions, one every other day."""
        for number in range(count):
            self.watch(number)
            self.answer(number, wrong=(self.enrolment.id + number) % 3 == 0)
            if number + 1 < len(self.recorded):
                self.at = self.start + (number + 1) * 2 * DAY

    def read_everything(self) -> None:
        """Tick every reading."""
        for lesson in self.lessons:
            if lesson.kind == LessonKind.READING:
                self.at += timedelta(minutes=6)
                mark_read(self.enrolment, lesson, now=self.at)

    @property
    def recorded(self) -> list[LessonRow]:
        return [lesson for lesson in self.lessons if lesson.kind == LessonKind.RECORDED]


def _enrolled(study: _Study) -> None:
    """Nothing happened yet."""


def _started(study: _Study) -> None:
    study.watch(0, percent=30)


def _half(study: _Study) -> None:
    study.complete(2)
    study.watch(2, percent=45)


def _question_missing(study: _Study) -> None:
    study.complete(2)
    study.watch(2)
    study.answer(2, wrong=2, right=False)


def _nearly_done(study: _Study) -> None:
    study.complete(3)
    study.watch(3, percent=85)


def _silent(study: _Study) -> None:
    study.complete(3)


def _completed(study: _Study) -> None:
    study.complete(4)


def _everything(study: _Study) -> None:
    study.complete(5)
    study.read_everything()


_STUDY: dict[Stage, Callable[[_Study], None]] = {
    Stage.ENROLLED: _enrolled,
    Stage.STARTED: _started,
    Stage.HALF: _half,
    Stage.QUESTION_MISSING: _question_missing,
    Stage.NEARLY_DONE: _nearly_done,
    Stage.SILENT: _silent,
    Stage.COMPLETED: _completed,
    Stage.EVERYTHING: _everything,
    Stage.WITHDRAWN: _enrolled,
    Stage.DROPPED_OUT: _started,
    Stage.REVOKED: _completed,
    Stage.REISSUED: _completed,
}


def lessons_of(course: Course) -> list[LessonRow]:
    """Return the lessons of a course of the demonstration, in their order."""
    return lessons_of_version(newest_version(course.id).id)


def study(
    run: CourseRun,
    person: Person,
    lessons: list[LessonRow],
    stage: Stage,
    day: datetime,
    *,
    hour: int,
) -> None:
    """Study from that day on, at this hour of the city's clock; who is not enrolled does so first.

    The recordings of the run are studied as the stage says, one every other day.
    """
    at_home = day.astimezone(ZoneInfo(person.time_zone))
    start = at_home.replace(hour=hour, minute=person.id * 7 % 60).astimezone(UTC)
    enrolment = enrol(person, run, now=start - timedelta(hours=1))
    _STUDY[stage](_Study(enrolment, lessons, start, start))


# --- what came after -------------------------------------------------------------------


def class_address(number: int) -> str:
    return f"class{number + 1:02}@{DOMAIN}"


def _person(email: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == email)).one()


def _leave(enrolment: Enrolment, person: Person, _staff: Person, today: datetime) -> None:
    leave(enrolment, actor=person, now=today - 4 * DAY, reason="Other duties came in between.")


def _revoke(enrolment: Enrolment, _person: Person, staff: Person, today: datetime) -> None:
    certificate = latest_certificate(enrolment.id)
    if certificate is not None and certificate.is_standing:
        reason = "The sessions were watched by a colleague under this name."
        revoke(certificate, actor=staff, reason=reason, now=today - 2 * DAY)


def _correct_name(enrolment: Enrolment, person: Person, staff: Person, today: datetime) -> None:
    certificate = latest_certificate(enrolment.id)
    if certificate is None or certificate.supersedes_id is not None:
        return
    at = today - 3 * DAY
    name = f"{person.full_name} KHAM"
    change_person(person, full_name=name, actor_id=person.id, now=at)
    reissue(
        certificate,
        holder_name=name,
        holder_name_in_own_script=person.name_in_own_script,
        languages=certificate.languages,
        actor=staff,
        reason="The last part of the name in the passport was missing.",
        now=at + timedelta(hours=5),
    )


_AFTERWARDS: dict[Stage, Callable[[Enrolment, Person, Person, datetime], None]] = {
    Stage.WITHDRAWN: _leave,
    Stage.DROPPED_OUT: _leave,
    Stage.REVOKED: _revoke,
    Stage.REISSUED: _correct_name,
}
