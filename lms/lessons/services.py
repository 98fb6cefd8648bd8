"""Writes on lessons: the outline of a module, recordings, captions, check questions."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import webvtt
from flask_babel import gettext as _
from sqlalchemy import select
from webvtt.errors import MalformedFileError

from lms.core.db import db
from lms.core.errors import Invalid
from lms.core.text import TextInLanguages
from lms.core.unit_of_work import after_commit
from lms.courses.models import Module
from lms.courses.services import note_catalogue_change
from lms.lessons import queries
from lms.lessons.models import (
    CheckQuestion,
    Lesson,
    LessonCaption,
    LessonKind,
    LessonMedia,
    Rendition,
)
from lms.media.storage import storage

MIMETYPES = {
    Rendition.P480: "video/mp4",
    Rendition.P240: "video/mp4",
    Rendition.AUDIO: "audio/mp4",
    Rendition.POSTER: "image/webp",
}
EXTENSIONS = {
    "video/mp4": "mp4",
    "audio/mp4": "m4a",
    "image/webp": "webp",
    "image/png": "png",
    "image/jpeg": "jpg",
}
MOST_CHOICES = 6


def add_lesson(
    module: Module,
    *,
    kind: LessonKind,
    title: TextInLanguages,
    body: TextInLanguages | None = None,
    recognised_minutes: int = 0,
    duration_seconds: int = 0,
    position: int | None = None,
) -> Lesson:
    """Add a lesson to a module, after its last one unless a position is given.

    Raises Invalid for negative numbers and for a recording that has no length.
    """
    if recognised_minutes < 0:
        raise Invalid("recognised_minutes", _("Minutes cannot be negative."))
    if duration_seconds < 0 or (kind == LessonKind.RECORDED and not duration_seconds):
        raise Invalid("duration_seconds", _("A recorded session needs its length in seconds."))
    lesson = Lesson(
        module_id=module.id,
        position=position or queries.next_position(module.id),
        kind=kind,
        title=title,
        body=body,
        recognised_minutes=recognised_minutes,
        duration_seconds=duration_seconds,
    )
    db.session.add(lesson)
    note_catalogue_change()
    return lesson


def add_media(
    lesson: Lesson,
    rendition: Rendition,
    content: bytes | Path,
    *,
    mimetype: str = "",
) -> LessonMedia:
    """Store a rendition of a lesson's recording in place of the one it had.

    The key is made from the content, so the same file again changes nothing. The file replaced
    goes once the transaction has committed.
    """
    mimetype = mimetype or MIMETYPES[rendition]
    fingerprint = _fingerprint(content)
    key = f"lessons/{lesson.id}/{rendition}-{fingerprint[:24]}.{EXTENSIONS[mimetype]}"
    row = db.session.scalar(
        select(LessonMedia).where(
            LessonMedia.lesson_id == lesson.id, LessonMedia.rendition == rendition
        )
    )
    if row is None:
        row = LessonMedia(lesson_id=lesson.id, rendition=rendition)
        db.session.add(row)
    elif row.storage_key != key:
        store, replaced = storage(), row.storage_key
        after_commit(lambda: store.delete(replaced))
    if not storage().exists(key):
        _put(key, content)
    row.storage_key = key
    row.mimetype = mimetype
    row.size = storage().size(key)
    note_catalogue_change()
    return row


def _fingerprint(content: bytes | Path) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put(key: str, content: bytes | Path) -> None:
    if isinstance(content, bytes):
        storage().put(key, content)
        return
    file: BinaryIO
    with content.open("rb") as file:
        storage().put(key, file)


def add_caption(lesson: Lesson, language: str, text: str) -> LessonCaption:
    """Keep the captions of one language, in place of those it had.

    Raises Invalid when the text is not WebVTT or holds no cue.
    """
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    try:
        cues = len(webvtt.from_string(text))
    except MalformedFileError:
        cues = 0
    if not cues:
        raise Invalid("captions", _("This is not a WebVTT file with captions in it."))
    row = db.session.scalar(
        select(LessonCaption).where(
            LessonCaption.lesson_id == lesson.id, LessonCaption.language == language
        )
    )
    if row is None:
        row = LessonCaption(lesson_id=lesson.id, language=language)
        db.session.add(row)
    row.webvtt = text
    note_catalogue_change()
    return row


def set_question(
    lesson: Lesson,
    *,
    prompt: TextInLanguages,
    choices: Sequence[TextInLanguages],
    correct_choice: int,
    explanation: TextInLanguages,
) -> CheckQuestion:
    """Ask this after the lesson, in place of what was asked.

    Raises Invalid unless there are two to six choices and the right one is among them.
    """
    if not 2 <= len(choices) <= MOST_CHOICES:
        raise Invalid("choices", _("Give two to six choices."))
    if not 0 <= correct_choice < len(choices):
        raise Invalid("correct_choice", _("Say which of the choices is right."))
    row = db.session.get(CheckQuestion, lesson.id)
    if row is None:
        row = CheckQuestion(lesson_id=lesson.id)
        db.session.add(row)
    row.prompt = prompt
    row.stored_choices = [choice.to_json() for choice in choices]
    row.correct_choice = correct_choice
    row.explanation = explanation
    note_catalogue_change()
    return row
