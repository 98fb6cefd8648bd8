"""Doors to the files of posts: what is being written is its writer's alone, the rest the post's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.boards.models import Post, PostFile, ThreadKind
from lms.boards.permissions import (
    get_board_for_writing,
    get_post_for_editing,
    get_post_for_reading,
    get_thread_for_answering,
)
from lms.boards.queries.files import file_of_upload, file_with_upload
from lms.boards.rules.files import is_shown
from lms.boards.rules.threads import kinds_on
from lms.core.errors import NotFound


@dataclass(frozen=True)
class WritingPlace:
    """Where a file goes with what is being written; a `post` is one that is being changed."""

    board_id: int
    thread_id: int | None
    kind: ThreadKind
    post: Post | None = None


def get_place_for_files(
    reader: Any, of: str, row_id: int, kind: str, now: datetime
) -> WritingPlace:
    """Return where the reader may send files: a `board` to begin a thread on, a `thread` to answer
    in, a `post` of theirs to change. Raises as the doors of these do, NotFound for anything else.
    """
    if of == "thread":
        view = get_thread_for_answering(reader, row_id, now)
        return WritingPlace(view.board.id, view.thread.id, view.thread.kind)
    if of == "post":
        edited = get_post_for_editing(reader, row_id, now)
        thread = edited.thread
        return WritingPlace(edited.board.id, thread.id, thread.kind, edited.post)
    if of != "board":
        raise NotFound
    board = get_board_for_writing(reader, row_id, now)
    kinds = {str(each): each for each in kinds_on(board.kind, moderates=board.moderates)}
    if kind not in kinds:
        raise NotFound
    return WritingPlace(board.id, None, kinds[kind])


def get_file_for_changing(reader: Any, file_id: int, now: datetime) -> PostFile:
    """Return the reader's own file, of something they are writing or may still change.

    Raises NotFound to others, Conflict once its post can no longer be changed.
    """
    return _changeable(reader, file_with_upload(file_id), now)


def get_file_for_sending(reader: Any, token: str, now: datetime) -> PostFile:
    """Return the file of an upload, with it, to whoever began it; NotFound to others."""
    return _changeable(reader, file_of_upload(token), now)


def _changeable(reader: Any, file: PostFile | None, now: datetime) -> PostFile:
    if file is None or reader.id is None or file.person_id != reader.id:
        raise NotFound
    if file.post_id is not None:
        get_post_for_editing(reader, file.post_id, now)
    return file


@dataclass(frozen=True)
class FoundFile:
    """A file somebody may be sent; `is_public` says that everybody may."""

    file: PostFile
    is_public: bool


def get_file_for_reading(reader: Any, file_id: int, now: datetime) -> FoundFile:
    """Return a file that is ready, as its post is shown to the reader; NotFound otherwise.

    One whose post, or the change of it, is not sent yet is its sender's; so is one of which
    something has still to be said.
    """
    file = file_with_upload(file_id)
    if file is None or not file.storage_key:
        raise NotFound
    is_own = reader.id is not None and file.person_id == reader.id
    if file.post_id is None:
        if not is_own:
            raise NotFound
        return FoundFile(file, is_public=False)
    view = get_post_for_reading(reader, file.post_id, now)
    is_seen = is_shown(file) and not file.is_pending
    if not is_own and not is_seen:
        raise NotFound
    return FoundFile(file, is_public=is_seen and view.board.is_public and view.is_seen_by_all)
