"""Where open pages of a running session say that they are still open: a beat every minute.

It says that a connection stands, never what a camera shows.
"""

from typing import Any

from flask import Blueprint, request
from flask_login import current_user

from lms.core import clock
from lms.core.unit_of_work import in_light_unit_of_work
from lms.seminars import join_token
from lms.seminars.forms.presence import read_tab
from lms.seminars.permissions import get_beat, get_beat_by_link
from lms.seminars.queries.presence import Beaten
from lms.seminars.rules.sittings import OPENS_BEFORE
from lms.seminars.services import presence
from lms.web.guards import public, signed_in
from lms.web.limits import check_limit

bp = Blueprint("seminars_api", __name__, url_prefix="/api/v1")

BEATS = "30/minute"  # of several tabs of one person


@bp.post("/sessions/<int:sitting_id>/presence")
@signed_in
def note_presence(sitting_id: int) -> Any:
    """Note that the reader's page of a session is open."""
    return _note(get_beat(current_user, sitting_id))


@bp.post("/join/<token>/presence")
@public
def note_presence_by_link(token: str) -> Any:
    """Note that a page opened by a personal link is open."""
    return _note(get_beat_by_link(join_token.read(token)))


def _note(beaten: Beaten) -> Any:
    check_limit(BEATS, "beats", f"{beaten.who.sitting_id} {beaten.who.code}")
    tab = read_tab(request.get_data())
    now = clock.now()
    present = in_light_unit_of_work(lambda: presence.beat(beaten, device=tab, now=now))
    return {
        "since": present.since.isoformat() if present.since else None,
        "until": present.until.isoformat() if present.until else None,
        "opens": (beaten.starts_at - OPENS_BEFORE).isoformat(),
        "ends": beaten.ends_at.isoformat(),
    }
