"""Writes on speakers without an account: invited, reminded, revoked, and what they answer."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import gettext as _

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.core.secrets import new_token, token_hash
from lms.core.text import TextInLanguages
from lms.i18n.times import is_zone
from lms.lessons.models import SpeakerInvitation, SpeakerState, TimeAnswer
from lms.lessons.queries import EditedLesson, edited_lesson
from lms.lessons.queries.speakers import is_invited
from lms.lessons.rules.speakers import FURTHEST, LIFE_OF_LINK, LinkState, link_state
from lms.notifications.services import send_mail

ENTITY = "speaker_invitation"
CONSENTS = ("recording", "reuse")
CONSENTS_VERSION = "2026-11-1"  # whoever changes what the form says of consents changes this


@dataclass(frozen=True)
class Speaker:
    """Whom to invite, in which language to write to them, and when the session is held."""

    name: str
    email: str
    language: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class SpeakerAnswer:
    """What a speaker says of themselves and consents to; each consent may be refused."""

    position: str
    bio: TextInLanguages | None
    recording: bool
    reuse: bool


def invite_speaker(
    edited: EditedLesson, speaker: Speaker, *, actor: Person, now: datetime
) -> tuple[SpeakerInvitation, str]:
    """Invite somebody to speak in a session; return the invitation and the token of its link.

    The link is mailed after the commit and works for thirty days; the token is stored only as a
    hash. Raises Invalid for a time that cannot be, and for an address that has a working link.
    """
    _check_time(speaker, now)
    lock(edited.lesson)  # two clicks at once: the second must see the invitation of the first
    if is_invited(edited.lesson.id, speaker.email, now):
        raise Invalid("email", _("This address has an invitation to this session already."))
    token = new_token()
    invitation = SpeakerInvitation(
        lesson_id=edited.lesson.id,
        token_hash=token_hash(token),
        state=SpeakerState.INVITED,
        name=speaker.name,
        email=speaker.email,
        language=speaker.language,
        starts_at=speaker.starts_at,
        ends_at=speaker.ends_at,
        invited_by_id=actor.id,
        created_at=now,
        expires_at=now + LIFE_OF_LINK,
    )
    db.session.add(invitation)
    db.session.flush()
    _record(invitation, "", actor, now)
    _mail_link(invitation, edited, token, actor)
    return invitation, token


def _check_time(speaker: Speaker, now: datetime) -> None:
    starts_at, ends_at = speaker.starts_at, speaker.ends_at
    if starts_at is None:
        if ends_at is not None:
            raise Invalid("starts_at", _("Say when the session begins, too."))
        return
    if not now < starts_at <= now + FURTHEST:
        raise Invalid("starts_at", _("Give a time within the next two years."))
    if ends_at is not None and not starts_at < ends_at <= now + FURTHEST:
        raise Invalid("ends_at", _("The session must end after it begins."))


def renew_invitation(invitation: SpeakerInvitation, *, actor: Person, now: datetime) -> str:
    """Mail a new link for thirty days and return its token; the old one dies, the answers stay.

    Raises Conflict for an invitation that was revoked.
    """
    lock(invitation)
    if invitation.state == SpeakerState.REVOKED:
        raise Conflict(_("This invitation was revoked. Invite the speaker anew."))
    edited = edited_lesson(invitation.lesson_id)
    assert edited is not None
    token = new_token()
    invitation.token_hash = token_hash(token)
    invitation.expires_at = now + LIFE_OF_LINK
    _record(invitation, invitation.state, actor, now, reason="new link")
    _mail_link(invitation, edited, token, actor)
    return token


def _mail_link(
    invitation: SpeakerInvitation, edited: EditedLesson, token: str, actor: Person
) -> None:
    wanted = (invitation.language, "en")
    moments = {
        "expires_at": invitation.expires_at,
        "starts_at": invitation.starts_at,
        "ends_at": invitation.ends_at,
    }
    send_mail(
        "lessons.speaker_invited",
        to=invitation.email,
        language=invitation.language,
        context={
            "name": invitation.name,
            "token": token,
            "lesson_title": edited.lesson.title.pick(wanted).text,
            "course_title": edited.version.title.pick(wanted).text,
            "inviter": actor.full_name,
            "inviter_email": actor.email,
            "zone": invitation.time_zone,
            **{
                name: moment.astimezone(UTC).isoformat()
                for name, moment in moments.items()
                if moment is not None
            },
        },
    )


def revoke_invitation(invitation: SpeakerInvitation, *, actor: Person, now: datetime) -> None:
    """Let the link of an invitation lead nowhere from now on; what was answered and sent stays."""
    lock(invitation)
    if invitation.state == SpeakerState.REVOKED:
        return
    old, invitation.state = invitation.state, SpeakerState.REVOKED
    _record(invitation, old, actor, now)


# --- what the speaker does -------------------------------------------------------------


def answer_time(
    invitation: SpeakerInvitation,
    answer: TimeAnswer | None,
    *,
    note: str,
    time_zone: str,
    now: datetime,
) -> None:
    """Keep whether the time suits the speaker, and on which clock they read it.

    Where a time is known it must be answered. Raises Invalid for what is left out, Conflict when
    the link no longer works.
    """
    lock_live(invitation, now)
    if not is_zone(time_zone):
        raise Invalid("time_zone", _("Choose your time zone."))
    if invitation.starts_at is not None and answer is None:
        raise Invalid("answer", _("Say whether the time suits you."))
    if invitation.starts_at is not None:
        invitation.time_answer = answer
    invitation.time_note = note
    invitation.time_zone = time_zone
    _note_answer(invitation, now)


def answer_about_speaker(
    invitation: SpeakerInvitation, answer: SpeakerAnswer, *, language: str, now: datetime
) -> None:
    """Keep what the speaker says of themselves, and each consent with the moment it was given.

    A consent given already keeps its moment; one that is refused has none, and the history tells
    of both, with the language it was read in. Raises Conflict when the link no longer works.
    """
    lock_live(invitation, now)
    invitation.position = answer.position
    invitation.bio = answer.bio
    _keep_consents(invitation, answer, language, now)
    _note_answer(invitation, now)


def _keep_consents(
    invitation: SpeakerInvitation, answer: SpeakerAnswer, language: str, now: datetime
) -> None:
    is_first = not invitation.consent_language
    for what in CONSENTS:
        wanted, column = getattr(answer, what), f"consents_to_{what}_at"
        is_given = getattr(invitation, column) is not None
        if wanted == is_given and not is_first:
            continue
        setattr(invitation, column, now if wanted else None)
        invitation.consent_language = language
        record_change(
            f"{ENTITY}:{what}",
            invitation.id,
            old="" if is_first else "given" if is_given else "refused",
            new="given" if wanted else "refused",
            actor_id=None,
            now=now,
            reason=f"{CONSENTS_VERSION} {language}",
        )


def lock_live(invitation: SpeakerInvitation, now: datetime) -> None:
    """Lock an invitation; raise Conflict when its link no longer works."""
    lock(invitation)
    if link_state(invitation, now) != LinkState.LIVE:
        raise Conflict(_("This link no longer works."))


def _note_answer(invitation: SpeakerInvitation, now: datetime) -> None:
    invitation.answered_at = now
    if invitation.state == SpeakerState.INVITED:
        invitation.state = SpeakerState.ANSWERED
        _record(invitation, SpeakerState.INVITED, None, now)


def _record(
    invitation: SpeakerInvitation,
    old: str,
    actor: Person | None,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    record_change(
        ENTITY,
        invitation.id,
        old=old,
        new=invitation.state,
        actor_id=actor.id if actor is not None else None,
        now=now,
        reason=reason,
    )
