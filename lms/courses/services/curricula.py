"""Curricula: begun, changed, published, retired; their courses put in order (DOMAIN 2.6)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.core.revisions import change_row
from lms.core.text import TextInLanguages
from lms.courses import queries
from lms.courses.models import CatalogueVersion, Course, Curriculum, PublicationState
from lms.courses.queries.curricula import courses_in, curriculum_by_code
from lms.courses.rules.curricula import STEPS_OF_CURRICULUM, faults_of_step
from lms.courses.services import note_catalogue_change
from lms.courses.services.terms import write_terms

ENTITY = "curriculum"


def create_curriculum(
    *,
    code: str,
    title: TextInLanguages,
    summary: TextInLanguages,
    actor: Person,
    now: datetime,
) -> Curriculum:
    """Add a curriculum after the last one, as a draft visitors do not see, and return it.

    Raises Invalid when another one has the code.
    """
    # Two who begin one with the same code at once: the second finds that of the first.
    lock(db.session.get_one(CatalogueVersion, 1))
    if curriculum_by_code(code) is not None:
        raise Invalid("code", _("Another curriculum has this code."))
    last = db.session.scalar(select(func.max(Curriculum.position))) or 0
    curriculum = Curriculum(
        code=code,
        position=last + 1,
        state=PublicationState.DRAFT,
        title=title,
        summary=summary,
    )
    db.session.add(curriculum)
    db.session.flush()
    record_change(ENTITY, curriculum.id, old="", new=curriculum.state, actor_id=actor.id, now=now)
    return curriculum


def change_curriculum(curriculum: Curriculum, content: Mapping[str, Any], *, revision: int) -> bool:
    """Change what a curriculum says, whatever its state; False when somebody else was quicker.

    `revision` is the one the change was made on. What is as it was changes nothing, so sending
    the same twice is harmless. Its courses are then found by its new title.
    """
    lock(curriculum)
    before = curriculum.revision
    is_saved = change_row(curriculum, content, revision=revision)
    if curriculum.revision != before:
        _write_terms(courses_in(curriculum.id))
        note_catalogue_change()
    return is_saved


def change_curriculum_state(
    curriculum: Curriculum,
    new: PublicationState,
    *,
    actor: Person,
    now: datetime,
    reason: str = "",
) -> None:
    """Take a curriculum to another state; to the one it is in is harmless.

    Visitors see it from when it is published until it is retired. Raises Conflict for a step
    there is not, and for one that something keeps it from.
    """
    lock(curriculum)
    old = PublicationState(curriculum.state)
    if old == new:
        return
    if new not in STEPS_OF_CURRICULUM[old]:
        raise Conflict(_("This curriculum can no longer take that step."))
    courses = courses_in(curriculum.id)
    if faults_of_step(curriculum, new, [course.state for course in courses]):
        raise Conflict(_("Mend what the list names first."))
    curriculum.state = new
    record_change(
        ENTITY, curriculum.id, old=old, new=new, actor_id=actor.id, now=now, reason=reason
    )
    _write_terms(courses)
    note_catalogue_change()


def step_course(course: Course, step: int) -> None:
    """Move a course by that many places among those of its curriculum, as far as there are any.

    The places are those they had, so that the order of the whole catalogue stays otherwise.
    """
    lock(db.session.get_one(Curriculum, course.curriculum_id))
    db.session.refresh(course)
    ordered = list(courses_in(course.curriculum_id))
    places = sorted(each.position for each in ordered)
    at = next(index for index, each in enumerate(ordered) if each.id == course.id)
    ordered.insert(max(0, at + step), ordered.pop(at))
    last = 0
    for each, place in zip(ordered, places, strict=True):
        last = max(place, last + 1)  # two may have come to stand in one place
        each.position = last
    note_catalogue_change()


def move_course(course: Course, to: Curriculum) -> None:
    """Put a course behind all others, in another curriculum; in its own it stays where it is."""
    lock(course)
    if course.curriculum_id == to.id:
        return
    last = db.session.scalar(select(func.max(Course.position))) or 0
    course.curriculum_id = to.id
    course.position = last + 1
    _write_terms([course])
    note_catalogue_change()


def _write_terms(courses: Iterable[Course]) -> None:
    """Have courses on offer found by the curriculum they are in now."""
    db.session.flush()
    for course in courses:
        lock(course)  # its terms are also written when a version of it is published
        version = queries.published_version(course.id)
        if version is not None:
            write_terms(course, queries.modules_of(version.id))
