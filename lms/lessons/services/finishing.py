"""What was made of a sent file, put in the place of what was there: all of it or nothing."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lms.core.db import db, lock
from lms.core.errors import Conflict
from lms.core.events import publish
from lms.core.secrets import token_hash
from lms.courses.models import Course, CourseVersion, Module
from lms.courses.services import note_catalogue_change
from lms.courses.services.versions import lock_for_editing
from lms.lessons.events import HeldFile, HeldRecordingReady
from lms.lessons.models import (
    FileForm,
    Intake,
    IntakePurpose,
    IntakeState,
    Lesson,
    LessonMedia,
    Material,
    MaterialFile,
    Rendition,
)
from lms.lessons.queries.intakes import file_rows, media_rows
from lms.lessons.rules.intakes import material_kind
from lms.lessons.services.files import drop_unused, fingerprint, put_file
from lms.lessons.services.intakes import (
    TOO_LATE,
    may_fill,
    refuse_intake,
)
from lms.lessons.services.receiving import UNDER_WAY, drop_upload


class MadeFile(NamedTuple):
    """One form of a sent file, made and lying in a folder."""

    form: Rendition | FileForm
    path: Path
    mimetype: str
    extension: str
    width: int | None = None
    height: int | None = None


class StoredFile(NamedTuple):
    """One form of a sent file, stored; no row names it yet."""

    form: Rendition | FileForm
    key: str
    name: str
    mimetype: str
    size: int
    width: int | None
    height: int | None


def store_file(made: MadeFile, *, lesson_id: int, token: str, file_name: str) -> StoredFile:
    """Store one form of a sent file as a whole, before any row names it.

    The key is made from the token of the upload and the content: the same work done again stores
    nothing anew, and no two uploads ever share one, so dropping one's file is safe.
    """
    known_by = fingerprint(made.path, salt=token_hash(token))[:24]
    key = f"lessons/{lesson_id}/{made.form}-{known_by}.{made.extension}"
    put_file(key, made.path)
    name = f"{file_name.rpartition('.')[0]}.{made.extension}"
    size = made.path.stat().st_size
    return StoredFile(made.form, key, name, made.mimetype, size, made.width, made.height)


def finish_intake(
    intake: Intake, files: Sequence[StoredFile], *, duration_seconds: float, now: datetime
) -> None:
    """Put the stored files in the place of those that were there, all at once.

    Where the draft can no longer be changed the intake is refused; what nobody uses then goes.
    Done twice, or for an intake that was taken away, it is harmless.
    """
    if intake.purpose == IntakePurpose.HELD_RECORDING:
        _hand_over(intake, files, duration_seconds, now)
        return
    lesson = db.session.get_one(Lesson, intake.lesson_id)
    version = _lock_version(lesson)
    lock(intake)
    replaced = [file.key for file in files]
    if intake.state in UNDER_WAY:
        try:
            if intake.purpose == IntakePurpose.RECORDING:
                lock_for_editing(version)
                replaced += _put_recording(lesson, files, duration_seconds)
            else:
                replaced += _put_material(intake, files)
        except Conflict:
            refuse_intake(intake, TOO_LATE, now=now)
        else:
            _note_ready(intake, now)
    drop_unused(replaced)


def _hand_over(
    intake: Intake, files: Sequence[StoredFile], duration_seconds: float, now: datetime
) -> None:
    """Announce a recording to whom it belongs; what they do not take goes."""
    lock(intake)
    if intake.state in UNDER_WAY and intake.owner_id is not None:
        _note_ready(intake, now)
        publish(
            HeldRecordingReady(
                intake.owner_id,
                intake.lesson_id,
                [HeldFile(Rendition(each.form), *_stored(each)) for each in files],
                max(1, round(duration_seconds)),
                at=now,
            )
        )
    drop_unused(file.key for file in files)


def _stored(file: StoredFile) -> tuple[str, str, int]:
    return file.key, file.mimetype, file.size


def _lock_version(lesson: Lesson) -> CourseVersion:
    """Lock the course and the session's version: a new version copies rows, and shares files."""
    module = db.session.get_one(Module, lesson.module_id)
    version = db.session.get_one(CourseVersion, module.version_id)
    lock(db.session.get_one(Course, version.course_id))
    return lock(version)


def _put_recording(
    lesson: Lesson, files: Sequence[StoredFile], duration_seconds: float
) -> list[str]:
    rows = {row.rendition: row for row in media_rows(lesson)}
    replaced = [row.storage_key for row in rows.values()]
    for file in files:
        row = rows.pop(Rendition(file.form), None)
        if row is None:
            row = LessonMedia(lesson_id=lesson.id, rendition=file.form)
            db.session.add(row)
        row.storage_key, row.mimetype, row.size = file.key, file.mimetype, file.size
    for row in rows.values():
        db.session.delete(row)
    lesson.duration_seconds = max(1, round(duration_seconds))
    note_catalogue_change()
    return replaced


def _put_material(intake: Intake, files: Sequence[StoredFile]) -> list[str]:
    assert intake.material_id is not None
    material = lock(db.session.get_one(Material, intake.material_id))
    if not may_fill(material, intake.person_id):
        raise Conflict
    rows = {row.form: row for row in file_rows(material.id)}
    replaced = []
    for file in files:
        row = rows.get(FileForm(file.form))
        if row is None:
            row = MaterialFile(material_id=material.id, form=file.form)
            db.session.add(row)
        else:
            replaced.append(row.storage_key)
        row.name, row.storage_key, row.mimetype = file.name, file.key, file.mimetype
        row.size, row.width, row.height = file.size, file.width, file.height
    if intake.purpose == IntakePurpose.MATERIAL:
        # The other forms were made of, or beside, the file that is replaced.
        kept = {file.form for file in files}
        for form, row in rows.items():
            if form not in kept:
                replaced.append(row.storage_key)
                db.session.delete(row)
        material.kind = material_kind(intake.file_name)
    note_catalogue_change()
    return replaced


def _note_ready(intake: Intake, now: datetime) -> None:
    intake.state = IntakeState.READY
    intake.percent = 100
    intake.finished_at = now
    drop_upload(intake)
