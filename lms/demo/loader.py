"""Fill the site with the demonstration: its courses and runs, and an invented class in them.

Everything is made through the services the site itself uses, only with earlier moments, so
history, figures and certificates are what real people would have left behind.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select

from lms.accounts.consents import VERSION as CONSENT_VERSION
from lms.accounts.models import Person, PersonState
from lms.accounts.passwords import hash_password, matches
from lms.accounts.queries import person_by_email
from lms.accounts.rules import REQUIRED_CONSENT
from lms.accounts.services import give_consent, grant_role
from lms.certificates.models import Certificate, CertificateState
from lms.certificates.tasks import draw
from lms.core.audit import record_change
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.core.unit_of_work import unit_of_work
from lms.courses.catalogue_file import CatalogueFile, CourseEntry, ModuleEntry
from lms.courses.models import Course, Module
from lms.courses.queries import catalogue_as_file, course_by_code
from lms.courses.services.catalogue import import_catalogue
from lms.courses.services.teachers import set_teachers
from lms.demo.agenda import Agenda
from lms.demo.boards import has_talk, plan_talk
from lms.demo.media import demo_courses
from lms.demo.people import ACCOUNTS, FOCAL_POINT, INSTRUCTOR, STAFF, Account, Invented
from lms.demo.seasons import (
    hold_last_season,
    hold_this_season,
    plan_next_seasons,
    settle_this_season,
)
from lms.demo.seminar import plan_seminar
from lms.demo.sittings import hold_run
from lms.enrolment.models import CourseRun
from lms.jobs.models import Job, JobState
from lms.lessons.models import Lesson, LessonKind, Rendition
from lms.lessons.services import add_caption, add_lesson, add_media, set_question
from lms.organisations.models import Affiliation, City
from lms.organisations.services import name_focal_point

# Accounts are older than anything that happened in them.
AGE_OF_ACCOUNTS = timedelta(days=200)

DRAWING = timedelta(seconds=4)
LANGUAGES = ("ko", "en", "zh")

SYNTHETIC_VOICE = {
    "en": "The voice is a computer's, in English. Captions and transcript come in three languages.",
    "ko": "음성은 컴퓨터로 합성한 영어입니다. 자막과 대본은 세 언어로 제공됩니다.",
    "zh": "语音为电脑合成的英语。字幕和文字稿提供三种语言。",
}


def load_demo(password: str, now: datetime) -> None:
    """Load the demonstration, or bring it up to date.

    Doing it again renews the course's content and the accounts' password, and leaves alone what
    people have done since. Stopped anywhere, it is done again from the start or is complete.
    Raises LookupError when catalogue, cities or foundation were not imported before.
    """
    now = now.replace(microsecond=0)
    contents = demo_courses()
    password_hash = _hash_for(password)
    with unit_of_work():
        last_job = db.session.scalar(select(func.max(Job.id))) or 0
        recorded, held, public = _load_courses(contents, now)
        people = People(now - AGE_OF_ACCOUNTS)
        if person_by_email(STAFF.email) is None:
            _make_accounts(people)
            set_teachers(recorded, [people.account(INSTRUCTOR)], actor=None, now=now)
            hold_last_season(recorded, people, now)
            hold_this_season(recorded, people, now)
            plan_next_seasons(recorded, people, now)
        _set_password(password_hash)
    _draw_certificates()
    with unit_of_work():
        settle_this_season(now)
    _draw_certificates()
    with unit_of_work():
        agenda = Agenda()
        if not _has_run(held):  # a site that had the demonstration before it had sessions gets them
            _plan_sittings(held, public, contents, agenda, now)
        if not has_talk():
            plan_talk(_run_of_class(recorded), People(now - AGE_OF_ACCOUNTS), agenda, now)
        agenda.run(now)
        _drop_jobs(last_job, now)


def _plan_sittings(
    held: Course,
    public: Course,
    contents: Sequence[Mapping[str, Any]],
    agenda: Agenda,
    now: datetime,
) -> None:
    people = People(now - AGE_OF_ACCOUNTS)
    for course in (held, public):
        set_teachers(course, [people.account(INSTRUCTOR)], actor=None, now=now)
    hold_run(held, contents[1], people, agenda, now)
    plan_seminar(public, contents[2], people, agenda, now)


def _has_run(course: Course) -> bool:
    return db.session.scalar(select(exists().where(CourseRun.course_id == course.id))) or False


def _run_of_class(course: Course) -> CourseRun:
    """Return the run the invented class is in."""
    wanted = select(CourseRun).where(CourseRun.course_id == course.id, CourseRun.cohort_no == 2)
    return db.session.scalars(wanted).one()


def demo_accounts() -> list[tuple[str, str]]:
    """Return what each account of the demonstration is for, and its address."""
    return [(account.role, account.email) for account in ACCOUNTS]


# --- the courses -----------------------------------------------------------------------


def _load_courses(contents: Sequence[Mapping[str, Any]], now: datetime) -> list[Course]:
    """Put the courses into the catalogue and their lessons into their modules."""
    catalogue = catalogue_as_file()
    entries = [_course_entry(content) for content in contents]
    codes = {curriculum.code for curriculum in catalogue.curricula}
    if not {entry.curriculum for entry in entries} <= codes:
        raise LookupError("Import the catalogue before the demonstration.")
    new = [entry for entry in entries if entry not in catalogue.courses]
    if new:  # else the catalogue is staff's, down to their drafts
        replaced = {entry.code for entry in new}
        others = [course for course in catalogue.courses if course.code not in replaced]
        import_catalogue(CatalogueFile(catalogue.curricula, [*others, *new]), now=now)
    return [_load_lessons(content) for content in contents]


def _load_lessons(content: Mapping[str, Any]) -> Course:
    course = course_by_code(content["code"])
    assert course is not None
    for module, described in zip(course.modules, content["modules"], strict=True):
        for position, lesson in enumerate(described["lessons"], 1):
            _load_lesson(module, position, lesson)
    return course


def _course_entry(content: Mapping[str, Any]) -> CourseEntry:
    return CourseEntry(
        code=content["code"],
        curriculum=content["curriculum"],
        level=content["level"],
        delivery=content["delivery"],
        languages=content["langs"],
        sdg_targets=content["sdg"],
        crs_code=content["crs"],
        city_slugs=content["cities"],
        prerequisite=content["prereq"],
        title=content["title"],
        objectives={
            language: [objective[language] for objective in content["objectives"]]
            for language in LANGUAGES
        },
        modules=[
            ModuleEntry(
                title={language: module[language] for language in LANGUAGES},
                minutes={kind: round(hours * 60) for kind, hours in module["hours"].items()},
            )
            for module in content["modules"]
        ],
        is_demo=True,
    )


def _load_lesson(module: Module, position: int, described: Mapping[str, Any]) -> None:
    lesson = db.session.scalar(
        select(Lesson).where(Lesson.module_id == module.id, Lesson.position == position)
    )
    source = described["source_language"]
    if lesson is None:
        lesson = add_lesson(
            module,
            kind=LessonKind(described["kind"]),
            title=TextInLanguages(source, described["title"]),
            recognised_minutes=described["recognised_minutes"],
            duration_seconds=described["duration_seconds"] or 0,
            position=position,
        )
        db.session.flush()
    lesson.body = _body(described, source)
    for rendition, path in described["media"].items():
        add_media(lesson, Rendition(rendition), path)
    for language, path in described["captions"].items():
        add_caption(lesson, language, path.read_text(encoding="utf-8"))
    question = described["question"]
    if question is not None:
        set_question(
            lesson,
            prompt=TextInLanguages(source, question["prompt"]),
            choices=[TextInLanguages(source, choice) for choice in question["choices"]],
            correct_choice=question["correct"],
            explanation=TextInLanguages(source, question["explanation"]),
        )


def _body(described: Mapping[str, Any], source: str) -> TextInLanguages:
    """Return a reading's text, or what a recorded session is about and who speaks in it."""
    files = described["body_files"]
    if files:
        texts = {language: path.read_text(encoding="utf-8") for language, path in files.items()}
        return TextInLanguages(source, texts)
    is_synthetic = bool(described["audio"]) and described["audio"]["voice"] == "synthetic"
    said_by = SYNTHETIC_VOICE if is_synthetic else {}
    return TextInLanguages(
        source,
        {
            language: "\n\n".join(filter(None, (text, said_by.get(language))))
            for language, text in described["summary"].items()
        },
    )


