"""Reads for those who write: what a thread can be about, what was begun before."""

from dataclasses import dataclass

from sqlalchemy import bindparam, literal, select, union_all
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.boards.models import Draft, PostFile, PostRevision, PostText, TagKind
from lms.boards.queries.version import number_of_version, read_once
from lms.core.db import db, execute
from lms.core.kept import Kept
from lms.core.text import TextInLanguages
from lms.courses.models import Curriculum, PublicationState
from lms.organisations.models import City


@dataclass(frozen=True)
class Names:
    """What posts can be about, by code or slug."""

    fields: dict[str, TextInLanguages]
    cities: dict[str, TextInLanguages]


_FIELDS = select(
    literal(str(TagKind.FIELD)).label("kind"),
    Curriculum.position.label("place"),
    Curriculum.code,
    Curriculum.title,
).where(Curriculum.state == PublicationState.PUBLISHED)
_CITIES = select(literal(str(TagKind.CITY)), City.id, City.slug, City.name)
_BOTH = union_all(_FIELDS, _CITIES).subquery()
_NAMES = select(_BOTH).order_by(_BOTH.c.place)

_names: Kept[Names] = Kept(1)


def names_to_choose(version: int | None = None) -> Names:
    """Return the fields of the catalogue in its order, and the cities.

    `version` is that of the boards, where a page has read it before.
    """
    return read_once(_names, version or number_of_version(), (), _read_names)


def _read_names() -> Names:
    found = Names({}, {})
    for kind, _place, code, name in execute(_NAMES):
        (found.fields if kind == TagKind.FIELD else found.cities)[code] = name
    return found


_NEWEST = (
    select(Draft.id)
    .where(Draft.person_id == bindparam("person_id"), Draft.thread_id == bindparam("thread_id"))
    .order_by(Draft.saved_at.desc(), Draft.id.desc())
    .limit(1)
)
_BEGUN = (
    select(Draft, PostFile)
    .outerjoin(PostFile, PostFile.draft_id == Draft.id)
    .options(joinedload(PostFile.upload))
    .where(Draft.id == _NEWEST.scalar_subquery())
    .order_by(PostFile.id)
)


def newest_draft(person_id: int, thread_id: int) -> tuple[Draft, list[PostFile]] | None:
    """Return the answer somebody has begun in a thread and not sent, and its files."""
    values = {"person_id": person_id, "thread_id": thread_id}
    rows = db.session.execute(_BEGUN, values).all()
    if not rows:
        return None
    return rows[0][0], [file for _draft, file in rows if file is not None]


Wording = tuple[str, str, dict[str, str] | None]


def wordings_of(post_id: int) -> list[Wording]:
    """Return title, text and parts of a post as they stand and as they have stood before."""
    stand, stood = (
        select(each.title, each.body, each.parts).where(each.post_id == post_id)
        for each in (PostText, PostRevision)
    )
    return [
        (title, body, parts)
        for each in (stand, stood)
        for title, body, parts in db.session.execute(each)
    ]


def display_name_of(person_id: int) -> str:
    """Return the name somebody goes by."""
    return db.session.get_one(Person, person_id).display_name
