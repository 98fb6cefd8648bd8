"""Files of posts: begun, received, looked at, refused, made ready, described, taken away."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.accounts.models import Person
from lms.boards.models import Draft, Post, PostFile
from lms.boards.queries.files import (
    CAME_TO_NOTHING,
    files_of_draft,
    files_of_post,
    given_up_files,
    held_by,
    how_many,
    keys_in_use,
    receiving_files,
)
from lms.boards.rules.files import (
    MOST_BYTES,
    MOST_FILES,
    is_recording,
    size_limit,
)
from lms.boards.rules.personal_data import has_resident_number
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.core.secrets import token_hash
from lms.core.unit_of_work import after_commit
from lms.i18n.formats import file_size
from lms.jobs.queue import enqueue
from lms.lessons.models import IntakeState
from lms.lessons.services import receiving
from lms.lessons.services.files import fingerprint, put_file
from lms.lessons.services.intakes import REFUSAL_WORDS
from lms.media import uploads
from lms.media.names import clean_file_name
from lms.media.refusals import Refusal
from lms.media.storage import storage

ENTITY = "post_file"
FIELD = "files"

RESIDENT_NUMBER_WORDS = _l(
    "A resident registration number stands in what is said of a file, or in its name. Such "
    "numbers may not be collected here: take it out."
)


@dataclass(frozen=True)
class Description:
    """What somebody says of a picture."""

    alternative_text: str
    shows_people: bool
    has_consent: bool


def begin_file(
    place: Draft | Post, person: Person, *, file_name: str, size: int, now: datetime
) -> PostFile:
    """Begin to receive a file for something that is being written, or for one's own post.

    Raises Invalid on `files` for a name or size that is not taken, Conflict when there are too
    many, or no room.
    """
    file_name = clean_file_name(file_name)
    _check_file(file_name, size)
    lock(person)  # two requests at once would each find the room free
    is_of_post = isinstance(place, Post)
    post_id, draft_id = (place.id, None) if is_of_post else (None, place.id)
    _check_room(person, size, how_many(post_id=post_id, draft_id=draft_id))
    try:
        upload = uploads.begin_upload(file_name, size, now=now)
    except uploads.NoRoom:
        raise Conflict(
            _("There is no room for this file at the moment. Try again later.")
        ) from None
    file = PostFile(
        post_id=post_id,
        draft_id=draft_id,
        person_id=person.id,
        upload_id=upload.id,
        state=IntakeState.RECEIVING,
        is_pending=is_of_post,
        name=file_name,
        size=size,
        created_at=now,
    )
    file.upload = upload
    db.session.add(file)
    db.session.flush()
    if is_of_post:
        record_change(ENTITY, file.id, old="", new="added", actor_id=person.id, now=now)
    return file


def _check_file(file_name: str, size: int) -> None:
    most = size_limit(file_name)
    if is_recording(file_name):
        raise Invalid(
            FIELD,
            _(
                "%(name)s: films and sound are not taken here. Write a link to where they are.",
                name=file_name,
            ),
        )
    if most is None:
        raise Invalid(FIELD, _about(file_name, str(REFUSAL_WORDS[Refusal.NOT_ACCEPTED])))
    if size <= 0:
        raise Invalid(FIELD, _about(file_name, str(REFUSAL_WORDS[Refusal.EMPTY])))
    if size > most:
        words = _("The file is too large: at most %(size)s are taken.", size=file_size(most))
        raise Invalid(FIELD, _about(file_name, words))
    if has_resident_number(file_name):
        raise Invalid(FIELD, _about(file_name, str(RESIDENT_NUMBER_WORDS)))


def _about(file_name: str, words: str) -> str:
    return _("%(name)s: %(words)s", name=file_name, words=words) if file_name else words


def _check_room(person: Person, size: int, files: int) -> None:
    if files >= MOST_FILES:
        raise Conflict(
            _("At most %(files)d files go with a post. Remove one first.", files=MOST_FILES)
        )
    if held_by(person.id).size + size > MOST_BYTES:
        raise Conflict(
            _(
                "Files you have not posted yet may have %(size)s in all. Post or remove some "
                "first.",
                size=file_size(MOST_BYTES),
            )
        )


# --- received, looked at ---------------------------------------------------------------


def receive_done(file: PostFile, *, now: datetime) -> None:
    """Have a file looked at once its last byte is there; asked again, or before, is harmless."""
    if receiving.note_all_here(file, now=now):
        _let_check(file)


def _let_check(file: PostFile) -> None:
    enqueue("boards.check_file", key=f"post-file:{file.id}", file_id=file.id)


def retry_file(file: PostFile) -> None:
    """Have a file looked at once more that was given up; in any other state nothing happens.

    Raises Conflict when its bytes have gone meanwhile.
    """
    if receiving.try_again(file):
        _let_check(file)


class MadeFile(NamedTuple):
    """What is kept of a sent file, lying in a folder; a picture has a small form besides."""

    path: Path
    mimetype: str
    extension: str
    thumbnail: Path | None = None
    width: int | None = None
    height: int | None = None


class StoredFile(NamedTuple):
    """What is kept of a sent file, stored; no row names it yet."""

    key: str
    thumbnail_key: str
    made: MadeFile
    size: int


def store_file(made: MadeFile, *, token: str) -> StoredFile:
    """Store what is kept of a sent file, before any row names it.

    Keys are made from the token of the upload and the content: the same work done again stores
    nothing anew, and no two uploads ever share one.
    """
    key = _put(made.path, made.extension, token)
    thumbnail_key = _put(made.thumbnail, made.extension, token) if made.thumbnail else ""
    return StoredFile(key, thumbnail_key, made, made.path.stat().st_size)


def _put(path: Path, extension: str, token: str) -> str:
    known_by = fingerprint(path, salt=token_hash(token))[:40]
    key = f"boards/{known_by[:2]}/{known_by}.{extension}"
    put_file(key, path)
    return key


def finish_file(file: PostFile, stored: StoredFile) -> None:
    """Let a file be shown that was looked at. Done twice, or taken away since, it is harmless."""
    lock(file)
    if file.state in receiving.UNDER_WAY:
        file.state = IntakeState.READY
        file.storage_key, file.thumbnail_key = stored.key, stored.thumbnail_key
        file.name = f"{file.name.rpartition('.')[0]}.{stored.made.extension}"
        file.mimetype, file.size = stored.made.mimetype, stored.size
        file.width, file.height = stored.made.width, stored.made.height
        receiving.drop_upload(file)
    drop_unused([stored.key, stored.thumbnail_key])


# --- described, taken away -------------------------------------------------------------


def describe_files(files: Iterable[PostFile], said: Mapping[int, Description]) -> bool:
    """Keep what somebody says of the pictures they send; tell whether it is other than before."""
    is_changed = False
    for file in files:
        if (words := said.get(file.id)) is not None:
            is_changed |= _describe(file, words)
    db.session.flush()
    return is_changed


def _describe(file: PostFile, words: Description) -> bool:
    has_consent = words.has_consent and words.shows_people
    now_said = Description(words.alternative_text, words.shows_people, has_consent)
    if now_said == Description(file.alternative_text, file.shows_people, file.has_consent):
        return False
    file.alternative_text = now_said.alternative_text
    file.shows_people = now_said.shows_people
    file.has_consent = now_said.has_consent
    return True


def save_files(post: Post, checked: Collection[int], said: Mapping[int, Description]) -> bool:
    """Let others see those of a post's files that were checked, described so; tell whether any is
    other than before. Done twice, it is harmless.
    """
    files = [each for each in files_of_post(post.id) if each.id in checked]
    is_changed = describe_files(files, said)
    for file in files:
        is_changed |= file.is_pending
        file.is_pending = False
    db.session.flush()
    return is_changed


def remove_file(file: PostFile, *, actor: Person | None = None, now: datetime) -> None:
    """Take a file away, in whatever state; its bytes go once the transaction has committed."""
    lock(file)
    if file.post_id is not None:
        actor_id = None if actor is None else actor.id
        record_change(ENTITY, file.id, old="added", new="removed", actor_id=actor_id, now=now)
    _remove([file])


def remove_files_of_draft(draft: Draft) -> None:
    """Take away what goes with something that is thrown away unwritten."""
    _remove(files_of_draft(draft.id))


def _remove(files: Sequence[PostFile]) -> None:
    keys = [key for file in files for key in (file.storage_key, file.thumbnail_key)]
    for file in files:
        receiving.drop_upload(file)
        db.session.delete(file)
    db.session.flush()
    drop_unused(keys)


def drop_unused(keys: Iterable[str]) -> None:
    """Delete these stored files after the commit, but those some row names."""
    db.session.flush()
    wanted = {key for key in keys if key}
    store = storage()
    for key in wanted - keys_in_use(wanted):
        after_commit(partial(store.delete, key))


def tidy_files(now: datetime) -> None:
    """Take away what was never received in time, and what came to nothing long ago.

    What was received to its last byte, and the line broke before that was noted, is looked at.
    """
    for file in receiving_files():
        upload = file.upload
        if upload is not None and uploads.is_all_there(upload):
            receive_done(file, now=now)
        elif upload is None or upload.expires_at <= now:
            remove_file(file, now=now)
    for file in given_up_files(now - uploads.LIFE_ONCE_COMPLETE):
        lock(file)  # its sender may have saved it, or tried again, meanwhile
        if file.is_pending or file.state in CAME_TO_NOTHING:
            remove_file(file, now=now)
