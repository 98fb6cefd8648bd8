"""Writes on captions by people: a file kept, cues changed beside the video, a track removed."""

from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.audit import StatusEvent, record_change
from lms.core.db import db, lock
from lms.core.errors import Invalid
from lms.courses.services import note_catalogue_change
from lms.lessons.models import Lesson, LessonCaption
from lms.lessons.rules.captions import Captions, to_webvtt
from lms.lessons.services import add_caption

ENTITY = "lesson_caption"

# A form that saves itself does so every few seconds: what one person does at a sitting is one
# entry of the history.
SITTING = timedelta(minutes=30)


class CaptionState(StrEnum):
    """What has become of captions, as their history says it."""

    KEPT = "kept"
    REPLACED = "replaced"
    EDITED = "edited"
    REMOVED = "removed"


def keep_captions(
    lesson: Lesson, language: str, file: bytes | str, *, actor: Person, now: datetime
) -> LessonCaption:
    """Keep a caption file as `add_caption` does, and say in the history who brought it.

    The same file again changes nothing. Raises Invalid with the file's first fault.
    """
    lock(lesson)
    before = _row(lesson, language)
    revision = before.revision if before else 0
    row = add_caption(lesson, language, file)
    db.session.flush()
    if row.revision != revision:
        new = CaptionState.REPLACED if before else CaptionState.KEPT
        _record(row, new, actor, now)
    return row


def change_captions(
    lesson: Lesson,
    language: str,
    captions: Captions,
    *,
    revision: int,
    actor: Person,
    now: datetime,
) -> int | None:
    """Keep these captions and return their revision; None when somebody else was quicker.

    `revision` is the one they were made from, 0 when there were none; what is as it was changes
    nothing. Raises Invalid when no caption would be left of some.
    """
    lock(lesson)
    row = _row(lesson, language)
    if row is None:
        return _begin(lesson, language, captions, actor, now) if revision == 0 else None
    webvtt = to_webvtt(captions)
    if row.webvtt == webvtt:
        return row.revision
    if row.revision != revision:
        return None
    if not captions.cues:
        raise Invalid("rows", _("Leave one caption, or remove the whole language."))
    row.webvtt = webvtt
    row.revision += 1
    if not _is_same_sitting(row, actor, now):
        _record(row, CaptionState.EDITED, actor, now)
    note_catalogue_change()
    return row.revision


def _begin(lesson: Lesson, language: str, captions: Captions, actor: Person, now: datetime) -> int:
    if not captions.cues:
        return 0
    row = LessonCaption(lesson_id=lesson.id, language=language, webvtt=to_webvtt(captions))
    row.revision = 1
    db.session.add(row)
    db.session.flush()
    _record(row, CaptionState.KEPT, actor, now)
    note_catalogue_change()
    return row.revision


def remove_captions(lesson: Lesson, language: str, *, actor: Person, now: datetime) -> None:
    """Take the captions of a language away; when there are none is harmless."""
    lock(lesson)
    row = _row(lesson, language)
    if row is None:
        return
    _record(row, CaptionState.REMOVED, actor, now)
    db.session.delete(row)
    note_catalogue_change()


def _row(lesson: Lesson, language: str) -> LessonCaption | None:
    return db.session.scalar(
        select(LessonCaption).where(
            LessonCaption.lesson_id == lesson.id, LessonCaption.language == language
        )
    )


def _record(row: LessonCaption, new: CaptionState, actor: Person, now: datetime) -> None:
    """Add to the history; the row may be gone when it is read, so the reason says which it was."""
    old = "" if new == CaptionState.KEPT else CaptionState.KEPT
    which = f"{row.language}, session {row.lesson_id}"
    record_change(ENTITY, row.id, old=old, new=new, actor_id=actor.id, now=now, reason=which)


def _is_same_sitting(row: LessonCaption, actor: Person, now: datetime) -> bool:
    last = db.session.scalar(
        select(StatusEvent)
        .where(StatusEvent.entity == ENTITY, StatusEvent.entity_id == row.id)
        .order_by(StatusEvent.id.desc())
        .limit(1)
    )
    return last is not None and last.actor_id == actor.id and now - last.at < SITTING
