"""The signed word in a personal link to a sitting. Whether it still works, its door asks."""

from functools import lru_cache

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from lms.core.errors import NotFound
from lms.seminars.rules.presence import Pass, PassKind

SALT = "seminars.join"


def make(who: Pass) -> str:
    """Return the token of somebody's link: always the same one, so each mail may carry it."""
    return _signed().dumps([who.kind, who.id, who.sitting_id])


def read(token: str) -> Pass:
    """Return whose link it is; raises NotFound for what we never signed."""
    try:
        kind, id_, sitting_id = _signed().loads(token)
        return Pass(PassKind(kind), id_, sitting_id)
    except (BadData, TypeError, ValueError) as error:
        raise NotFound from error


def _signed() -> URLSafeSerializer:
    return _serializer(current_app.config["SECRET_KEY"])


@lru_cache(2)
def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=SALT)
