"""Doors to recordings of sittings. `reader` is the `current_user` of the page."""

from datetime import datetime
from typing import Any

from lms.core.errors import NotFound
from lms.enrolment.queries import RunHead
from lms.lessons.models import Intake
from lms.lessons.queries import intake_of_upload, intake_with_upload
from lms.seminars.models import RecordingPolicy, RoomKind, Sitting
from lms.seminars.permissions import (
    Visit,
    get_sitting_for_management,
    get_sitting_for_viewing,
)
from lms.seminars.queries import SittingRow
from lms.seminars.queries.recordings import Recording, recording_of
from lms.seminars.rules.recordings import may_watch


def get_recording_for_watching(
    reader: Any, sitting_id: int, now: datetime
) -> tuple[Visit, Recording]:
    """Return a recording with as what the reader comes to it; NotFound where it is not for them.

    One published for everybody is seen by those too who do not see the page of its session.
    """
    recording = recording_of(sitting_id)
    if recording is None or not recording.is_there:
        raise NotFound
    visit = _visit(reader, recording.sitting)
    if not may_watch(
        recording.sitting,
        now,
        manages=visit.can_manage,
        holds=visit.holds,
        is_concerned=visit.is_concerned,
    ):
        raise NotFound
    return visit, recording


def _visit(reader: Any, row: SittingRow) -> Visit:
    try:
        return get_sitting_for_viewing(reader, row.id)
    except NotFound:
        return Visit(row, None, holds=False, can_manage=False)


def get_sitting_for_recording(reader: Any, sitting_id: int) -> tuple[RunHead, Sitting]:
    """Return a sitting with its run to those who manage the run; NotFound to others, and where its
    plan says that nothing is recorded."""
    run, sitting = get_sitting_for_management(reader, sitting_id)
    if sitting.recording_policy == RecordingPolicy.NONE:
        raise NotFound
    return run, sitting


def get_sitting_with_room_recording(reader: Any, sitting_id: int) -> Sitting:
    """Return a sitting that was held in a room of ours on BigBlueButton; NotFound for others."""
    _run, sitting = get_sitting_for_recording(reader, sitting_id)
    if sitting.room_kind != RoomKind.BIGBLUEBUTTON:
        raise NotFound
    return sitting


def get_recording_intake(reader: Any, intake_id: int) -> tuple[Sitting, Intake]:
    """Return a file that is to become the recording of a sitting, to those who manage its run."""
    intake = intake_with_upload(intake_id)
    if intake is None or intake.owner_id is None:
        raise NotFound
    _run, sitting = get_sitting_for_recording(reader, intake.owner_id)
    return sitting, intake


def get_recording_intake_for_sending(reader: Any, token: str) -> Intake:
    """Return the intake of an upload to whoever began it, while they manage the run; NotFound to
    everybody else: the address of an upload lets nobody in."""
    intake = intake_of_upload(token)
    if intake is None or intake.person_id != reader.id or intake.owner_id is None:
        raise NotFound
    get_sitting_for_recording(reader, intake.owner_id)
    return intake
