"""Reads over speakers who are invited by a link, and over what they have sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from lms.core.db import db
from lms.core.secrets import token_hash
from lms.courses.models import Course, CourseVersion, Module
from lms.lessons.models import Intake, IntakeState, Lesson, SpeakerInvitation, SpeakerState
from lms.lessons.queries import EditedLesson
from lms.lessons.queries.intakes import Held


@dataclass(frozen=True)
class InvitedSpeaker:
    """An invitation with who sent it, and the session it is to with all that hangs on."""

    invitation: SpeakerInvitation
    edited: EditedLesson


def invited_by_token(token: str) -> InvitedSpeaker | None:
    """Return the invitation a link belongs to, in one statement."""
    return _invited(SpeakerInvitation.token_hash == token_hash(token))


def invited_speaker(invitation_id: int) -> InvitedSpeaker | None:
    """Return an invitation, in one statement."""
    return _invited(SpeakerInvitation.id == invitation_id)


def _invited(wanted: ColumnElement[bool]) -> InvitedSpeaker | None:
    row = db.session.execute(
        select(SpeakerInvitation, Lesson, Module, CourseVersion, Course)
        .join(Lesson, Lesson.id == SpeakerInvitation.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(wanted)
        .options(joinedload(SpeakerInvitation.invited_by))
    ).one_or_none()
    return None if row is None else InvitedSpeaker(row[0], EditedLesson(*row[1:]))


def invitations_to(lesson_id: int) -> Sequence[SpeakerInvitation]:
    """Return the invitations to a session, the newest first."""
    return db.session.scalars(
        select(SpeakerInvitation)
        .where(SpeakerInvitation.lesson_id == lesson_id)
        .order_by(SpeakerInvitation.id.desc())
    ).all()


def is_invited(lesson_id: int, email: str, now: datetime) -> bool:
    """Tell whether somebody with this address has a link to the session that works."""
    found = select(SpeakerInvitation.id).where(
        SpeakerInvitation.lesson_id == lesson_id,
        SpeakerInvitation.email == email,
        SpeakerInvitation.state != SpeakerState.REVOKED,
        SpeakerInvitation.expires_at > now,
    )
    return db.session.scalar(found.limit(1)) is not None


def intakes_of_speaker(speaker_id: int) -> Sequence[Intake]:
    """Return the files a speaker has sent, in their order, whatever became of them."""
    return db.session.scalars(
        select(Intake)
        .where(Intake.speaker_id == speaker_id)
        .order_by(Intake.id)
        .options(joinedload(Intake.upload))
    ).all()


def sent_by_speaker(speaker_id: int) -> Held:
    """Return how many files a speaker has sent or is sending, and their size; not those refused."""
    row = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Intake.size), 0)).where(
            Intake.speaker_id == speaker_id, Intake.state != IntakeState.REFUSED
        )
    ).one()
    return Held(row[0], int(row[1]))
