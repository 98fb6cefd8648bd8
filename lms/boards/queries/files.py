"""Reads over the files of posts and drafts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from lms.boards.models import Draft, PostFile
from lms.boards.queries.reach import Condition
from lms.boards.rules.files import is_shown
from lms.core.db import db, execute
from lms.lessons.models import IntakeState
from lms.media.models import Upload

CAME_TO_NOTHING = (IntakeState.REFUSED, IntakeState.FAILED)


@dataclass(frozen=True)
class FileLine:
    """A file of a post as its readers find it."""

    id: int
    post_id: int | None
    name: str
    size: int
    mimetype: str
    state: IntakeState
    alternative_text: str
    shows_people: bool
    has_consent: bool
    width: int | None
    height: int | None

    @property
    def is_picture(self) -> bool:
        """Tell whether it is shown as a picture."""
        return self.mimetype.startswith("image/")


_LINKED = (
    select(
        PostFile.id,
        PostFile.post_id,
        PostFile.name,
        PostFile.size,
        PostFile.mimetype,
        PostFile.state,
        PostFile.alternative_text,
        PostFile.shows_people,
        PostFile.has_consent,
        PostFile.width,
        PostFile.height,
    )
    .where(
        PostFile.post_id.in_(bindparam("post_ids", expanding=True)),
        PostFile.state == IntakeState.READY,
        PostFile.is_pending.is_(False),
    )
    .order_by(PostFile.post_id, PostFile.id)
)


def linked_files(post_ids: Collection[int]) -> dict[int, list[FileLine]]:
    """Return the files others may see of posts, in the order they came, in one statement."""
    if not post_ids:
        return {}
    found: dict[int, list[FileLine]] = {}
    for row in execute(_LINKED, {"post_ids": list(post_ids)}):
        line = FileLine(*row)
        if is_shown(line):
            found.setdefault(row.post_id, []).append(line)
    return found


def files_of_draft(draft_id: int) -> Sequence[PostFile]:
    """Return the files of something that is being written, with their uploads."""
    return _files(PostFile.draft_id == draft_id)


def files_of_post(post_id: int) -> Sequence[PostFile]:
    """Return the files of a post in any state, with their uploads."""
    return _files(PostFile.post_id == post_id)


def files_with_key(person_id: int, key: str) -> Sequence[PostFile]:
    """Return the files that go with what somebody is writing in a form, with their uploads."""
    draft = select(Draft.id).where(Draft.person_id == person_id, Draft.key == key)
    return _files(PostFile.draft_id.in_(draft))


def _files(condition: Condition) -> Sequence[PostFile]:
    return db.session.scalars(
        select(PostFile)
        .options(joinedload(PostFile.upload))
        .where(condition)
        .order_by(PostFile.id)
        .execution_options(populate_existing=True)
    ).all()


def file_with_upload(file_id: int) -> PostFile | None:
    """Return a file in any state, with its upload."""
    return db.session.scalar(
        select(PostFile).options(joinedload(PostFile.upload)).where(PostFile.id == file_id)
    )


def file_of_upload(token: str) -> PostFile | None:
    """Return the file an upload is of, with it."""
    return db.session.scalar(
        select(PostFile)
        .join(PostFile.upload)
        .options(joinedload(PostFile.upload))
        .where(Upload.token == token)
    )


class Held(NamedTuple):
    """How many files there are, and how large they are together."""

    files: int
    size: int


def held_by(person_id: int) -> Held:
    """Return what somebody has sent, or is sending, that is not part of a post yet."""
    row = db.session.execute(
        select(func.count(), func.coalesce(func.sum(PostFile.size), 0)).where(
            PostFile.person_id == person_id,
            or_(
                PostFile.draft_id.is_not(None),
                PostFile.upload_id.is_not(None),
                PostFile.is_pending,
            ),
        )
    ).one()
    return Held(row[0], int(row[1]))


def how_many(*, post_id: int | None, draft_id: int | None) -> int:
    """Return how many files a post or a draft has."""
    place = PostFile.post_id == post_id if post_id else PostFile.draft_id == draft_id
    return db.session.scalar(select(func.count()).select_from(PostFile).where(place)) or 0


def receiving_files() -> Sequence[PostFile]:
    """Return the files that are being received, with their uploads."""
    return _files(PostFile.state == IntakeState.RECEIVING)


def given_up_files(before: datetime) -> Sequence[PostFile]:
    """Return the files that came to nothing and were begun before a moment, with their uploads:

    they were refused, or the change of a post they were sent for was never saved.
    """
    came_to_nothing = PostFile.state.in_(CAME_TO_NOTHING)
    return _files(or_(came_to_nothing, PostFile.is_pending) & (PostFile.created_at < before))


def keys_in_use(keys: Iterable[str]) -> set[str]:
    """Return those of the keys of stored files that some row names."""
    keys = set(keys)
    return {
        key
        for column in (PostFile.storage_key, PostFile.thumbnail_key)
        for key in db.session.scalars(select(column).where(column.in_(keys)))
    }
