"""The page of a sitting: one address before, during and after it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from lms.core import clock
from lms.i18n.formats import set_content_preferences
from lms.i18n.languages import content_preferences
from lms.i18n.times import time_of_day
from lms.lessons.queries.materials import MaterialRow, materials_of_lesson
from lms.lessons.rules.materials import is_visible
from lms.seminars.models import SittingState
from lms.seminars.permissions import Visit
from lms.seminars.queries import SittingRow, holders_of, repeats_of
from lms.seminars.queries.presence import Sign, signs_of
from lms.seminars.queries.sitting_page import details_of
from lms.seminars.rooms.unavailable import REASON_WORDS, RoomUnavailable
from lms.seminars.rules.guests import is_full, takes_guests
from lms.seminars.rules.presence import (
    OVER,
    Pass,
    PassKind,
    has_place,
    has_room,
    since_it_opened,
    time_missed,
)
from lms.seminars.rules.recordings import is_published, may_watch
from lms.seminars.rules.sittings import OPENS_BEFORE, is_announced, may_enter
from lms.seminars.services.presence import present_of


def sitting_page(visit: Visit, *, trouble: RoomUnavailable | None = None, refusal: str = "") -> str:
    """Return the page of a sitting, with what went wrong on the way into its room."""
    now = clock.now()
    row = visit.sitting
    order = content_preferences(city=visit.city_languages, working=row.working_language)
    set_content_preferences(order)
    details = details_of(row.id, visit.seat, with_room=visit.is_concerned)
    return render_template(
        "seminars/show_sitting.html",
        visit=visit,
        sitting=row,
        details=details,
        holders=holders_of([row.id]).get(row.id, []),
        repeats=_repeats(visit),
        materials=_materials(visit, now),
        trouble=words_of(trouble, is_host=visit.holds or visit.can_manage),
        refusal=refusal,
        **_at_this_moment(visit, now),
        **_recording(visit, now),
        **of_room(row, now),
    )


def _repeats(visit: Visit) -> list[SittingRow]:
    """Return the other slots of the session that its reader can go to."""
    rows = repeats_of(visit.sitting)
    if visit.can_manage:
        return rows
    may_see_all = _has_seat(visit)
    return [each for each in rows if is_announced(each.state) and (may_see_all or each.is_public)]


def of_room(row: SittingRow, now: datetime) -> dict[str, Any]:
    """Return what the pages with a way into the room know of the moment."""
    return {
        "now": now,
        "phase": row.phase(now),
        "is_over": row.phase(now) in OVER,
        "is_open": may_enter(row.state, row.starts_at, row.ends_at, now),
        "opens_at": row.starts_at - OPENS_BEFORE,
        "minutes_left": minutes_until(row.starts_at, now),
        "has_room": has_room(row.room_kind),
    }


def minutes_until(moment: datetime, now: datetime) -> int:
    """Return the minutes until a moment, those begun too; 0 once it is there."""
    return max(0, -int(-(moment - now).total_seconds() // 60))


def _at_this_moment(visit: Visit, now: datetime) -> dict[str, Any]:
    row = visit.sitting
    signs = _own_signs(visit, now)
    stays = [(sign.joined_at, sign.left_at) for sign in signs if sign.left_at]
    is_over = row.phase(now) in OVER
    return {
        **presence_of(signs, row),
        "missed": time_missed(row, stays) if is_over and _has_seat(visit) else [],
        "may_check_in": _has_seat(visit) and has_place(row),
        "may_evaluate": _has_seat(visit) and is_over,
        "takes_guests": takes_guests(row, now) and not visit.is_concerned,
        "is_full": is_full(row),
    }


def _recording(visit: Visit, now: datetime) -> dict[str, Any]:
    """Return what there is to watch afterwards; who missed some of it may catch up."""
    row = visit.sitting
    is_out = is_published(row, now)
    is_there = bool(row.recording_seconds or row.recording_published_at)
    may = may_watch(
        row, now, manages=visit.can_manage, holds=visit.holds, is_concerned=visit.is_concerned
    )
    return {
        "may_watch": is_there and may,
        "has_recording_expired": row.recording_published_at is not None and not is_out,
        "may_catch_up": is_out and bool(row.recording_seconds),
    }


def presence_of(signs: Sequence[Sign], row: SittingRow) -> dict[str, Any]:
    """Return what the pages with a way into the room tell somebody of their presence so far."""
    since = present_of(signs).since
    words = ""
    if since is not None and has_room(row.room_kind):
        words = _("Present since %(time)s. Leave this page open.", time=time_of_day(since))
    elif since is not None:
        words = _("Checked in since %(time)s.", time=time_of_day(since))
    return {"is_present": since is not None, "present_words": words}


def _has_seat(visit: Visit) -> bool:
    return visit.seat is not None and visit.seat.is_active


def _own_signs(visit: Visit, now: datetime) -> list[Sign]:
    """Return what is known of the reader's presence, once there can be anything."""
    row = visit.sitting
    if visit.seat is None or now < row.starts_at - OPENS_BEFORE:
        return []
    signs = signs_of(Pass(PassKind.ENROLMENT, visit.seat.enrolment_id, row.id))
    return since_it_opened(signs, row.starts_at)


def _materials(visit: Visit, now: datetime) -> Sequence[MaterialRow]:
    lesson_id = visit.sitting.lesson_id
    if lesson_id is None or not visit.is_concerned:
        return []
    return [each for each in materials_of_lesson(lesson_id) if is_visible(each, now=now)]


def words_of(trouble: RoomUnavailable | None, *, is_host: bool) -> str:
    """Return what is wrong with a room and what to do, for who wants to join or who holds it."""
    if trouble is None:
        return ""
    words = REASON_WORDS[trouble.reason]
    return str(words.hosting if is_host else words.joining)


def refusal_of(row: SittingRow, now: datetime) -> str:
    """Return why the room of a sitting cannot be entered now, "" when it can."""
    if may_enter(row.state, row.starts_at, row.ends_at, now):
        return ""
    if row.state == SittingState.CANCELLED:
        return _("This session is cancelled.")
    if row.state == SittingState.POSTPONED:
        return _("This session is postponed. A new time is to follow; you will be told.")
    if row.phase(now) in OVER:
        return _("This session is over. What remains of it is on this page.")
    return _("The room opens 15 minutes before the session starts. Press the button again then.")
