"""Reads over what people know: who shows it, and what they have written that a reader may read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person, PersonState
from lms.boards.models import Board, Expertise, Post, PostState, PostText, TextOrigin, Thread
from lms.boards.queries.reach import Reach, is_listed, is_readable
from lms.boards.rules.expertise import WantedPeople
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.organisations.models import Affiliation, City


def expertise_of(person_id: int) -> Expertise | None:
    """Return what somebody has said they know, shown or not."""
    return db.session.get(Expertise, person_id)


# --- who shows it ----------------------------------------------------------------------


@dataclass(frozen=True)
class ShownPerson:
    """Somebody as others see them: nothing by which they are reached, but where they work."""

    id: int
    full_name: str
    name_in_own_script: str
    city: TextInLanguages | None
    organisation: str
    position: str
    about: str
    language: str
    fields: Sequence[str]
    languages: Sequence[str]


def _shown() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.id,
            Person.full_name,
            Person.name_in_own_script,
            City.name,
            Affiliation.organisation,
            Affiliation.position,
            Expertise.about,
            Expertise.language,
            Expertise.fields,
            Expertise.languages,
        )
        .join(Expertise, Expertise.person_id == Person.id)
        .outerjoin(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(City, City.id == Affiliation.city_id)
        .where(Expertise.is_shown, Person.state == PersonState.ACTIVE)
    )


def _person(row: Sequence[Any]) -> ShownPerson:
    id_, name, own_script, city, organisation, position, *rest = row
    return ShownPerson(id_, name, own_script, city, organisation or "", position or "", *rest)


def shown_person(person_id: int) -> ShownPerson | None:
    """Return somebody who shows what they know; None for others, and who cannot sign in."""
    row = db.session.execute(_shown().where(Person.id == person_id)).one_or_none()
    return None if row is None else _person(row)


def shown_people(wanted: WantedPeople, *, after: int | None, limit: int) -> list[ShownPerson]:
    """Return those who show what they know by name, from the one after `after` (an id) on."""
    statement = _shown().order_by(Person.full_name, Person.id).limit(limit)
    if wanted.field:
        statement = statement.where(_names(Expertise.fields, wanted.field))
    if wanted.language:
        statement = statement.where(_names(Expertise.languages, wanted.language))
    if wanted.city:
        statement = statement.where(City.slug == wanted.city)
    if after is not None:
        last = aliased(Person)
        name = select(last.full_name).where(last.id == after).scalar_subquery()
        statement = statement.where(
            or_(Person.full_name > name, and_(Person.full_name == name, Person.id > after))
        )
    return [_person(row) for row in db.session.execute(statement)]


def _names(column: Any, code: str) -> ColumnElement[bool]:
    """Return whether a list of codes, kept as JSON, names one of them."""
    return cast(column, Text).contains(f'"{code}"', autoescape=True)


# --- what they have written ------------------------------------------------------------


@dataclass(frozen=True)
class WrittenPost:
    """A post in the list of somebody's own, under the title of its thread."""

    id: int
    thread_id: int
    number: int
    published_at: datetime
    is_accepted: bool
    title: TextInLanguages | None


_ACCEPTED = case((Thread.accepted_number == Post.number, 1), else_=0)


def written_by(
    person_id: int, reach: Reach, now: datetime, *, after: int | None, limit: int
) -> list[WrittenPost]:
    """Return what somebody has written and the reader may read, from the post after `after` on.

    Answers that have helped come first, then the newest. In three statements at the most.
    """
    statement = (
        select(Post.id, Post.thread_id, Post.number, Post.published_at, _ACCEPTED)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Thread.board_id)
        .where(Post.author_id == person_id, Post.state == PostState.PUBLISHED)
        .where(is_readable(reach), is_listed(reach, now))
        .order_by(_ACCEPTED.desc(), Post.published_at.desc(), Post.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(_comes_after(person_id, after))
    rows = db.session.execute(statement).all()
    titles = titles_in_languages({row.thread_id for row in rows})
    return [
        WrittenPost(id_, thread_id, number, at, bool(accepted), titles.get(thread_id))
        for id_, thread_id, number, at, accepted in rows
    ]


def _comes_after(person_id: int, post_id: int) -> ColumnElement[bool]:
    """Return whether a post stands after one of the same author; nothing does after no post."""
    found = db.session.execute(
        select(_ACCEPTED, Post.published_at)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.id == post_id, Post.author_id == person_id, Post.published_at.is_not(None))
    ).one_or_none()
    if found is None:
        return Post.id < 0
    accepted, published_at = found
    is_older = or_(
        Post.published_at < published_at,
        and_(Post.published_at == published_at, Post.id < post_id),
    )
    return or_(accepted > _ACCEPTED, and_(accepted == _ACCEPTED, is_older))


def titles_in_languages(thread_ids: Collection[int]) -> Mapping[int, TextInLanguages]:
    """Return the titles of threads in the languages people wrote them in, in one statement."""
    rows = db.session.execute(
        select(Post.thread_id, PostText.language, PostText.title, PostText.is_original)
        .join(PostText, PostText.post_id == Post.id)
        .where(Post.thread_id.in_(thread_ids), Post.number == 1, PostText.title != "")
        .where(PostText.origin != TextOrigin.MACHINE)  # in nobody's place
    )
    texts: dict[int, dict[str, str]] = {}
    sources: dict[int, str] = {}
    for thread_id, language, title, is_original in rows:
        texts.setdefault(thread_id, {})[language] = title
        if is_original:
            sources[thread_id] = language
    return {
        thread_id: TextInLanguages(source, texts[thread_id])
        for thread_id, source in sources.items()
    }
