"""Reads of what a new certificate is made from."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.core.db import db
from lms.courses.models import Course, CourseVersion
from lms.enrolment.models import CourseRun, Enrolment
from lms.organisations.models import Affiliation, City, FoundationProfile
from lms.progress.models import CourseCompletion


@dataclass(frozen=True)
class Basis:
    """What a first certificate freezes. `home_language` is the main one of the holder's city."""

    enrolment: Enrolment
    holder: Person
    run: CourseRun
    course: Course
    version: CourseVersion
    completion: CourseCompletion
    home_language: str


def basis(completion_id: int) -> Basis:
    """Return what the certificate of a completion is made from, in one statement."""
    enrolment, holder, run, course, version, completion, home_language = db.session.execute(
        select(
            Enrolment,
            Person,
            CourseRun,
            Course,
            CourseVersion,
            CourseCompletion,
            func.coalesce(City.main_language, ""),
        )
        .select_from(CourseCompletion)
        .join(CourseCompletion.enrolment)
        .join(Enrolment.person)
        .join(Enrolment.run)
        .join(CourseRun.course)
        .join(CourseRun.course_version)
        .outerjoin(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(City, City.id == Affiliation.city_id)
        .where(CourseCompletion.id == completion_id)
    ).one()
    return Basis(enrolment, holder, run, course, version, completion, home_language)


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
