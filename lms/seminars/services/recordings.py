"""The recording of a sitting: sent, prepared, published, withdrawn; its captions and questions.

While a recording is published it is not replaced, and while a file for it is under way it is not
published: what people catch up with stays the same. Its sitting is locked first, everywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.core.text import TextInLanguages
from lms.enrolment.rules import busan_day
from lms.jobs.queue import enqueue
from lms.lessons.events import HeldRecordingReady
from lms.lessons.models import Intake
from lms.lessons.services import check_choices, webvtt_of
from lms.lessons.services.files import drop_unused
from lms.lessons.services.intakes import begin_held_intake
from lms.seminars.models import (
    RecordingPolicy,
    Sitting,
    SittingCaption,
    SittingMedia,
    SittingQuestion,
)
from lms.seminars.queries import sitting_by_id
from lms.seminars.queries.recordings import (
    caption_row,
    caption_rows,
    consents_of,
    is_under_way,
    media_rows,
    question_row,
)
from lms.seminars.rooms.bigbluebutton import Recording, RecordingState
from lms.seminars.rules import recordings as rules
from lms.seminars.rules.presence import OVER
from lms.seminars.rules.recordings import Obstacle
from lms.seminars.rules.sittings import phase

ENTITY = "sitting_recording"
READY, STARTS, ELSEWHERE = "ready", "starts", "elsewhere"
PUBLISHED, WITHDRAWN, REMOVED = "published", "withdrawn", "removed"

OBSTACLES: Mapping[Obstacle, LazyString] = {
    Obstacle.NOT_RECORDED: _l("By its plan this session is not recorded."),
    Obstacle.FOR_TEACHERS: _l("By its plan it is recorded for those who teach alone."),
    Obstacle.NOTHING_THERE: _l("There is no recording yet."),
    Obstacle.UNDER_WAY: _l("A file is on its way. Wait until it is prepared, or remove it."),
    Obstacle.NO_CONSENT: _l("Not everybody who speaks in it has consented to being recorded."),
}

# What of a server's recording people can watch best.
BEST_FIRST = ("video", "presentation")


# --- the file --------------------------------------------------------------------------


def begin_recording(
    sitting: Sitting, person: Person, *, file_name: str, size: int, now: datetime
) -> Intake:
    """Begin to receive the recording of a sitting that was held, and return where it is sent to.

    Raises Invalid for a name or size that is not taken; Conflict before it is over, where its plan
    says that it is not recorded or it has no lesson, and while one is published.
    """
    lock(sitting)
    _check_over(sitting, now)
    if sitting.recording_policy == RecordingPolicy.NONE:
        raise Conflict(str(OBSTACLES[Obstacle.NOT_RECORDED]))
    if sitting.lesson_id is None:
        raise Conflict(_("An extra session has no recording here."))
    _check_withdrawn(sitting)
    return begin_held_intake(
        sitting.lesson_id, sitting.id, person, file_name=file_name, size=size, now=now
    )


def _check_over(sitting: Sitting, now: datetime) -> None:
    if phase(sitting.state, sitting.starts_at, sitting.ends_at, now) not in OVER:
        raise Conflict(_("This session is not over yet."))


def _check_withdrawn(sitting: Sitting) -> None:
    if sitting.recording_published_at is not None:
        raise Conflict(_("People are watching this recording. Withdraw it first."))


def take_recording(event: HeldRecordingReady) -> None:
    """Put a recording that is prepared in the place of the one there was.

    It is taken to begin with the sitting until somebody says otherwise. The same again changes
    nothing.
    """
    sitting = sitting_by_id(event.owner_id)
    if sitting is None or sitting.lesson_id != event.lesson_id:
        return
    lock(sitting)
    rows = {row.rendition: row for row in media_rows(sitting)}
    replaced = [row.storage_key for row in rows.values()]
    for file in event.files:
        row = rows.pop(file.rendition, None)
        if row is None:
            row = SittingMedia(sitting_id=sitting.id, rendition=file.rendition)
            db.session.add(row)
        row.storage_key, row.mimetype, row.size = file.storage_key, file.mimetype, file.size
    for row in rows.values():
        db.session.delete(row)
    sitting.recording_seconds = event.duration_seconds
    sitting.recording_starts_at = sitting.starts_at
    drop_unused(replaced)
    _record(sitting, READY, None, event.at)


def set_recording_start(
    sitting: Sitting, begins_at: datetime, *, actor: Person, now: datetime
) -> None:
    """Say when the first second of the recording was spoken: what people missed of it follows.

    Raises Conflict without a recording, Invalid for a moment that leaves nothing of the sitting.
    """
    lock(sitting)
    _check_there(sitting)
    if begins_at >= sitting.ends_at:
        raise Invalid("begins", _("The recording would begin after the session has ended."))
    if begins_at + timedelta(seconds=sitting.recording_seconds) <= sitting.starts_at:
        raise Invalid("begins", _("The recording would be over before the session begins."))
    if sitting.recording_starts_at == begins_at:
        return
    sitting.recording_starts_at = begins_at
    _record(sitting, STARTS, actor, now, reason=f"{begins_at:%Y-%m-%d %H:%M:%S} UTC")


def _check_there(sitting: Sitting) -> None:
    if not sitting.recording_seconds:
        raise Conflict(str(OBSTACLES[Obstacle.NOTHING_THERE]))


@dataclass(frozen=True)
class RoomRecording:
    """A recording on a room's server as people can watch it.

    `captions` are the languages it has captions in there; None while that is not known.
    """

    id: str
    address: str
    captions: Sequence[str] | None = None

    def with_captions(self, languages: Iterable[str]) -> "RoomRecording":
        """Return the same with the languages of its captions."""
        return replace(self, captions=sorted(set(languages)))


def newest_to_watch(recordings: Sequence[Recording]) -> RoomRecording | None:
    """Return the newest recording on a server that is published there, in its best form."""
    out = [each for each in recordings if each.state == RecordingState.PUBLISHED]
    for recording in sorted(out, key=lambda each: each.started_at, reverse=True):
        forms = {playback.kind: playback.address for playback in recording.playbacks}
        address = next((forms[kind] for kind in BEST_FIRST if kind in forms), "")
        if address:
            return RoomRecording(recording.id, address)
    return None


def take_address(sitting: Sitting, address: str, *, actor: Person, now: datetime) -> None:
    """Offer the recording that is kept elsewhere. Nobody can make anything up with it.

    Raises Conflict where the plan says that nothing is recorded, and while one is published.
    """
    lock(sitting)
    if sitting.recording_policy == RecordingPolicy.NONE:
        raise Conflict(str(OBSTACLES[Obstacle.NOT_RECORDED]))
    if sitting.recording_address == address:
        return
    _check_withdrawn(sitting)
    sitting.recording_address = address
    _record(sitting, ELSEWHERE, actor, now)


def remove_recording(sitting: Sitting, *, actor: Person, now: datetime) -> None:
    """Delete a recording for good, with its captions; without one it is harmless.

    What people have made up with it stays. Raises Conflict while it is published.
    """
    lock(sitting)
    _check_withdrawn(sitting)
    if not sitting.recording_seconds and not sitting.recording_address:
        return
    rows = media_rows(sitting)
    keys = [row.storage_key for row in rows]
    for row in (*rows, *caption_rows(sitting)):
        db.session.delete(row)
    sitting.recording_seconds = 0
    sitting.recording_starts_at = None
    sitting.recording_address = ""
    drop_unused(keys)
    _record(sitting, REMOVED, actor, now)


# --- out and back ----------------------------------------------------------------------


def publish_recording(
    sitting: Sitting, until: date | None, *, actor: Person, now: datetime
) -> None:
    """Let those it is for watch a recording, up to and with a day; everybody concerned is told.

    From now on what they missed can be made up for seven days. Twice is harmless. Raises Conflict,
    saying what is missing, and Invalid for a last day before those days are over.
    """
    lock(sitting)
    if sitting.recording_published_at is not None:
        return
    _check_over(sitting, now)
    obstacle = obstacle_to_publishing(sitting)
    if obstacle is not None:
        raise Conflict(str(OBSTACLES[obstacle]))
    if until is not None and until <= busan_day(now) + timedelta(days=rules.MAKE_UP_DAYS):
        raise Invalid("until", _("Keep it for eight days at least: so long it can be made up."))
    sitting.recording_published_at = now
    sitting.recording_until = until
    _record(sitting, PUBLISHED, actor, now)
    enqueue(
        "seminars.tell_recording",
        key=f"recording:{sitting.id}:{now:%Y%m%d%H%M%S}",
        sitting_id=sitting.id,
    )


def obstacle_to_publishing(sitting: Sitting) -> Obstacle | None:
    """Return what keeps the recording of a sitting from being published."""
    return rules.obstacle_to_publishing(
        RecordingPolicy(sitting.recording_policy),
        is_there=bool(sitting.recording_seconds or sitting.recording_address),
        is_under_way=sitting.lesson_id is not None and is_under_way(sitting),
        all_consent=all(consent.given_at for consent in consents_of(sitting)),
    )


def withdraw_recording(sitting: Sitting, *, actor: Person, now: datetime) -> None:
    """Let nobody but those who manage the run watch a recording any more; twice is harmless.

    Published once more it can be made up anew for seven days.
    """
    lock(sitting)
    if sitting.recording_published_at is None:
        return
    sitting.recording_published_at = None
    sitting.recording_until = None
    _record(sitting, WITHDRAWN, actor, now)


def _record(
    sitting: Sitting, new: str, actor: Person | None, now: datetime, *, reason: str = ""
) -> None:
    actor_id = actor.id if actor is not None else None
    record_change(ENTITY, sitting.id, old="", new=new, actor_id=actor_id, now=now, reason=reason)
    db.session.flush()


# --- captions --------------------------------------------------------------------------


def keep_captions(sitting: Sitting, language: str, file: bytes | str) -> None:
    """Keep a caption file of a recording in one language, in place of what there was.

    Raises Conflict without a recording, Invalid with the file's first fault.
    """
    lock(sitting)
    _check_there(sitting)
    webvtt = webvtt_of(file, sitting.recording_seconds)
    row = caption_row(sitting, language)
    if row is None:
        row = SittingCaption(sitting_id=sitting.id, language=language)
        db.session.add(row)
    row.webvtt = webvtt
    db.session.flush()


def remove_captions(sitting: Sitting, language: str) -> None:
    """Take the captions of a language away; where there are none is harmless."""
    lock(sitting)
    row = caption_row(sitting, language)
    if row is not None:
        db.session.delete(row)


# --- the questions after it ------------------------------------------------------------


def set_question(
    sitting: Sitting,
    position: int,
    *,
    prompt: TextInLanguages,
    choices: Sequence[TextInLanguages],
    correct_choice: int,
) -> None:
    """Ask this of those who make up for a sitting, in place of what was asked there.

    Raises Invalid unless there are two to six choices and the right one is among them.
    """
    check_choices(choices, correct_choice)
    lock(sitting)
    row = question_row(sitting, position)
    if row is None:
        row = SittingQuestion(sitting_id=sitting.id, position=position)
        db.session.add(row)
    row.prompt = prompt
    row.stored_choices = [choice.to_json() for choice in choices]
    row.correct_choice = correct_choice
    db.session.flush()


def remove_question(sitting: Sitting, position: int) -> None:
    """Ask nothing there any more; until there are three again nobody makes anything up."""
    lock(sitting)
    row = question_row(sitting, position)
    if row is not None:
        db.session.delete(row)
