"""Reads over files on their way in."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from lms.core.db import db
from lms.lessons.models import (
    Intake,
    IntakeState,
    Lesson,
    LessonMedia,
    MaterialFile,
)
from lms.media.models import Upload


class Held(NamedTuple):
    """How many files of somebody are not finished yet, and how large they are together."""

    files: int
    size: int


def held_by(person_id: int) -> Held:
    """Return what somebody has sent, or is sending, that still takes room of the disk."""
    row = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Intake.size), 0)).where(
            Intake.person_id == person_id, Intake.upload_id.is_not(None)
        )
    ).one()
    return Held(row[0], int(row[1]))


def expired_intakes(now: datetime) -> Sequence[Intake]:
    """Return the files whose time to be received has run out, with their uploads."""
    return db.session.scalars(
        select(Intake)
        .join(Intake.upload)
        .options(contains_eager(Intake.upload))
        .where(Intake.state == IntakeState.RECEIVING, Upload.expires_at <= now)
    ).all()


def intakes_given_up_before(moment: datetime) -> Sequence[Intake]:
    """Return the files that came to nothing before a moment, with their uploads."""
    return db.session.scalars(
        select(Intake)
        .options(joinedload(Intake.upload))
        .where(
            Intake.state.in_([IntakeState.REFUSED, IntakeState.FAILED]),
            Intake.finished_at < moment,
        )
    ).all()


def uncounted_intakes() -> Sequence[Intake]:
    """Return the files whose last byte nobody has noted yet, with their uploads."""
    return db.session.scalars(
        select(Intake)
        .join(Intake.upload)
        .options(contains_eager(Intake.upload))
        .where(Intake.state == IntakeState.RECEIVING)
    ).all()


def media_rows(lesson: Lesson) -> Sequence[LessonMedia]:
    """Return the rows of a session's recording."""
    return db.session.scalars(select(LessonMedia).where(LessonMedia.lesson_id == lesson.id)).all()


def file_rows(material_id: int) -> Sequence[MaterialFile]:
    """Return the rows of a material's file."""
    return db.session.scalars(
        select(MaterialFile).where(MaterialFile.material_id == material_id)
    ).all()


def is_waited_for(material_id: int) -> bool:
    """Tell whether a file for the material is on its way in."""
    found = select(Intake.id).where(Intake.material_id == material_id).limit(1)
    return db.session.scalar(found) is not None
