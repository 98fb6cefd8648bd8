"""Reads over speakers who are invited by a link, and over what they have sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.core.db import db
from lms.core.secrets import token_hash
from lms.lessons.models import Intake, IntakeState, SpeakerInvitation, SpeakerState
from lms.lessons.queries.intakes import Held


def invitation_by_token(token: str) -> SpeakerInvitation | None:
    """Return the invitation a link belongs to, with who sent it."""
    return db.session.scalar(
        select(SpeakerInvitation)
        .where(SpeakerInvitation.token_hash == token_hash(token))
        .options(joinedload(SpeakerInvitation.invited_by))
    )


def invitation(invitation_id: int) -> SpeakerInvitation | None:
    """Return an invitation with who sent it."""
    return db.session.scalar(
        select(SpeakerInvitation)
        .where(SpeakerInvitation.id == invitation_id)
        .options(joinedload(SpeakerInvitation.invited_by))
    )


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
