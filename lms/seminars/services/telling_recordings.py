"""Telling those concerned that the recording of a sitting is out, and what of it they missed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lms.core.intervals import seconds_in
from lms.enrolment.rules import end_of_day
from lms.notifications.models import Link
from lms.notifications.services import notify
from lms.seminars.models import Sitting
from lms.seminars.queries.attendance import Evidence, evidence_in
from lms.seminars.queries.concerned import concerned_with
from lms.seminars.queries.recordings import Absentee, Recording, people_of_sitting, recording_of
from lms.seminars.rules.recordings import bar_to_making_up


def tell_recording(sitting: Sitting, *, now: datetime) -> None:
    """Tell everybody concerned who has an account of a published recording, each once.

    Who missed some of the sitting hears how much of it, and until when it can be made up.
    """
    recording = recording_of(sitting.id)
    if recording is None or recording.sitting.recording_published_at is None:
        return
    row, published_at = recording.sitting, recording.sitting.recording_published_at
    evidence = evidence_in(sitting.id)
    absentees = {each.person.id: each for each in people_of_sitting(sitting)}
    shared = {
        "sitting_id": row.id,
        "title": row.title,
        "course_title": row.course_title,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "until_at": end_of_day(row.recording_until) if row.recording_until else None,
        "recognised_minutes": row.recognised_minutes or 0,
    }
    for one in concerned_with(sitting):
        if one.person is None:
            continue
        absentee = absentees.get(one.person.id)
        missed = _NOTHING
        if absentee is not None:
            missed = _missed(recording, absentee, evidence.get(absentee.enrolment_id, ()), now)
        page = "progress.catch_up" if missed["make_up_until_at"] else "seminars.show_recording"
        notify(
            one.person,
            "seminars.recording_published",
            context=shared | missed,
            link=Link(page, {"sitting_id": row.id}),
            group=row.course_code,
            key=f"seminars.recording:{row.id}:{published_at:%Y%m%d%H%M%S}",
            now=now,
        )


_NOTHING: dict[str, Any] = {"missed_minutes": 0, "make_up_until_at": None}


def _missed(
    recording: Recording, absentee: Absentee, evidence: Iterable[Evidence], now: datetime
) -> dict[str, Any]:
    """Return what somebody can make up, and until when; nothing where they cannot."""
    stays = [(each.joined_at, each.left_at) for each in evidence if each.left_at is not None]
    facts = recording.make_up(
        absentee.status, stays, is_elsewhere=absentee.is_elsewhere, zone=absentee.zone
    )
    if bar_to_making_up(facts, now) is not None:
        return _NOTHING
    minutes = -(-seconds_in(facts.missed) // 60)
    return {"missed_minutes": minutes, "make_up_until_at": facts.until}
