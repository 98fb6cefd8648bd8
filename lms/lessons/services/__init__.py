"""Writes on lessons: the outline of a module, recordings, captions, check questions."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect, select

from lms.core.db import db
from lms.core.errors import Invalid
from lms.core.text import TextInLanguages
from lms.courses.events import VersionBegun
from lms.courses.models import Module
from lms.courses.services import note_catalogue_change
from lms.lessons import queries
from lms.lessons.models import (
    CheckQuestion,
    Lesson,
    LessonCaption,
    LessonKind,
    LessonMedia,
    MaterialState,
    Rendition,
)
from lms.lessons.rules.caption_files import MOST_BYTES, FoundFault, faults_of, parse_captions
from lms.lessons.rules.captions import LONGEST_CUE, MOST_CUES, CaptionFault, to_webvtt
from lms.lessons.rules.materials import renumbered
from lms.lessons.services.files import drop_unused, fingerprint, put_file
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

CAPTION_FAULTS: dict[CaptionFault, LazyString] = {
    CaptionFault.NOT_CAPTIONS: _l("This is not a WebVTT or SubRip file with captions in it."),
    CaptionFault.TOO_LARGE: _l(
        "The file is larger than %(megabytes)s MB.", megabytes=MOST_BYTES // 1_000_000
    ),
    CaptionFault.TOO_MANY: _l("There are more than %(most)s captions.", most=MOST_CUES),
    CaptionFault.UNREADABLE_ENCODING: _l(
        "Some characters cannot be read. Save the file in the encoding UTF-8."
    ),
    CaptionFault.TIME_UNREADABLE: _l(
        "The start and end time are missing or cannot be read. Write them like %(example)s.",
        example="00:01:02.500 --> 00:01:05.000",
    ),
    CaptionFault.END_BEFORE_START: _l("The caption does not end after it starts."),
    CaptionFault.BEFORE_START: _l("The caption would start before the recording does."),
    CaptionFault.AFTER_END: _l("The caption starts after the recording has ended."),
    CaptionFault.OUT_OF_ORDER: _l("The caption starts before the one above it."),
    CaptionFault.PAST_NEXT: _l("The caption starts after the one below it."),
    CaptionFault.EMPTY_CUE: _l("The caption has no text."),
    CaptionFault.TOO_LONG_CUE: _l(
        "The caption is longer than %(most)s characters.", most=LONGEST_CUE
    ),
    CaptionFault.NO_SUCH_CUE: _l("This caption is no longer there."),
    CaptionFault.OVERLAP: _l("The caption starts while the one above it is still shown."),
    CaptionFault.TOO_LONG_LINE: _l("A phone shows this in more than two lines."),
    CaptionFault.TOO_FAST: _l("The caption is shown too briefly to be read."),
}


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
    goes once the transaction has committed, unless another version of the course uses it.
    """
    mimetype = mimetype or MIMETYPES[rendition]
    key = f"lessons/{lesson.id}/{rendition}-{fingerprint(content)[:24]}.{EXTENSIONS[mimetype]}"
    row = db.session.scalar(
        select(LessonMedia).where(
            LessonMedia.lesson_id == lesson.id, LessonMedia.rendition == rendition
        )
    )
    replaced = []
    if row is None:
        row = LessonMedia(lesson_id=lesson.id, rendition=rendition)
        db.session.add(row)
    elif row.storage_key != key:
        replaced.append(row.storage_key)
    if not storage().exists(key):
        put_file(key, content)
    row.storage_key = key
    row.mimetype = mimetype
    row.size = storage().size(key)
    drop_unused(replaced)
    note_catalogue_change()
    return row


