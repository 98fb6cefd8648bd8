"""The signed word in the link by which mails are stopped. It lets nobody in and shows nothing.

Signed with the site's secret key, it never expires: a mail may lie for years. With another key
old links are dead, and choices are still made on the site.
"""

from functools import lru_cache

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from lms.core.errors import NotFound
from lms.notifications.models import Topic
from lms.notifications.rules import USUAL, Stop

SALT = "notifications.stop"


def make(stop: Stop) -> str:
    """Return the token of a link: always the same one for the same mails of the same person."""
    return _signed().dumps([stop.person_id, stop.topic or ""])


def read(token: str) -> Stop:
    """Return what a link stops; raises NotFound for what we never signed."""
    try:
        person_id, topic = _signed().loads(token)
        found = Stop(person_id, Topic(topic) if topic else None)
    except (BadData, TypeError, ValueError) as error:
        raise NotFound from error
    if found.topic is not None and found.topic not in USUAL:  # it could be chosen once
        raise NotFound
    return found


def _signed() -> URLSafeSerializer:
    return _serializer(current_app.config["SECRET_KEY"])


@lru_cache(2)
def _serializer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=SALT)
