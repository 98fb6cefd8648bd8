"""Reads for the page of a thread: its posts with who wrote them, and their words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from lms.accounts.models import Person, PersonRole, Role
from lms.boards.models import (
    Expertise,
    Following,
    Post,
    PostBookmark,
    PostLike,
    PostRevision,
    PostState,
    PostText,
    TextOrigin,
    ThreadMark,
)
from lms.boards.queries.board_page import display_name
from lms.boards.queries.reach import Condition
from lms.core.audit import StatusEvent
from lms.core.db import db, execute
from lms.core.text import TextInLanguages
from lms.enrolment.models import RunInstructor
from lms.organisations.models import Affiliation, City


@dataclass(frozen=True)
class Viewing:
    """Who looks at which posts of a thread: a page of numbers, and a few from other pages.

    What waits for a moderator is found by its author and by those who moderate. `run_id` is the
    run of a run's board: whoever teaches it is an instructor there.
    """

    thread_id: int
    first: int
    last: int
    besides: Collection[int]
    reader_id: int | None
    moderates: bool
    run_id: int | None

    @property
    def sort(self) -> "Sort":
        """Return what the shape of a statement depends on."""
        return Sort(self.reader_id is not None, self.moderates, self.run_id is not None)


class Sort(NamedTuple):
    """Viewings for which a statement is the same."""

    is_signed_in: bool
    moderates: bool
    is_of_run: bool


@dataclass(frozen=True)
class PostLine:
    """A post as its page shows it, without its words."""

    id: int
    number: int
    reply_to: int | None
    author_id: int
    author_name: str
    city_name: TextInLanguages | None
    region: str | None
    organisation: str | None
    is_staff: bool
    is_instructor: bool
    state: PostState
    likes: int
    may_be_reused: bool
    created_at: datetime
    published_at: datetime | None
    edited_at: datetime | None
    is_liked: bool
    is_kept: bool
    hidden_reason: str
    has_page: bool  # its author shows what they know

    @property
    def at(self) -> datetime:
        """Return when others could read it first, or when it was sent."""
        return self.published_at or self.created_at

    @property
    def has_changed_in_sight(self) -> bool:
        """Tell whether others have read it in other words than those of now."""
        return self.edited_at is not None and self.edited_at > self.at


@dataclass(frozen=True)
class Reading:
    """How far somebody has read a thread, what they want to hear of it, and what they read in."""

    last_read: int | None = None
    following: Following = Following.NORMAL
    new_posts: int = 0
    city_languages: tuple[str, ...] = ()


def posts_of(viewing: Viewing) -> tuple[list[PostLine], Reading]:
    """Return the posts of a page in order, and how far their reader has come, in one statement."""
    numbers = {*range(viewing.first, viewing.last + 1), *viewing.besides}
    values = {
        "thread_id": viewing.thread_id,
        "reader_id": viewing.reader_id,
        "run_id": viewing.run_id,
        "numbers": sorted(numbers),
    }
    rows = execute(_posts(viewing.sort), values).all()
    lines = [PostLine(*row[:20]) for row in rows]
    if not rows or viewing.reader_id is None:
        return lines, Reading()
    last_read, following, new_posts, languages = rows[0][20:]
    reading = Reading(
        last_read, Following(following or Following.NORMAL), new_posts, tuple(languages or ())
    )
    return lines, reading


# What the statement is executed with.
_THREAD: Any = bindparam("thread_id")
_READER: Any = bindparam("reader_id")
_RUN: Any = bindparam("run_id")


@cache
def _posts(sort: Sort) -> Select[*tuple[Any, ...]]:
    reader_id = _READER if sort.is_signed_in else None
    likes, keeps, mark = _own(PostLike, reader_id), _own(PostBookmark, reader_id), ThreadMark
    of_reader = and_(mark.thread_id == Post.thread_id, mark.person_id == reader_id)
    return (
        select(
            Post.id,
            Post.number,
            Post.reply_to,
            Post.author_id,
            display_name(),
            City.name,
            City.region,
            Affiliation.organisation,
            _has_role(Role.STAFF, Role.ADMIN),
            _teaches(_RUN if sort.is_of_run else None),
            Post.state,
            Post.likes,
            Post.may_be_reused,
            Post.created_at,
            Post.published_at,
            Post.edited_at,
            likes,
            keeps,
            _reason(),
            _shows_what_they_know(),
            mark.last_read,
            mark.following,
            _new_posts(reader_id),
            _languages_of(reader_id),
        )
        .join(Person, Person.id == Post.author_id)
        .outerjoin(Affiliation, Affiliation.person_id == Post.author_id)
        .outerjoin(City, City.id == Affiliation.city_id)
        .outerjoin(mark, of_reader)
        .where(
            Post.thread_id == _THREAD,
            # One by one: for "between these, or these" a database looks through the whole thread.
            Post.number.in_(bindparam("numbers", expanding=True)),
            _is_there(reader_id, moderates=sort.moderates),
        )
        .order_by(Post.number)
    )


def _own(table: Any, reader_id: Any) -> Condition:
    if reader_id is None:
        return literal(False)
    return exists(
        select(table.post_id).where(table.post_id == Post.id, table.person_id == reader_id)
    )


def _has_role(*roles: Role) -> Condition:
    return exists(
        select(PersonRole.person_id).where(
            PersonRole.person_id == Post.author_id, PersonRole.role.in_(roles)
        )
    )


def _teaches(run_id: Any) -> Condition:
    if run_id is None:
        return _has_role(Role.INSTRUCTOR)
    return exists(
        select(RunInstructor.run_id).where(
            RunInstructor.run_id == run_id, RunInstructor.person_id == Post.author_id
        )
    )


def _shows_what_they_know() -> Condition:
    return exists().where(Expertise.person_id == Post.author_id, Expertise.is_shown)


def _reason() -> Any:
    """Return why a post is hidden, as the moderator wrote it down; "" for any other."""
    reason = (
        select(StatusEvent.reason)
        .where(
            StatusEvent.entity == "post",
            StatusEvent.entity_id == Post.id,
            StatusEvent.new == PostState.HIDDEN,
        )
        .order_by(StatusEvent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return case((Post.state == PostState.HIDDEN, func.coalesce(reason, "")), else_="")


def _new_posts(reader_id: Any) -> Any:
    """Return how many posts others see have come since somebody read the thread last."""
    if reader_id is None:
        return literal(0)
    last_read = (
        select(ThreadMark.last_read)
        .where(ThreadMark.thread_id == _THREAD, ThreadMark.person_id == reader_id)
        .scalar_subquery()
    )
    posts = Post.__table__.alias()
    return (
        select(func.count())
        .select_from(posts)
        .where(
            posts.c.thread_id == _THREAD,
            posts.c.number > last_read,
            posts.c.state == PostState.PUBLISHED,
        )
        .scalar_subquery()
    )


def _languages_of(reader_id: Any) -> Any:
    if reader_id is None:
        return null()
    return (
        select(City.training_languages)
        .join(Affiliation, Affiliation.city_id == City.id)
        .where(Affiliation.person_id == reader_id)
        .correlate(None)
        .scalar_subquery()
    )


def _is_there(reader_id: Any, *, moderates: bool) -> Condition:
    """Return whether a post shows on the page at all; a deleted one never does."""
    if moderates:
        return Post.state != PostState.DELETED
    is_seen = Post.state.in_((PostState.PUBLISHED, PostState.HIDDEN))
    if reader_id is None:
        return is_seen
    waits = and_(Post.state == PostState.HELD, Post.author_id == reader_id)
    return or_(is_seen, waits)


# --- words -----------------------------------------------------------------------------


@dataclass(frozen=True)
class TextLine:
    """The words of a post in one language, and who wrote or translated them."""

    id: int
    post_id: int
    language: str
    is_original: bool
    origin: TextOrigin
    by_id: int | None
    by_name: str | None
    title: str
    body: str
    parts: dict[str, str] | None
    of_revision: int
    revision: int
    changed_at: datetime


_TEXTS = (
    select(
        PostText.id,
        PostText.post_id,
        PostText.language,
        PostText.is_original,
        PostText.origin,
        PostText.by_id,
        display_name(),
        PostText.title,
        PostText.body,
        PostText.parts,
        PostText.of_revision,
        PostText.revision,
        PostText.changed_at,
    )
    .outerjoin(Person, Person.id == PostText.by_id)
    .where(PostText.post_id.in_(bindparam("post_ids", expanding=True)))
    .order_by(PostText.post_id, PostText.is_original.desc(), PostText.id)
)


def texts_of(post_ids: Collection[int]) -> dict[int, list[TextLine]]:
    """Return the words of posts in all their languages, the original first, in one statement."""
    if not post_ids:
        return {}
    found: dict[int, list[TextLine]] = {}
    for row in execute(_TEXTS, {"post_ids": list(post_ids)}):
        found.setdefault(row.post_id, []).append(TextLine(*row))
    return found


def names_of(person_ids: Collection[int], *, beside: Collection[int]) -> dict[int, str]:
    """Return the names people go by today, in one statement: of those only who have written in a
    thread of the posts `beside`. Whoever writes numbers must not learn the names of others."""
    if not person_ids:
        return {}
    threads = select(Post.thread_id).where(Post.id.in_(beside))
    writers = select(Post.author_id).where(
        Post.thread_id.in_(threads), Post.state == PostState.PUBLISHED
    )
    rows = db.session.execute(
        select(Person.id, display_name()).where(Person.id.in_(person_ids), Person.id.in_(writers))
    )
    return {row[0]: row[1] for row in rows}


# --- what stood there before -----------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """What stood in a post until it was changed, or what stands there now (then without an id)."""

    id: int | None
    language: str
    title: str
    body: str
    parts: dict[str, str] | None
    written_at: datetime


def versions_of(
    post_id: int, *, before: int | None, limit: int, since: datetime | None = None
) -> list[Version]:
    """Return what its author wrote in a post before, the newest first.

    With `since` only what stood there at that moment or later: what was replaced before, nobody
    but its author and the moderators has read.
    History holds the words of translations too: those are in languages of translations.
    """
    translated = select(PostText.language).where(
        PostText.post_id == post_id, PostText.is_original.is_(False)
    )
    is_older = PostRevision.id < before if before is not None else true()
    is_later = PostRevision.replaced_at > since if since is not None else true()
    rows = db.session.execute(
        select(
            PostRevision.id,
            PostRevision.language,
            PostRevision.title,
            PostRevision.body,
            PostRevision.parts,
            PostRevision.written_at,
        )
        .where(
            PostRevision.post_id == post_id,
            PostRevision.language.not_in(translated),
            is_older,
            is_later,
        )
        .order_by(PostRevision.id.desc())
        .limit(limit)
    )
    return [Version(*row) for row in rows]
