"""One small site with somebody in every role, made once for the tests of a file.

Whatever a test does to it is rolled back to the point where all was made.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.accounts import login, services
from lms.accounts.models import LinkKind, LoginSession, Person, PersonState
from lms.accounts.services.links import make_link
from lms.core import clock, kept
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import Course, CourseTeacher, CourseVersion
from lms.courses.queries import modules_of
from lms.courses.services.versions import begin_version
from lms.enrolment.models import CourseRun, RunInstructor
from lms.lessons import services as lessons
from lms.lessons.models import IntakePurpose, Lesson, Rendition
from lms.lessons.queries import edited_lesson, lessons_of_version
from lms.lessons.services.intakes import begin_intake, begin_speaker_intake
from lms.media.storage import storage
from lms.notifications import stop_token
from lms.notifications.models import Topic
from lms.notifications.rules import Stop
from lms.organisations.services import name_focal_point
from lms.progress import play_token
from lms.seminars.models import CalendarFeed, ReportLine
from lms.seminars.services.feeds import make_feed
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.certificates import make_certificate, make_foundation
from tests.factories.courses import make_course, make_module
from tests.factories.enrolment import make_run
from tests.factories.lessons import make_lesson
from tests.factories.materials import make_material
from tests.factories.notifications import make_notice
from tests.factories.organisations import make_affiliation, make_city
from tests.factories.progress import Study, join, make_outline, make_study
from tests.factories.seminars import make_holiday, make_report, make_sitting
from tests.factories.speakers import make_invitation
from tests.forms import token_on
from tests.holes import (
    attending,
    boards,
    expertise,
    messages,
    moderation,
    plans,
    post_files,
    recordings,
)
from tests.holes.sessions import PARTS, sessions_on_now

READERS = (
    "visitor",
    "stranger",
    "trainee",
    "instructor",
    "other instructor",
    "focal point",
    "staff",
    "admin",
)

NOWHERE = 2_000_000_000
ROWS_OF_NOTHING = {
    "run_id": NOWHERE,
    "lesson_id": NOWHERE,
    "certificate_id": NOWHERE,
    "enrolment_id": NOWHERE,
    "session_id": NOWHERE,
    "material_id": NOWHERE,
    "intake_id": NOWHERE,
    "speaker_id": NOWHERE,
    "version_id": NOWHERE,
    "module_id": NOWHERE,
    "holiday_id": NOWHERE,
    "notice_id": NOWHERE,
    "sitting_id": NOWHERE,
    "attendance_id": NOWHERE,
    "correction_id": NOWHERE,
    "report_id": NOWHERE,
    "feed_id": NOWHERE,
    "line_id": NOWHERE,
    "holder_id": NOWHERE,
    "board_id": NOWHERE,
    "thread_id": NOWHERE,
    "post_id": NOWHERE,
    "file_id": NOWHERE,
    "item_id": NOWHERE,
    "conversation_id": NOWHERE,
    "message_id": NOWHERE,
    "person_id": NOWHERE,
    "appeal_id": NOWHERE,
    "word_id": NOWHERE,
    "code": "NONE-9",
    "token": "x" * 43,
}

# Parts of an address that stand for something else than their name says elsewhere.
OF_SPEAKER = {
    "token": "speaker_token",
    "intake_id": "speaker_intake_id",
    "upload_token": "speaker_upload_token",
}
OF_DRAFT = {"lesson_id": "draft_lesson_id"}
OF_CURRICULUM = {"code": "curriculum"}
OWN_PARTS = {
    **dict.fromkeys(
        (
            "lessons_manage.edit_lesson",
            "lessons_manage.remove_lesson",
            "lessons_manage.move_lesson",
            "lessons_manage.edit_text",
            "lessons_manage.edit_question",
            "lessons_manage.remove_question",
        ),
        OF_DRAFT,
    ),
    **dict.fromkeys(
        (
            "courses.show_curriculum",
            "courses_manage.edit_curriculum",
            "courses_manage.change_curriculum_state",
        ),
        OF_CURRICULUM,
    ),
    **dict.fromkeys(
        (
            "lessons.answer_time",
            "lessons.answer_materials",
            "lessons.thank_speaker",
            "lessons.send_speaker_files",
            "lessons.show_speaker_file",
            "lessons.remove_speaker_file",
            "lessons_api.create_speaker_upload",
            "lessons_api.show_speaker_upload",
            "lessons_api.receive_speaker_part",
            "lessons_api.cancel_speaker_upload",
        ),
        OF_SPEAKER,
    ),
    **PARTS,
    **plans.PARTS,
    **attending.PARTS,
    **recordings.PARTS,
    **messages.PARTS,
    **moderation.PARTS,
    **boards.PARTS,
    **post_files.PARTS,
    **expertise.PARTS,
    "accounts.confirm_email": {"token": "confirm_token"},
    "accounts.reset_password": {"token": "reset_token"},
    "certificates.verify_certificate": {"code": "verification"},
    "lessons_api.show_upload": {"token": "upload_token"},
    "lessons_api.receive_part": {"token": "upload_token"},
    "lessons_api.cancel_upload": {"token": "upload_token"},
    "lessons_manage.remove_material": {"material_id": "spare_material_id"},
    "lessons_manage.remove_module": {"module_id": "empty_module_id"},
    "notifications.resume_mails": {"token": "stop_token"},
    "notifications.unsubscribe": {"token": "stop_token"},
    "progress.mark_read": {"lesson_id": "reading_id"},
    "progress.serve_material": {"material_id": "released_material_id"},
    "seminars.download_sitting": {"sitting_id": "held_sitting_id"},
    "seminars.serve_feed": {"token": "feed_token"},
    "seminars_manage.import_report": {"sitting_id": "held_sitting_id"},
}

# What may change by being seen: who looked at personal data, and when somebody, or their
# calendar, was here last.
CHANGES_BY_LOOKING = {"access_log"}
SEEN = {"last_seen_at", "fetched_at"}


@dataclass
class Ground:
    """The site, its people's browsers, and what addresses and forms are filled with."""

    app: Flask
    values: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def browser_of(self, reader: str) -> FlaskClient:
        """Return a browser in which that reader has signed in and opened a page with a form."""
        browser = self.app.test_client()
        for name, value in self.cookies[reader].items():
            browser.set_cookie(name, value)
        return browser

    def address(self, endpoint: str, **others: Any) -> str:
        """Return the address of a view, filled with what is there to see."""
        rule = next(self.app.url_map.iter_rules(endpoint))
        own = OWN_PARTS.get(endpoint, {})
        known = {name: self.values.get(own.get(name, name)) for name in rule.arguments}
        with self.app.test_request_context():
            return url_for(endpoint, **known | others)

    def address_of_nothing(self, endpoint: str, **others: Any) -> str:
        """Return the same address with parts that lead to no row."""
        rule = next(self.app.url_map.iter_rules(endpoint))
        nothing = {name: row for name, row in ROWS_OF_NOTHING.items() if name in rule.arguments}
        return self.address(endpoint, **others | nothing)

    def everything(self, *, apart_from: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
        """Return all rows of all tables, but for when somebody was seen last."""
        db.session.rollback()
        found = {}
        for table in db.metadata.sorted_tables:
            if table.name not in apart_from:
                columns = [column for column in table.columns if column.name not in SEEN]
                found[table.name] = [tuple(map(repr, row)) for row in _rows(columns)]
        return found

    def rows_written(self) -> int:
        """Return how many rows this connection has written so far, by SQLite's own count."""
        connection = db.engines[None].connection.dbapi_connection  # type: ignore[attr-defined]
        count: int = connection.total_changes
        return count

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Take back what happens inside."""
        db.session.remove()
        step = db.engines[None].begin_nested()  # type: ignore[attr-defined]
        self.app.extensions["rate_limits"].storage.reset()
        try:
            yield
        finally:
            db.session.remove()
            step.rollback()


def _rows(columns: list[Any]) -> Any:
    return db.session.execute(select(*columns).order_by(*columns[:2]))


def lay_out(app: Flask) -> Ground:
    """Make the site: a run in progress with all its parts, and everybody around it."""
    kept.forget_everything()
    ground = Ground(app, people=_people())
    make_foundation()
    study = make_study(person=ground.people["trainee"], seats_taken=1)
    other = join(make_run(make_outline()), ground.people["stranger"])
    for run, who in ((study.run, "instructor"), (other.run, "other instructor")):
        person_id = ground.people[who].id
        save(RunInstructor(run_id=run.id, person_id=person_id))
        save(CourseTeacher(course_id=run.course_id, person_id=person_id))
    _settle(ground)
    ground.values = _values(study) | _links()
    ground.values |= _upload(ground.values["lesson_id"], ground.people["instructor"])
    ground.values |= _speaker(ground.values["lesson_id"], ground.people["instructor"])
    ground.values |= _draft(study.run.course_id)
    ground.values |= _report(study, ground.people["staff"])
    ground.values |= plans.plan_of_run(study, ground.people["instructor"])
    ground.values |= _feed(ground.people["trainee"])
    ground.values |= sessions_on_now(study)
    ground.values |= attending.sessions_over(study, ground.people["instructor"])
    ground.values |= recordings.sessions_recorded(study, ground.people["instructor"])
    ground.values |= messages.messages_written(study, ground.people["instructor"])
    ground.values |= boards.boards_written(
        study, ground.people["instructor"], ground.people["stranger"]
    )
    ground.values |= moderation.posts_to_moderate(
        ground.values["thread_id"], ground.values["held_post_id"], study.person.id
    )
    ground.values |= expertise.what_people_know(
        study, ground.people["instructor"], ground.values["thread_id"], ground.values["version_id"]
    )
    ground.values |= post_files.files_of_posts(
        ground.values, ground.people["trainee"], ground.people["stranger"]
    )
    for reader in READERS:
        _open(ground, reader)
    ground.values["session_id"] = _second_device(ground.people["trainee"])
    ground.values["play_token"] = play_token.make_token(
        study.enrolment.id, study.lessons[0].id, clock.now()
    )
    ground.emails = {who: person.email for who, person in ground.people.items()}
    db.session.remove()
    return ground


def _people() -> dict[str, Person]:
    roles = {
        "instructor": ["instructor"],
        "other instructor": ["instructor"],
        "staff": ["staff"],
        "admin": ["admin"],
    }
    return {who: make_person(*roles.get(who, ())) for who in READERS if who != "visitor"}


def _settle(ground: Ground) -> None:
    """Give everybody the same city, and one person the right to speak for it."""
    city = make_city()
    for person in ground.people.values():
        make_affiliation(person, city)
    with unit_of_work():
        now = clock.now()
        name_focal_point(
            ground.people["focal point"], city, valid_from=now.date(), actor_id=None, now=now
        )


def _values(study: Study) -> dict[str, Any]:
    """Return the parts of addresses: the trainee's run, lesson, record, certificate."""
    lesson_id = study.lessons[0].id
    with unit_of_work():
        lesson = db.session.get_one(Lesson, lesson_id)
        lessons.add_media(lesson, Rendition.P480, b"v" * 1000)
        lessons.add_caption(lesson, "en", "WEBVTT\n\n00:01.000 --> 00:05.000\nHere.\n")
        storage().put("certificates/ground.pdf", b"%PDF-1.7")
    course_id = study.run.course_id
    course = study_course(course_id)
    module = make_module(course, position=2)
    reading = make_lesson(
        module,
        kind="reading",
        question=False,
        duration_seconds=0,
        recognised_minutes=0,
        body=words("Read."),
    )
    materials = {
        state: make_material(lesson, state=state).id for state in ("draft", "submitted", "released")
    }
    spare = make_material(lesson, state="draft").id  # its file goes, and that is not taken back
    course = study_course(course_id)  # what was made has expired it
    certificate = make_certificate(
        study.enrolment,
        pdf_key="certificates/ground.pdf",
        verification_code="ABCD-EFGH-JKMN-PQRS-TVWX",
    )
    return {
        "language": "en",
        "run_id": study.run.id,
        "lesson_id": lesson_id,
        "reading_id": reading.id,
        "draft_run_id": make_run(course, cohort_no=2, state="draft").id,
        "enrolment_id": study.enrolment.id,
        "certificate_id": certificate.id,
        "number": certificate.number,
        "course": course.code,
        "draft": make_course(state="draft").code,
        "code": course.code,
        "curriculum": course.curriculum.code,
        "verification": certificate.verification_code,
        "item": "alumni_news",
        "rendition": "480p",
        "language_code": "en",
        "kind": "vtt",
        "form": "full",
        "material_id": materials["draft"],
        "submitted_material_id": materials["submitted"],
        "spare_material_id": spare,
        "released_material_id": materials["released"],
        "notice_id": make_notice(study.person).id,
        "stop_token": stop_token.make(Stop(study.person.id, Topic.REPLIES)),
        "holiday_id": make_holiday().id,
    }


def _speaker(lesson_id: int, inviter: Person) -> dict[str, Any]:
    """Return somebody invited to speak, their link, and a file they are about to send."""
    lesson = db.session.get_one(Lesson, lesson_id)
    invitation, token = make_invitation(lesson, invited_by_id=inviter.id, bio=words("Ports."))
    edited = edited_lesson(lesson_id)
    assert edited is not None
    with unit_of_work():
        intake = begin_speaker_intake(
            edited, invitation, file_name="plan.pdf", size=9, language="en", now=clock.now()
        )
        assert intake.upload is not None
        return {
            "speaker_id": invitation.id,
            "speaker_token": token,
            "speaker_intake_id": intake.id,
            "speaker_upload_token": intake.upload.token,
        }


def _draft(course_id: int) -> dict[str, Any]:
    """Return the parts of a new version of the course, in which something can still be changed."""
    with unit_of_work():
        course = db.session.get_one(Course, course_id)
        version = begin_version(course, actor=None, now=clock.now())
        version_id = version.id
    module, *_others = modules_of(version_id)
    lesson, *_others = lessons_of_version(version_id)
    empty = make_module(db.session.get_one(CourseVersion, version_id), position=9)
    return {
        "curriculum_id": study_course(course_id).curriculum_id,
        "version_id": version_id,
        "module_id": module.id,
        "draft_lesson_id": lesson.id,
        "empty_module_id": empty.id,
    }


def _feed(person: Person) -> dict[str, Any]:
    """Return an address from which the calendar of somebody fetches their timetable."""
    with unit_of_work():
        token = make_feed(db.session.get_one(Person, person.id), None, now=clock.now())
        feed_id = select(CalendarFeed.id).where(CalendarFeed.person_id == person.id)
        return {"feed_id": db.session.scalars(feed_id).one(), "feed_token": token}


def _report(study: Study, staff: Person) -> dict[str, Any]:
    """Return a session that was held, and a report of it with a name that is nobody's yet."""
    sitting = make_sitting(
        db.session.get_one(CourseRun, study.run.id), starts_at=clock.now() - timedelta(hours=3)
    )
    report = make_report(sitting, staff, "Bataa")
    line_id = select(ReportLine.id).where(ReportLine.report_id == report.id)
    return {
        "held_sitting_id": sitting.id,
        "report_id": report.id,
        "line_id": db.session.scalars(line_id).one(),
    }


def study_course(course_id: int) -> Any:
    """Return the course of the run with its curriculum."""
    return db.session.scalars(
        select(Course).where(Course.id == course_id).options(joinedload(Course.curriculum))
    ).one()


def _upload(lesson_id: int, sender: Person) -> dict[str, Any]:
    """Return a file on its way in, nothing of which has been received, and how another is begun."""
    edited = edited_lesson(lesson_id)
    assert edited is not None
    with unit_of_work():
        intake = begin_intake(
            edited,
            sender,
            purpose=IntakePurpose.MATERIAL,
            file_name="plan.pdf",
            size=9,
            language="en",
            now=clock.now(),
        )
        assert intake.upload is not None
        token, intake_id = intake.upload.token, intake.id
    wish = {"filename": "more.pdf", "purpose": "material", "lesson_id": str(lesson_id)}
    pairs = (f"{name} {b64encode(value.encode()).decode()}" for name, value in wish.items())
    return {"upload_token": token, "intake_id": intake_id, "upload_metadata": ",".join(pairs)}


def _links() -> dict[str, Any]:
    """Return links from mails, to two people who have not used them yet."""
    newcomer = make_person(state=PersonState.REGISTERED, email_confirmed_at=None)
    forgetful = make_person()
    with unit_of_work():
        return {
            "confirm_token": make_link(newcomer, LinkKind.CONFIRM_EMAIL, now=clock.now()),
            "reset_token": make_link(forgetful, LinkKind.RESET_PASSWORD, now=clock.now()),
        }


def _open(ground: Ground, reader: str) -> None:
    browser = ground.app.test_client()
    cookies = {}
    if reader != "visitor":
        cookies[login.cookie_name()] = _session_of(ground.people[reader])
        browser.set_cookie(login.cookie_name(), cookies[login.cookie_name()])
    page = "/en/sign-in" if reader == "visitor" else "/en/account"
    ground.tokens[reader] = token_on(browser, page)
    form_cookie = ground.app.config["SESSION_COOKIE_NAME"]
    kept = browser.get_cookie(form_cookie)
    assert kept is not None
    ground.cookies[reader] = cookies | {form_cookie: kept.value}


def _session_of(person: Person) -> str:
    with unit_of_work():
        return services.start_session(
            person, user_agent="test", address="127.0.0.1", now=clock.now()
        )


def _second_device(person: Person) -> int:
    _session_of(person)
    newest = select(LoginSession.id).order_by(LoginSession.id.desc()).limit(1)
    return db.session.scalars(newest).one()


_TOKENS = re.compile(r'(name="csrf_token"[^>]*value=|data-csrf=|content=)"[^"]*"')


def without_token(page: str) -> str:
    """Return a page without the one thing that differs each time it is asked for."""
    return _TOKENS.sub("", page)