# --- people ----------------------------------------------------------------------------


def _hash_for(password: str) -> str:
    """Return the hash the accounts have if it fits already, else a new one.

    Before the unit of work: it takes a fifth of a second, and nobody else could write meanwhile.
    """
    staff = person_by_email(STAFF.email)
    if staff is not None and matches(staff.password_hash, password):
        return staff.password_hash
    return hash_password(password)


def _set_password(password_hash: str) -> None:
    """Give every account the same password; whoever is signed in stays so."""
    emails = [account.email for account in ACCOUNTS]
    for person in db.session.scalars(select(Person).where(Person.email.in_(emails))):
        if person.is_demo and person.password_hash != password_hash:
            person.password_hash = password_hash


def _make_accounts(people: "People") -> None:
    for account in ACCOUNTS:
        person = people.account(account)
        if account.site_role is not None:
            grant_role(person, account.site_role, actor_id=None, now=people.at)
    name_focal_point(
        people.account(FOCAL_POINT),
        people.city(FOCAL_POINT.city),
        valid_from=people.at.date(),
        actor_id=people.account(STAFF).id,
        now=people.at,
    )


class People:
    """The invented people, each made once."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.cities = {city.slug: city for city in db.session.scalars(select(City))}
        self.made: dict[str, Person] = {}

    def city(self, slug: str) -> City:
        """Return a city; raises LookupError when it was not imported."""
        if slug not in self.cities:
            raise LookupError("Import the cities before the demonstration.")
        return self.cities[slug]

    def account(self, account: Account) -> Person:
        """Return the person of an account."""
        return self._person(account.email, account)

    def invented(self, email: str, invented: Invented) -> Person:
        """Return somebody of a class, who has no password and so cannot sign in."""
        return self._person(email, invented)

    def _person(self, email: str, described: Account | Invented) -> Person:
        if email not in self.made:
            self.made[email] = person_by_email(email) or self._make(email, described)
        return self.made[email]

    def _make(self, email: str, described: Account | Invented) -> Person:
        city = self.city(described.city) if described.city else None
        person = Person(
            email=email,
            password_hash="",
            state=PersonState.ACTIVE,
            full_name=described.full_name,
            name_in_own_script=described.own_script,
            preferred_language=described.language,
            time_zone=city.time_zone if city else "Asia/Seoul",
            email_confirmed_at=self.at,
            created_at=self.at,
            is_demo=True,
        )
        db.session.add(person)
        db.session.flush()
        record_change(
            "person", person.id, old="", new=person.state, actor_id=person.id, now=self.at
        )
        give_consent(
            person,
            REQUIRED_CONSENT,
            version=CONSENT_VERSION,
            language=described.language,
            address="",
            now=self.at,
        )
        db.session.add(
            Affiliation(
                person_id=person.id,
                city_id=city.id if city else None,
                organisation=described.organisation,
                position=described.position,
            )
        )
        db.session.flush()
        return person


# --- certificates and mails ------------------------------------------------------------


def _draw_certificates() -> None:
    """Draw what the seasons have issued, as if it had been drawn then."""
    waiting = db.session.execute(
        select(Certificate.id, Certificate.issued_at).where(
            Certificate.is_sample, Certificate.state == CertificateState.QUEUED
        )
    ).all()
    for certificate_id, issued_at in waiting:
        draw(certificate_id, now=issued_at + DRAWING)


def _drop_jobs(last_job: int, now: datetime) -> None:
    """Drop what is done already, and the mails: nobody reads those of invented people.

    Reminders and the counting of sittings that are still to come stay.
    """
    kinds = (
        "boards.tell_of_post",
        "certificates.render",
        "notifications.mail",
        "seminars.tell_change",
        "seminars.tell_recording",
        "seminars.settle",
    )
    db.session.execute(
        delete(Job)
        .where(Job.id > last_job, Job.state == JobState.QUEUED)
        .where(Job.kind.in_(kinds) | (Job.run_after <= now)),
        execution_options={"synchronize_session": False},
    )
