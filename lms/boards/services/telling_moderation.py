"""Telling moderators what waits for them, and authors what was decided on their posts."""

from collections.abc import Mapping
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
    _tell_moderators(post, "boards.held", key=f"boards.held:{post.id}", but=post.author_id, now=now)


def tell_of_report(post: Post, first: PostReport, *, now: datetime) -> None:
    """Tell the moderators in charge that a post was reported: once, until they have decided.

    `first` is the oldest of the reports that are open; who reported is told to nobody.
    """
    key = f"boards.report:{post.id}:{first.id}"
    _tell_moderators(post, "boards.report", key=key, but=post.author_id, now=now)


def tell_of_appeal(post: Post, appeal: PostAppeal, *, now: datetime) -> None:
    """Tell the moderators who may decide that an author has appealed."""
    key = f"boards.appeal:{appeal.id}"
    _tell_moderators(post, "boards.appeal", key=key, but=appeal.hidden_by_id, now=now)


def tell_of_hiding(post: Post, hiding: Hiding, *, now: datetime) -> None:
    """Tell an author that their post is hidden, why, and how to appeal."""
    said = {"reason": str(hiding.reason) if hiding.reason else None, "words": hiding.words}
    link = Link("boards.appeal_hiding", {"post_id": post.id})
    _tell_author(post, "boards.hidden", said, link, now)


def tell_of_release(post: Post, words: str, *, was_held: bool, now: datetime) -> None:
    """Tell an author that others see their post now, or again."""
    said = {"words": words, "was_held": was_held}
    _tell_author(post, "boards.released", said, Link("boards.show_post", {"post_id": post.id}), now)


def tell_of_decision(post: Post, appeal: PostAppeal, *, now: datetime) -> None:
    """Tell an author what was decided on their appeal, and why."""
    said = {"is_granted": appeal.state == AppealState.GRANTED, "words": appeal.answer}
    link = Link("boards.show_post", {"post_id": post.id})
    _tell_author(post, "boards.appeal_decided", said, link, now)


def _tell_moderators(post: Post, kind: str, *, key: str, but: int | None, now: datetime) -> None:
    board = board_of_post(post)
    people = [person for person in moderators_of(board, but=but) if person.id != post.author_id]
    notify_all(
        people,
        kind,
        context=_about(post),
        link=Link("boards_manage.show_case", {"post_id": post.id}),
        group=_group(board.id, now),
        key=key,
        now=now,
    )


def _tell_author(post: Post, kind: str, said: Mapping[str, Any], link: Link, now: datetime) -> None:
    notify(
        db.session.get_one(Person, post.author_id),
        kind,
        context={**_about(post), **said},
        link=link,
        group=_group(board_of_post(post).id, now),
        now=now,
    )


def _about(post: Post) -> dict[str, Any]:
    titles = titles_in_languages([post.thread_id])
    return {"title": titles[post.thread_id], "post_id": post.id, "number": post.number}


def _group(board_id: int, now: datetime) -> str:
    head = board_head(board_id, Reach(None, busan_day(now), is_staff=True))
    return head.group if head is not None else ""
