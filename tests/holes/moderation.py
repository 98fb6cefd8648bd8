"""What waits for the moderators of the ground: held, reported and appealed posts of the run."""

from typing import Any

from lms.accounts.models import Person
from lms.boards.models import BlockedWord, Post, ReportReason, Thread, WordAction
from lms.boards.queries.moderation import count_reports, last_change
from lms.boards.rules.moderation import Hiding, Seen
from lms.boards.services import moderation
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import make_answer

OF_HELD = {"post_id": "held_post_id"}
OF_REPORTED = {"post_id": "reported_post_id"}
OF_APPEALED = {"post_id": "appealed_post_id"}
PARTS = {
    "boards.appeal_hiding": {"post_id": "hidden_post_id"},
    "boards_manage.show_case": OF_APPEALED,
    "boards_manage.hide_post": OF_HELD,
    "boards_manage.release_post": OF_HELD,
    "boards_manage.leave_post": OF_REPORTED,
    "boards_manage.decide_appeal": OF_APPEALED,
}


def posts_to_moderate(thread_id: int, held_post_id: int, trainee_id: int) -> dict[str, Any]:
    """Return a reported post, one whose hiding was appealed against, and a word of the list.

    They stand beside the held post of the thread; `held_seen` is in which state that is.
    """
    thread = db.session.get_one(Thread, thread_id)
    trainee = db.session.get_one(Person, trainee_id)
    staff, reader = make_person("staff"), make_person()
    reported = make_answer(thread, trainee, "That is nonsense.")
    appealed = make_answer(thread, trainee, "Buy here.")
    with unit_of_work():
        now = clock.now()
        moderation.report_post(reported, reader, reason=ReportReason.INSULT, words="", now=now)
        moderation.hide_post(
            appealed,
            Hiding(ReportReason.ADVERTISING, ""),
            moderator=staff,
            seen=_seen(appealed),
            now=now,
        )
        appeal = moderation.appeal_hiding(appealed, "No.", author=trainee, now=now)
    word = BlockedWord(
        word="casino", action=WordAction.HOLD, created_by_id=staff.id, created_at=clock.now()
    )
    return {
        "held_seen": str(_seen(db.session.get_one(Post, held_post_id))),
        "reported_post_id": reported.id,
        "reported_seen": str(_seen(reported)),
        "appealed_post_id": appealed.id,
        "appeal_id": appeal.id,
        "word_id": save(word).id,
    }


def _seen(post: Post) -> Seen:
    return Seen(last_change(post.id).id, post.revision, count_reports(post.id))
