"""People are told of a post: those it speaks to, those who follow, those a notice is for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from lms.accounts.models import Person
from lms.boards.queries.expertise import titles_in_languages
from lms.boards.queries.telling import (
    ToldPost,
    hearers,
    post_to_tell,
    posts_out_of_reach,
)
from lms.boards.rules.telling import PostFacts, Reason, beginning, reason_to_tell
from lms.enrolment.rules import busan_day
from lms.notifications.models import Link, Notice
from lms.notifications.services import notify_all
from lms.web.markdown_quotes import mentioned

AT_A_TIME = 200

# The kind of what people are told: its topic is what they choose to hear of by mail.
_TELL: Mapping[Reason, Callable[..., None]] = {
    Reason.MENTIONED: lambda people, **said: notify_all(people, "boards.mentioned", **said),
    Reason.TO_POST: lambda people, **said: notify_all(people, "boards.replied", **said),
    Reason.IN_THREAD: lambda people, **said: notify_all(people, "boards.replied", **said),
    Reason.NOTICE: lambda people, **said: notify_all(people, "boards.notice", **said),
    Reason.NEW_THREAD: lambda people, **said: notify_all(people, "boards.followed", **said),
    Reason.NEW_POST: lambda people, **said: notify_all(people, "boards.followed", **said),
}


def tell_of_post(
    post_id: int, *, now: datetime, after: int = 0, at_a_time: int = AT_A_TIME
) -> int | None:
    """Tell some of those a post concerns, those whose ids follow `after`.

    Returns the id to go on after, None once all have been told. Whether each may read the post is
    looked up now; who has been told of it before is not told again. A post others do not see tells
    nobody.
    """
    told = post_to_tell(post_id, now)
    if told is None:
        return None
    facts = _facts(told)
    found = hearers(told, facts.mentioned, busan_day(now), after=after, limit=at_a_time)
    people: dict[Reason, list[Person]] = {}
    for person, hearer in found:
        reason = reason_to_tell(facts, hearer)
        if reason is not None:
            people.setdefault(reason, []).append(person)
    if people:
        _tell(told, people, now)
    return found[-1][0].id if len(found) == at_a_time else None


def told_no_more(person_id: int, notices: Sequence[Notice], now: datetime) -> list[int]:
    """Return the notices of posts somebody may not read any more: nothing tells them of these."""
    posts = {
        notice.id: int(notice.values["post_id"])
        for notice in notices
        if notice.endpoint == "boards.show_post"
    }
    if not posts:
        return []
    gone = posts_out_of_reach(person_id, {*posts.values()}, busan_day(now))
    return [notice_id for notice_id, post_id in posts.items() if post_id in gone]


def _facts(told: ToldPost) -> PostFacts:
    words = "\n\n".join([*(told.text.parts or {}).values(), told.text.body])
    return PostFacts(
        number=told.post.number,
        thread_author_id=told.thread.author_id,
        answered_author_id=told.answered_author_id,
        mentioned=frozenset(mentioned(words)),
    )


def _tell(told: ToldPost, people: Mapping[Reason, list[Person]], now: datetime) -> None:
    context = _context(told)
    # Of the words themselves only the mail says some: it leaves now, to who may read them now. An
    # inbox is read later, perhaps by somebody who may not any more.
    words = {
        "excerpt": beginning(told.text.body, told.text.parts),
        "excerpt_language": told.text.language,
        "post_id": told.post.id,
    }
    for reason, receivers in people.items():
        _TELL[reason](
            receivers,
            context={**context, "reason": str(reason)},
            link=Link("boards.show_post", {"post_id": told.post.id}),
            group=told.board.group,
            key=f"boards.post:{told.post.id}",
            mail_context=words,
            now=now,
        )


def _context(told: ToldPost) -> dict[str, Any]:
    board = told.board
    named = board.title or board.course_title or board.curriculum_title or board.city_name
    return {
        "name": told.author_name,
        "title": titles_in_languages([told.thread.id])[told.thread.id],
        "board_kind": str(board.kind),
        "board_title": named,
        "cohort_no": board.cohort_no if board.title is None else None,
        "expires_at": told.thread.expires_at,
    }
