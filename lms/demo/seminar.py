"""A public seminar of two cities, to which anybody may come as a guest."""

from collections.abc import Mapping
from datetime import datetime, time
from functools import partial
from typing import Any

from lms.courses.models import Course
from lms.demo.agenda import Agenda, Days
from lms.demo.holding import Team, announce, lessons_by_key, plan_with_holders
from lms.demo.people import DOMAIN, INSTRUCTOR, STAFF
from lms.demo.seasons import People
from lms.demo.timetable import SEMINAR
from lms.demo.turnout import GUESTS, Visitor
from lms.enrolment.models import CourseRun, RunState
from lms.enrolment.rules import end_of_day
from lms.enrolment.services import change_run_state, create_run
from lms.seminars import guest_consent
from lms.seminars.models import Sitting
from lms.seminars.services.guests import Registration, register


def plan_seminar(
    course: Course, content: Mapping[str, Any], people: People, agenda: Agenda, now: datetime
) -> None:
    """Write into the agenda a run of one public sitting to come, with some guests registered."""
    _Seminar(course, content, people, now).write_agenda(agenda)


class _Seminar:
    """The run, its one sitting, and the steps by which they came so far."""

    def __init__(
        self, course: Course, content: Mapping[str, Any], people: People, now: datetime
    ) -> None:
        self.course = course
        self.lesson = lessons_by_key(course, content)[SEMINAR.lesson]
        self.team = Team(people.account(STAFF), people.account(INSTRUCTOR))
        self.days = Days(now)
        self.run: CourseRun
        self.sitting: Sitting

    def write_agenda(self, agenda: Agenda) -> None:
        at, add = self.days.at, agenda.add
        add(at(-15, time(10)), self._plan_run)
        add(at(-14, time(10)), self._plan)
        add(at(-13, time(11)), self._announce)
        for number, guest in enumerate(GUESTS):
            add(at(number - 8, time(20)), partial(self._register, guest))

    def _plan_run(self, at: datetime) -> None:
        day = self.days.on(SEMINAR.day)
        self.run = create_run(
            self.course,
            starts_on=day,
            ends_on=day,
            enrolment_closes_at=end_of_day(day),
            working_language="ko",
            instructors=[self.team.instructor],
            actor=self.team.staff,
            now=at,
            is_demo=True,
        )

    def _plan(self, at: datetime) -> None:
        change_run_state(self.run, RunState.APPROVED, actor=self.team.staff, now=at)
        starts_at = self.days.at(SEMINAR.day, SEMINAR.start)
        self.sitting = plan_with_holders(
            self.run, self.lesson, SEMINAR, starts_at, team=self.team, now=at
        )

    def _announce(self, at: datetime) -> None:
        announce(self.sitting, team=self.team, now=at)

    def _register(self, guest: Visitor, at: datetime) -> None:
        entered = Registration(
            name=guest.name,
            email=f"{guest.mailbox}@{DOMAIN}",
            organisation=guest.organisation,
            time_zone=guest.time_zone,
            language=guest.language,
            consent_version=guest_consent.VERSION,
        )
        register(self.sitting, entered, now=at)
