from datetime import timedelta
from typing import Any

from lms.core import clock
from lms.core.db import db
from lms.core.secrets import new_token, token_hash
from lms.lessons.models import Lesson, SpeakerInvitation
from tests.factories import next_number, save
from tests.factories.accounts import make_person


def make_invitation(lesson: Lesson, **values: Any) -> tuple[SpeakerInvitation, str]:
    """Invite somebody to speak in a session; return the invitation and the token of its link."""
    number, token, now = next_number(), new_token(), clock.now()
    defaults: dict[str, Any] = {
        "token_hash": token_hash(token),
        "state": "invited",
        "name": f"Speaker {number}",
        "email": f"speaker{number}@example.org",
        "language": "en",
        "starts_at": now + timedelta(days=10),
        "ends_at": now + timedelta(days=10, hours=2),
        "created_at": now,
        "expires_at": now + timedelta(days=30),
    }
    if "invited_by_id" not in values:
        values["invited_by_id"] = make_person("staff").id
    invitation = save(SpeakerInvitation(lesson_id=lesson.id, **{**defaults, **values}))
    db.session.expire_all()
    return invitation, token
