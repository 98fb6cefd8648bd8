"""Jobs of this package."""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from lms.boards.queries.escalation import open_boards, unanswered
from lms.boards.queries.files import file_with_upload
from lms.boards.services import (
    drafts,
    files,
    machine_translations,
    telling,
    telling_moderation,
)
from lms.boards.services.escalation import escalate
from lms.boards.translator import TranslatorUnavailable, translator
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day
from lms.jobs.queue import job, keep_lease
from lms.lessons.services import receiving
from lms.media import uploads
from lms.media.kinds import FileKind
from lms.media.refusals import Refused
from lms.media.sandbox import inspect_safely, reencode_safely

log = logging.getLogger(__name__)

WEBP = "image/webp"


@job("boards.escalate_questions")
def escalate_questions() -> None:
    """Tell those responsible of questions nobody has answered, each in a unit of its own."""
    now = clock.now()
    with unit_of_work():
        waiting = unanswered(open_boards(busan_day(now)), now)
    for thread_id in waiting:
        keep_lease()
        with unit_of_work():
            escalate(thread_id, now=now)


@job("boards.tell_of_post")
def tell_of_post(*, post_id: int) -> None:
    """Tell those a post concerns, some at a time, each time whoever may still read it then."""
    after: int | None = 0
    while after is not None:
        with unit_of_work():
            after = telling.tell_of_post(post_id, now=clock.now(), after=after)
        keep_lease()


@job("boards.tell_of_held")
def tell_of_held(*, post_id: int) -> None:
    """Tell the moderators in charge that a post waits for them."""
    with unit_of_work():
        telling_moderation.tell_of_held(post_id, now=clock.now())


def _fail_draft(post_id: int, language: str) -> None:
    machine_translations.note_failure(post_id, language, now=clock.now())


@job("boards.translate_post", when_given_up=_fail_draft)
def translate_post(*, post_id: int, language: str) -> None:
    """Have a machine draft a post in another language; that it could not is said to its readers."""
    with unit_of_work():
        source = machine_translations.source_of_draft(post_id, language)
    machine = translator()
    if source is None or machine is None:
        return
    try:
        draft = machine_translations.translated(source.words, language, machine, between=keep_lease)
    except TranslatorUnavailable as error:
        log.warning("post %s was not translated into %s: %s", post_id, language, error)
        with unit_of_work():
            _fail_draft(post_id, language)
        return
    with unit_of_work():
        machine_translations.keep_draft(
            post_id, draft, of_revision=source.revision, now=clock.now()
        )


@job("boards.tidy_drafts")
def tidy_drafts() -> None:
    """Throw away what nobody has gone on writing, and files that came to nothing."""
    with unit_of_work():
        drafts.purge_drafts(clock.now())
        files.tidy_files(clock.now())


# --- files of posts --------------------------------------------------------------------


class Sent(NamedTuple):
    """A sent file as the work needs it, outside of any transaction."""

    path: Path
    folder: TemporaryDirectory[str]
    token: str
    name: str


def _give_up(file_id: int) -> None:
    file = file_with_upload(file_id)
    if file is not None:
        receiving.fail(file)


@job("boards.check_file", when_given_up=_give_up)
def check_file(file_id: int) -> None:
    """Look at a sent file and let it be shown; a picture is made anew, without its place.

    Begun again after a worker died, it does all of it again.
    """
    sent = _begin(file_id)
    if sent is None:
        return
    with sent.folder as folder:
        try:
            made = _made(sent, Path(folder))
        except Refused as refused:
            _refuse(file_id, refused)
            return
        keep_lease()
        stored = files.store_file(made, token=sent.token)
    with unit_of_work():
        file = file_with_upload(file_id)
        if file is None:
            files.drop_unused([stored.key, stored.thumbnail_key])
        else:
            files.finish_file(file, stored)


def _begin(file_id: int) -> Sent | None:
    with unit_of_work():
        file = file_with_upload(file_id)
        if file is None or not receiving.begin_work(file):
            return None
        upload = receiving.upload_of(file)
        assert upload is not None
        path, folder = uploads.part_path(upload), uploads.work_folder(upload)
        return Sent(path, folder, upload.token, file.name)


def _made(sent: Sent, folder: Path) -> files.MadeFile:
    found = inspect_safely(sent.path, sent.name)
    if found.kind != FileKind.IMAGE:
        return files.MadeFile(sent.path, found.mimetype, found.extension)
    keep_lease()
    made = reencode_safely(sent.path, folder)
    return files.MadeFile(made.full, WEBP, "webp", made.thumbnail, made.width, made.height)


def _refuse(file_id: int, refused: Refused) -> None:
    with unit_of_work():
        file = file_with_upload(file_id)
        if file is not None:
            receiving.refuse(file, refused.reason)
