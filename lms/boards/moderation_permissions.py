"""Doors to what is reported, hidden and appealed for, and to the staff's list of words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from lms.boards import queries
from lms.boards.models import BlockedWord, Post, PostAppeal, PostReport, PostState, Thread
from lms.boards.permissions import (
    PostView,
    get_post_for_marking,
    get_post_for_moderating,
    get_post_for_reading,
    reach_of,
)
from lms.boards.queries import moderation
from lms.boards.queries.boards import BoardHead
from lms.core.errors import Conflict, NotAllowed, NotFound


@dataclass(frozen=True)
class Reporting:
    """A post somebody wants to report, and what they have reported of it before."""

    board: BoardHead
    thread: Thread
    post: Post
    report: PostReport | None


def get_post_for_reporting(reader: Any, post_id: int, now: datetime) -> Reporting:
    """Return a post others wrote, to report it; NotAllowed to its author.

    Who has reported it before finds their report, also once the post is hidden for it. Raises
    NotFound out of reach, Conflict while it is not seen by all.
    """
    report = moderation.report_of(post_id, reader.id)
    if report is not None:
        found = queries.post_for(post_id, reach_of(reader, now))
        if found is None:
            raise NotFound
        return Reporting(found.board, found.thread, found.post, report)
    view = get_post_for_marking(reader, post_id, now)
    if view.is_author:
        raise NotAllowed
    return Reporting(view.board, view.thread, view.post, None)


def get_post_for_appealing(reader: Any, post_id: int, now: datetime) -> PostView:
    """Return the reader's own post while it is hidden; NotAllowed to others, else Conflict."""
    view = get_post_for_reading(reader, post_id, now)
    if not view.is_author:
        raise NotAllowed
    if view.post.state != PostState.HIDDEN:
        raise Conflict(_("This post is not hidden now."))
    return view


def get_post_for_deciding(reader: Any, post_id: int, now: datetime) -> PostView:
    """Return a post to those who moderate its board; NotAllowed to others and to its author."""
    view = get_post_for_moderating(reader, post_id, now)
    if view.is_author:
        raise NotAllowed
    return view


def get_appeal_for_deciding(reader: Any, post_id: int, appeal_id: int, now: datetime) -> PostAppeal:
    """Return an appeal for a post to those who may decide on the post; NotFound for another's."""
    view = get_post_for_deciding(reader, post_id, now)
    appeal = moderation.appeal_by_id(appeal_id)
    if appeal is None or appeal.post_id != view.post.id:
        raise NotFound
    return appeal


def get_word(reader: Any, word_id: int) -> BlockedWord:
    """Return a word of the list to staff; NotFound to others, and when it is not there."""
    word = moderation.word_by_id(word_id) if reader.is_staff else None
    if word is None:
        raise NotFound
    return word
