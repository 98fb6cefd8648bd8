"""Writes on materials: links, what is said of one, the way from draft to trainees, the order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.revisions import change_row
from lms.core.text import TextInLanguages
from lms.courses.services import note_catalogue_change
from lms.lessons import queries
from lms.lessons.models import (
    Intake,
    Lesson,
    Material,
    MaterialFile,
    MaterialKind,
    MaterialState,
)
from lms.lessons.queries.materials import ENTITY, copies_of, material_row, next_position
from lms.lessons.rules.materials import (
    STEPS,
    MaterialFault,
    faults_of,
    is_web_address,
    may_change,
    needs_reason,
    steps_of,
)
from lms.lessons.services.files import drop_unused

MATERIAL_FAULTS: dict[MaterialFault, LazyString] = {
    MaterialFault.NO_FILE: _l("There is no file yet."),
    MaterialFault.ADDRESS: _l("Give an address that begins with http:// or https://."),
    MaterialFault.RIGHTS_HOLDER: _l("Say who holds the rights."),
    MaterialFault.ALTERNATIVE_TEXT: _l("Say in words what the image shows."),
}
FIELD_OF_FAULT: Mapping[MaterialFault, str] = {
    MaterialFault.NO_FILE: "",
    MaterialFault.ADDRESS: "address",
    MaterialFault.RIGHTS_HOLDER: "rights_holder",
    MaterialFault.ALTERNATIVE_TEXT: "alternative_text",
}
TOWARDS_TRAINEES = (MaterialState.SUBMITTED, MaterialState.APPROVED, MaterialState.RELEASED)


def add_link(
    lesson: Lesson,
    person: Person,
    *,
    title: TextInLanguages,
    language: str,
    address: str,
    now: datetime,
) -> Material:
    """Add a link to a session, as a draft after its last material, and return it.

    Raises Invalid for an address that does not lead to the web.
    """
    _check_address(address)
    material = Material(
        lesson_id=lesson.id,
        position=next_position(lesson.id),
        kind=MaterialKind.LINK,
        state=MaterialState.DRAFT,
        title=title,
        language=language,
        address=address,
        created_by_id=person.id,
        created_at=now,
    )
    db.session.add(material)
    db.session.flush()
    _record(material, "", person, now)
    return material


def change_material(
    material: Material, content: Mapping[str, Any], *, revision: int, is_staff: bool
) -> bool:
    """Change what is said of a material; False when somebody else was quicker.

    `revision` is the one the change was made on. What is as it was changes nothing, so sending
    the same twice is harmless. Raises Conflict in a state such a person may not change it in,
    Invalid where a material that has been submitted would lack something.
    """
    lock(material)
    if not may_change(material.state, is_staff=is_staff):
        raise Conflict(_("This material can no longer be changed. Take it back to draft first."))
    before = material.revision
    is_saved = change_row(material, content, revision=revision)
    if material.revision != before:
        _check_content(material)
        if material.state == MaterialState.RELEASED:
            note_catalogue_change()
    return is_saved


def _check_content(material: Material) -> None:
    """Refuse an address that leads nowhere, and whatever else keeps a draft from being submitted.

    A draft may lack things; what has been submitted may not lose them again.
    """
    if material.kind == MaterialKind.LINK:
        _check_address(material.address)
    if material.state in TOWARDS_TRAINEES:
        for fault in _faults(material):
            raise Invalid(FIELD_OF_FAULT[fault], str(MATERIAL_FAULTS[fault]))


def _check_address(address: str) -> None:
    if not is_web_address(address):
        raise Invalid("address", str(MATERIAL_FAULTS[MaterialFault.ADDRESS]))


def _faults(material: Material) -> list[MaterialFault]:
    db.session.flush()
    row = material_row(material.id)
    assert row is not None
    return faults_of(row)


def change_material_state(
    material: Material,
    new: MaterialState,
    *,
    actor: Person | None,
    is_staff: bool,
    now: datetime,
    reason: str = "",
    release_at: datetime | None = None,
) -> None:
    """Take a material to another state; to the one it is in is harmless.

    Released, trainees see it from `release_at` on, which is now unless it is given; it can be
    given again as long as the material is released. What staff withdraw is withdrawn with its
    copies in the other versions of the course. Raises Conflict for a step there is not or a
    material that lacks something, NotAllowed for somebody else's step, Invalid for a missing
    reason.
    """
    takes_copies = is_staff and new == MaterialState.WITHDRAWN
    copies = copies_of(material) if takes_copies else ()
    for each in sorted([material, *copies], key=lambda each: each.id):
        lock(each)
    if material.state == new:
        _release_at_another_moment(material, actor, now, release_at if is_staff else None)
        return
    _check_step(material, new, actor, is_staff)
    if not reason and needs_reason(material.state, new, is_staff=is_staff):
        raise Invalid("reason", _("Say why."))
    if new == MaterialState.RELEASED:
        material.release_at = release_at or now
    _step(material, new, actor, now, reason)
    for copy in copies:
        if copy.state != new:
            _step(copy, new, actor, now, reason)
    note_catalogue_change()


def _check_step(
    material: Material, new: MaterialState, actor: Person | None, is_staff: bool
) -> None:
    if new not in STEPS[material.state]:
        raise Conflict(_("This material can no longer take that step."))
    is_own = actor is not None and material.created_by_id == actor.id
    if new not in steps_of(material.state, is_staff=is_staff, is_own=is_own):
        raise NotAllowed(_("Staff decide on this step."))
    if new in TOWARDS_TRAINEES:
        for fault in _faults(material):
            raise Conflict(str(MATERIAL_FAULTS[fault]))


def _release_at_another_moment(
    material: Material, actor: Person | None, now: datetime, release_at: datetime | None
) -> None:
    moved = release_at is not None and release_at != material.release_at
    if material.state == MaterialState.RELEASED and moved:
        material.release_at = release_at
        _record(material, material.state, actor, now)
        note_catalogue_change()


def _step(
    material: Material, new: MaterialState, actor: Person | None, now: datetime, reason: str
) -> None:
    old, material.state = material.state, new
    _record(material, old, actor, now, reason)


def _record(
    material: Material, old: str, actor: Person | None, now: datetime, reason: str = ""
) -> None:
    record_change(
        ENTITY,
        material.id,
        old=old,
        new=material.state,
        actor_id=actor.id if actor is not None else None,
        now=now,
        reason=reason,
    )


def move_material(material: Material, by: int) -> None:
    """Move a material by so many places among those of its session, as far as there are places."""
    lock(db.session.get_one(Lesson, material.lesson_id))
    order = [each.id for each in queries.materials_with_files(material.lesson_id)]
    at = order.index(material.id)
    order.insert(max(0, at + by), order.pop(at))
    _number(queries.materials_with_files(material.lesson_id), order)
    note_catalogue_change()


def _number(materials: Sequence[Material], order: Sequence[int]) -> None:
    for material in materials:
        material.position = order.index(material.id) + 1


def remove_material(material: Material) -> None:
    """Remove a draft for good; its files go once no row uses them. Conflict for anything else.

    What was submitted once leaves a trace: it is withdrawn, not removed.
    """
    lock(material)
    if material.state != MaterialState.DRAFT:
        raise Conflict(_("Only a draft can be removed. Withdraw the material."))
    files = db.session.scalars(
        select(MaterialFile).where(MaterialFile.material_id == material.id)
    ).all()
    keys = [file.storage_key for file in files]
    intakes = select(Intake).where(Intake.material_id == material.id)
    for row in [*files, *db.session.scalars(intakes)]:
        db.session.delete(row)
    db.session.flush()
    db.session.delete(material)
    drop_unused(keys)
