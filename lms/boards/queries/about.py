"""What threads are about: their titles in the languages of who looks, and their tags."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Select, and_, bindparam, or_, select

from lms.boards.models import PostText, TagKind, TextOrigin, ThreadTag
from lms.boards.queries.version import read_once
from lms.boards.rules.pages import Tag
from lms.boards.rules.translations import shown_first
from lms.core.db import db, execute
from lms.core.kept import Kept
from lms.core.text import TextInLanguages
from lms.courses.models import Curriculum
from lms.organisations.models import City


@dataclass(frozen=True)
class Title:
    """The title of a thread in one language."""

    text: str
    language: str
    is_original: bool
    origin: TextOrigin


_TITLES = select(
    PostText.post_id, PostText.title, PostText.language, PostText.is_original, PostText.origin
).where(PostText.post_id.in_(bindparam("post_ids", expanding=True)))


def titles_of(first_post_ids: Collection[int], order: Sequence[str]) -> dict[int, Title]:
    """Return the titles of threads by their first posts, each as this reader sees it first."""
    if not first_post_ids:
        return {}
    found: dict[int, list[Title]] = {}
    for row in execute(_TITLES, {"post_ids": list(first_post_ids)}):
        found.setdefault(row.post_id, []).append(Title(*row[1:]))
    return {post_id: shown_first(titles, order) for post_id, titles in found.items()}


@dataclass(frozen=True)
class TagLine:
    """What a thread is about; fields and cities with their names, goals by their numbers."""

    kind: TagKind
    value: str
    name: TextInLanguages | None


_is_field, _is_city = ThreadTag.kind == TagKind.FIELD, ThreadTag.kind == TagKind.CITY

_TAGS = (
    select(ThreadTag.thread_id, ThreadTag.kind, ThreadTag.value, Curriculum.title, City.name)
    .outerjoin(Curriculum, and_(_is_field, Curriculum.code == ThreadTag.value))
    .outerjoin(City, and_(_is_city, City.slug == ThreadTag.value))
    .where(ThreadTag.thread_id.in_(bindparam("thread_ids", expanding=True)))
    .order_by(ThreadTag.kind.desc(), ThreadTag.value)
)


def tags_of(thread_ids: Collection[int]) -> dict[int, list[TagLine]]:
    """Return what threads are about, in one statement."""
    if not thread_ids:
        return {}
    found: dict[int, list[TagLine]] = {}
    rows = execute(_TAGS, {"thread_ids": list(thread_ids)})
    for thread_id, kind, value, field, city in rows:
        found.setdefault(thread_id, []).append(TagLine(TagKind(kind), value, field or city))
    return found


class Described(NamedTuple):
    """Titles of the threads of a list by their first posts, and what they are about."""

    titles: dict[int, Title]
    tags: dict[int, list[TagLine]]


_described: Kept[Described] = Kept(256)


def described(threads: Mapping[int, int], order: Sequence[str], version: int) -> Described:
    """Return titles and tags of threads, given with their first posts, read once for all who look
    at the same list."""
    first_post_ids = tuple(threads.values())
    return read_once(
        _described,
        version,
        (tuple(order), first_post_ids),
        lambda: Described(titles_of(first_post_ids, order), tags_of(threads)),
    )


def name_of_tag(tag: Tag) -> TextInLanguages | None:
    """Return the name of a field or city; None for a goal and for what is neither."""
    if tag.kind == TagKind.FIELD:
        return db.session.scalar(select(Curriculum.title).where(Curriculum.code == tag.value))
    if tag.kind == TagKind.CITY:
        return db.session.scalar(select(City.name).where(City.slug == tag.value))
    return None


def tagged(kind: TagKind, value: str) -> Select[int]:
    """Return the ids of the threads about something; a goal has its targets with it."""
    is_it = ThreadTag.value == value
    if kind == TagKind.SDG and "." not in value:
        is_it = or_(is_it, ThreadTag.value.startswith(f"{value}.", autoescape=True))
    return select(ThreadTag.thread_id).where(ThreadTag.kind == kind, is_it)
