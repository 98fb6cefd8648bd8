"""Telling moderators what waits for them, and authors what was decided on their posts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lms.accounts.models import Person
from lms.boards.models import AppealState, Post, PostAppeal, PostReport, PostState
from lms.boards.queries.boards import board_head
from lms.boards.queries.expertise import titles_in_languages
from lms.boards.queries.moderation import board_of_post, moderators_of, post_by_id
from lms.boards.queries.reach import Reach
from lms.boards.rules.moderation import Hiding
from lms.core.db import db
from lms.enrolment.rules import busan_day
from lms.notifications.models import Link
from lms.notifications.services import notify, notify_all


def tell_of_held(post_id: int, *, now: datetime) -> None:
    """Tell the moderators in charge that a post waits for them, each once."""
    post = post_by_id(post_id)
    if post is None or post.state != PostState.HELD:
        return
    notify_all(
        _in_charge(post),
        "boards.held",
        **_case(post, now),
        key=f"boards.held:{post.id}",
        now=now,
    )


def tell_of_report(post: Post, first: PostReport, *, now: datetime) -> None:
    """Tell the moderators in charge that a post was reported: once, until they have decided.

    `first` is the oldest of the reports that are open; who reported is told to nobody.
    """
    notify_all(
        _in_charge(post),
        "boards.report",
        **_case(post, now),
        key=f"boards.report:{post.id}:{first.id}",
        now=now,
    )


def tell_of_appeal(post: Post, appeal: PostAppeal, *, now: datetime) -> None:
    """Tell the moderators who may decide that an author has appealed."""
    notify_all(
        [person for person in _in_charge(post) if person.id != appeal.hidden_by_id],
        "boards.appeal",
        **_case(post, now),
        key=f"boards.appeal:{appeal.id}",
        now=now,
    )


def tell_of_hiding(post: Post, hiding: Hiding, *, now: datetime) -> None:
    """Tell an author that their post is hidden, why, and how to appeal."""
    reason = str(hiding.reason) if hiding.reason else None
    notify(
        _author(post),
        "boards.hidden",
        context={**_about(post), "reason": reason, "words": hiding.words},
        link=Link("boards.appeal_hiding", {"post_id": post.id}),
        group=_group(post, now),
        now=now,
    )


def tell_of_release(post: Post, words: str, *, was_held: bool, now: datetime) -> None:
    """Tell an author that others see their post now, or again."""
    notify(
        _author(post),
        "boards.released",
        context={**_about(post), "words": words, "was_held": was_held},
        link=Link("boards.show_post", {"post_id": post.id}),
        group=_group(post, now),
        now=now,
    )


def tell_of_decision(post: Post, appeal: PostAppeal, *, now: datetime) -> None:
    """Tell an author what was decided on their appeal, and why."""
    is_granted = appeal.state == AppealState.GRANTED
    notify(
        _author(post),
        "boards.appeal_decided",
        context={**_about(post), "words": appeal.answer, "is_granted": is_granted},
        link=Link("boards.show_post", {"post_id": post.id}),
        group=_group(post, now),
        now=now,
    )


def _in_charge(post: Post) -> Sequence[Person]:
    return moderators_of(board_of_post(post), but=post.author_id)


def _author(post: Post) -> Person:
    return db.session.get_one(Person, post.author_id)


def _case(post: Post, now: datetime) -> dict[str, Any]:
    """Return what every notice to moderators says of a post, and where it leads."""
    link = Link("boards_manage.show_case", {"post_id": post.id})
    return {"context": _about(post), "link": link, "group": _group(post, now)}


def _about(post: Post) -> dict[str, Any]:
    titles = titles_in_languages([post.thread_id])
    return {"title": titles[post.thread_id], "post_id": post.id}


def _group(post: Post, now: datetime) -> str:
    board_id = board_of_post(post).id
    head = board_head(board_id, Reach(None, busan_day(now), is_staff=True))
    return head.group if head is not None else ""