def add_caption(lesson: Lesson, language: str, file: bytes | str) -> LessonCaption:
    """Keep the captions of one language as WebVTT, in place of those it had.

    The file is WebVTT or SubRip; markup beyond the words is left out. Raises Invalid with its
    first fault that is more than a warning.
    """
    webvtt = webvtt_of(file, lesson.duration_seconds)
    row = db.session.scalar(
        select(LessonCaption).where(
            LessonCaption.lesson_id == lesson.id, LessonCaption.language == language
        )
    )
    if row is None:
        row = LessonCaption(lesson_id=lesson.id, language=language, revision=0, webvtt="")
        db.session.add(row)
    if row.webvtt != webvtt:
        row.webvtt = webvtt
        row.revision += 1
        note_catalogue_change()
    return row


def webvtt_of(file: bytes | str, duration_seconds: int) -> str:
    """Return a caption file, WebVTT or SubRip, as the WebVTT that is kept.

    Raises Invalid with its first fault that is more than a warning.
    """
    for fault in faults_of(file, length_ms=duration_seconds * 1000 or None):
        if not fault.code.is_warning:
            raise Invalid("captions", _fault_in_words(fault))
    return to_webvtt(parse_captions(file))


def _fault_in_words(fault: FoundFault) -> str:
    words = CAPTION_FAULTS[fault.code]
    if fault.line is None:
        return str(words)
    return _("Line %(line)s: %(fault)s", line=fault.line, fault=words)


def set_question(
    lesson: Lesson,
    *,
    prompt: TextInLanguages,
    choices: Sequence[TextInLanguages],
    correct_choice: int,
    explanation: TextInLanguages | None,
) -> CheckQuestion:
    """Ask this after the lesson, in place of what was asked.

    Raises Invalid unless there are two to six choices and the right one is among them.
    """
    check_choices(choices, correct_choice)
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


def check_choices(choices: Sequence[TextInLanguages], correct_choice: int) -> None:
    """Raise Invalid unless there are two to six choices and the right one is among them."""
    if not 2 <= len(choices) <= MOST_CHOICES:
        raise Invalid("choices", _("Give two to six choices."))
    if not 0 <= correct_choice < len(choices):
        raise Invalid("correct_choice", _("Say which of the choices is right."))


def copy_lessons(event: VersionBegun) -> None:
    """Give a new version of a course the sessions of the one it was begun from.

    With their recordings, captions, questions and materials, but for those withdrawn; files are
    shared, not copied. Readings name the new materials. What a teacher has brought without
    consenting to its re-use is not released with the copy: staff decide anew (DOMAIN 2.9).
    """
    unwilling = queries.teachers_without_consent(event.version_id)
    for lesson in queries.lessons_in_modules(event.modules):
        copy = _copy(lesson, module_id=event.modules[lesson.module_id])
        for table in (LessonMedia, LessonCaption, CheckQuestion):
            for row in db.session.scalars(select(table).where(table.lesson_id == lesson.id)):
                _copy(row, lesson_id=copy.id)
        numbers = _copy_materials(lesson, copy, unwilling)
        if copy.body is not None and numbers:
            texts = {tag: renumbered(text, numbers) for tag, text in copy.body.texts.items()}
            copy.body = TextInLanguages(copy.body.source, texts)
    note_catalogue_change()


def _copy_materials(lesson: Lesson, copy: Lesson, unwilling: Collection[int]) -> dict[int, int]:
    """Copy the materials and their files; return the number of each copy by that it is of."""
    numbers = {}
    for material in queries.materials_with_files(lesson.id):
        if material.state == MaterialState.WITHDRAWN:
            continue
        of_copy = _copy(material, lesson_id=copy.id)
        if material.state == MaterialState.RELEASED and material.created_by_id in unwilling:
            of_copy.state, of_copy.release_at = MaterialState.APPROVED, None
        numbers[material.id] = of_copy.id
        for file in material.files:
            _copy(file, material_id=of_copy.id)
    return numbers


def _copy(row: Any, **changed: Any) -> Any:
    """Add a row with the same values in its columns but for its key and what is changed."""
    values = {
        attribute.key: getattr(row, attribute.key)
        for attribute in inspect(type(row)).column_attrs
        if attribute.key != "id"
    }
    copy = type(row)(**{**values, **changed})
    db.session.add(copy)
    db.session.flush()
    return copy
