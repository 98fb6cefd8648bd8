"""Versions of a course: begun, changed, reviewed, published, retired (DOMAIN 2.6, 2.7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.core.events import publish
from lms.core.revisions import change_row
from lms.core.text import TextInLanguages
from lms.courses import queries
from lms.courses.events import VersionBegun
from lms.courses.models import (
    CONTENT_COLUMNS,
    Course,
    CourseContent,
    CourseVersion,
    Delivery,
    Level,
    Module,
    PublicationState,
)
from lms.courses.rules.versions import IN_WORK, STEPS, FoundFault, faults_of_version
from lms.courses.services import note_catalogue_change
from lms.courses.services.terms import write_terms

ENTITY = "course_version"
MODULE_COLUMNS = (
    "position", "title", "live_minutes", "recorded_minutes", "practice_minutes",
    "discussion_minutes", "field_minutes",
)  # fmt: skip


def create_course(
    *,
    code: str,
    curriculum_id: int,
    content: Mapping[str, Any],
    actor: Person | None,
    now: datetime,
    is_demo: bool = False,
    position: int | None = None,
) -> CourseVersion:
    """Add a course as a draft nobody sees yet, and return its first version.

    Raises Invalid when another course has the code.
    """
    if db.session.scalar(select(Course.id).where(Course.code == code)) is not None:
        raise Invalid("code", _("Another course has this code."))
    last = db.session.scalar(select(func.max(Course.position))) or 0
    course = Course(
        code=code,
        curriculum_id=curriculum_id,
        position=position or last + 1,
        state=PublicationState.DRAFT,
        is_demo=is_demo,
        **content,
    )
    db.session.add(course)
    db.session.flush()
    record_change("course", course.id, old="", new=course.state, actor_id=_id(actor), now=now)
    return _add_version(course, content, actor, now)


def starting_content(title: TextInLanguages, level: Level, delivery: Delivery) -> dict[str, Any]:
    """Return the content of a course of which only this is known yet."""
    return {
        "title": title,
        "level": level,
        "delivery": delivery,
        "languages": [title.source],
        "sdg_targets": [],
        "crs_code": "",
        "city_slugs": [],
        "theory_minutes": 0,
        "practical_minutes": 0,
    }


def begin_version(course: Course, *, actor: Person | None, now: datetime) -> CourseVersion:
    """Begin a draft with a copy of all that the newest version has; return it.

    When a draft is there already, whoever began it, that one is returned.
    """
    lock(course)
    newest = queries.newest_version(course.id)
    if newest.state in IN_WORK:
        return newest
    version = _add_version(course, content_of(newest), actor, now)
    copies = {}
    for module in queries.modules_of(newest.id):
        copy = Module(version_id=version.id)
        _fill(copy, {name: getattr(module, name) for name in MODULE_COLUMNS})
        db.session.add(copy)
        db.session.flush()
        copies[module.id] = copy.id
    publish(VersionBegun(version.id, copies, now))
    return version


def _add_version(
    course: Course, content: Mapping[str, Any], actor: Person | None, now: datetime
) -> CourseVersion:
    last = select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id)
    version = CourseVersion(
        course_id=course.id,
        number=(db.session.scalar(last) or 0) + 1,
        state=PublicationState.DRAFT,
        created_at=now,
        **content,
    )
    db.session.add(version)
    db.session.flush()
    record_change(ENTITY, version.id, old="", new=version.state, actor_id=_id(actor), now=now)
    return version


def content_of(row: CourseContent) -> dict[str, Any]:
    """Return what a course or a version says of itself, by column."""
    return {name: getattr(row, name) for name in CONTENT_COLUMNS}


def lock_for_editing(version: CourseVersion) -> CourseVersion:
    """Lock a version that is about to be changed. Raises Conflict unless it is a draft."""
    lock(version)
    if version.state != PublicationState.DRAFT:
        raise Conflict(_("Only a draft can be changed. Begin a new version."))
    return version


def change_content(version: CourseVersion, content: Mapping[str, Any], *, revision: int) -> bool:
    """Change what a draft says of itself; False when somebody else was quicker.

    `revision` is the one the change was made on. What is as it was changes nothing, so sending
    the same twice is harmless. Raises Conflict unless the version is a draft.
    """
    lock_for_editing(version)
    return change_row(version, content, revision=revision)


def change_version_state(
    version: CourseVersion,
    new: PublicationState,
    *,
    actor: Person | None,
    now: datetime,
    reason: str = "",
    faults: Sequence[FoundFault] = (),
) -> None:
    """Take a version to another state; to the one it is in is harmless.

    Publishing puts its content on offer and retires the version that was; retiring takes the
    course from the catalogue, its runs go on. The reason is kept in its history. Raises Conflict
    for a step there is not or a version with faults.
    """
    course = lock(db.session.get_one(Course, version.course_id))
    lock(version)
    old = PublicationState(version.state)
    if old == new:
        return
    if new not in STEPS[old]:
        raise Conflict(_("This version can no longer take that step."))
    if new == PublicationState.PUBLISHED:
        if faults or faults_of_version(version, queries.modules_of(version.id)):
            raise Conflict(_("Mend what the list names before publishing."))
        _put_on_offer(course, version, actor, now)
    if new == PublicationState.RETIRED:
        _set_course_state(course, new, actor, now)
    version.state = new
    record_change(ENTITY, version.id, old=old, new=new, actor_id=_id(actor), now=now, reason=reason)
    note_catalogue_change()


def _put_on_offer(
    course: Course, version: CourseVersion, actor: Person | None, now: datetime
) -> None:
    before = queries.published_version(course.id)
    if before is not None:
        before.state = PublicationState.RETIRED
        record_change(
            ENTITY,
            before.id,
            old=PublicationState.PUBLISHED,
            new=PublicationState.RETIRED,
            actor_id=_id(actor),
            now=now,
        )
        db.session.flush()  # the database knows at most one published version of a course
    _fill(course, content_of(version))
    _set_course_state(course, PublicationState.PUBLISHED, actor, now)
    version.published_at = now
    write_terms(course, queries.modules_of(version.id))


def _set_course_state(
    course: Course, new: PublicationState, actor: Person | None, now: datetime
) -> None:
    if course.state != new:
        record_change("course", course.id, old=course.state, new=new, actor_id=_id(actor), now=now)
        course.state = new


def _fill(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _id(actor: Person | None) -> int | None:
    return actor.id if actor is not None else None
