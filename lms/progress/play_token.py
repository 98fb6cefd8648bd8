"""When a page with a player was opened, signed: a player cannot claim an earlier time."""

from datetime import UTC, datetime
from functools import lru_cache

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer

from lms.core.errors import Invalid

# What is watched, as a salt: the number of a lesson may be that of a sitting too.
LESSON = "progress.play"
SITTING = "progress.catch_up"


def make_token(enrolment_id: int, watched_id: int, opened_at: datetime, kind: str = LESSON) -> str:
    """Return what a page gives its player to send along with every beat."""
    return _signed(kind).dumps([enrolment_id, watched_id, int(opened_at.timestamp())])


def opened_at(token: str, enrolment_id: int, watched_id: int, kind: str = LESSON) -> datetime:
    """Return when the page was opened; raises Invalid for a token of another person or page."""
    try:
        of_enrolment, of_watched, moment = _signed(kind).loads(token)
    except (BadData, TypeError, ValueError) as error:
        raise Invalid("token", _("Open the lesson again to go on.")) from error
    if (of_enrolment, of_watched) != (enrolment_id, watched_id):
        raise Invalid("token", _("Open the lesson again to go on."))
    return datetime.fromtimestamp(moment, UTC)


def _signed(kind: str) -> URLSafeSerializer:
    return _serializer(current_app.config["SECRET_KEY"], kind)


@lru_cache(4)
def _serializer(secret_key: str, kind: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=kind)
