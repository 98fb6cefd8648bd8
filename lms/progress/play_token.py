"""When a lesson page was opened, signed, so that a player cannot claim an earlier time."""

from datetime import UTC, datetime
from functools import lru_cache

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer

from lms.core.errors import Invalid

SALT = "progress.play"


def make_token(enrolment_id: int, lesson_id: int, opened_at: datetime) -> str:
    """Return what a lesson page gives its player to send along with every beat."""
    return _signed().dumps([enrolment_id, lesson_id, int(opened_at.timestamp())])


def opened_at(token: str, enrolment_id: int, lesson_id: int) -> datetime:
    """Return when the page was opened; raises Invalid for a token that is not of this lesson."""
    try:
        of_enrolment, of_lesson, moment = _signed().loads(token)
    except (BadData, TypeError, ValueError) as error:
        raise Invalid("token", _("Open the lesson again to go on.")) from error
    if (of_enrolment, of_lesson) != (enrolment_id, lesson_id):
        raise Invalid("token", _("Open the lesson again to go on."))
    return datetime.fromtimestamp(moment, UTC)


def _signed() -> URLSafeSerializer:
    return _serializer(current_app.config["SECRET_KEY"])


@lru_cache(2)
def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=SALT)
