"""The files of something that is being written, between its form and what is kept of them."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.boards.file_permissions import get_file_for_changing
from lms.boards.forms.files import (
    ATTACH,
    FILES,
    REMOVE,
    RETRY,
    file_acted_on,
    read_descriptions,
)
from lms.boards.forms.posting import PostForm
from lms.boards.models import PostFile
from lms.boards.queries.files import files_of_post, files_with_key
from lms.boards.rules.files import Fault, fault_in_form, is_picture
from lms.boards.services import files as services
from lms.boards.services.words import Words
from lms.core import clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.media import uploads
from lms.web.markdown import Files, LinkedFile

FAULT_WORDS = {
    Fault.RECEIVING: lambda: _("This file is not here yet. Let it finish, or remove it."),
    Fault.REFUSED: lambda: _("This file was not accepted. Remove it to go on."),
    Fault.FAILED: lambda: _("This file could not be prepared. Try again, or remove it."),
    Fault.NO_WORDS: lambda: _("Say in words what the picture shows: some readers do not see it."),
    Fault.NO_CONSENT: lambda: _(
        "Pictures of people need their consent. Tick that they have agreed, or remove it."
    ),
    Fault.RESIDENT_NUMBER: lambda: str(services.RESIDENT_NUMBER_WORDS),
}


@dataclass(frozen=True)
class ShownFile:
    """A file as the form shows it, with what was typed about it and why it cannot be sent so."""

    file: PostFile
    alternative_text: str
    shows_people: bool
    has_consent: bool
    fault: str = ""

    @property
    def is_picture(self) -> bool:
        """Tell whether it is to be described."""
        return is_picture(self.file.name)


@dataclass(frozen=True)
class Attached:
    """What a form shows of files: `of` and `row_id` say where they go (a board's `kind` too)."""

    of: str
    row_id: int
    kind: str
    files: Sequence[ShownFile]
    error: str = ""

    @property
    def ready(self) -> list[PostFile]:
        """Return those that a text can name."""
        return [each.file for each in self.files if each.file.storage_key]


def attach(
    form: PostForm,
    of: str,
    row_id: int,
    *,
    kind: str = "",
    files: Sequence[PostFile] = (),
    error: str = "",
    is_checked: bool = False,
) -> None:
    """Let a form show its files; `is_checked` says with each why it cannot be posted so."""
    form.attached = Attached(of, row_id, kind, [_shown(each, is_checked) for each in files], error)


def shown_file(file: PostFile) -> ShownFile:
    """Return a file as its form shows it once it has changed its state."""
    return ShownFile(file, file.alternative_text, file.shows_people, file.has_consent)


def _shown(file: PostFile, is_checked: bool) -> ShownFile:
    typed = _typed(file)
    said = shown_file(file) if typed is None else typed
    fault = _fault_as_typed(file, typed) if is_checked else None
    return ShownFile(
        file,
        said.alternative_text,
        said.shows_people,
        said.has_consent,
        FAULT_WORDS[fault]() if fault else "",
    )


def _typed(file: PostFile) -> services.Description | None:
    return read_descriptions([file.id], request.form).get(file.id)


@dataclass(frozen=True)
class _AsTyped:
    name: str
    state: Any
    alternative_text: str
    shows_people: bool
    has_consent: bool


def _fault_as_typed(file: PostFile, typed: services.Description | None) -> Fault | None:
    if typed is None:
        return fault_in_form(file)
    words = (typed.alternative_text, typed.shows_people, typed.has_consent)
    return fault_in_form(_AsTyped(file.name, file.state, *words))


def named_files(files: Iterable[Any]) -> Files:
    """Return what a text may name as `file:12`: those of its own post that are ready."""
    return {
        each.id: LinkedFile(
            url_for("boards.serve_file", file_id=each.id, form="full"),
            each.name,
            each.mimetype,
            each.size,
            each.width,
            each.height,
        )
        for each in files
    }.get


# --- what was sent ---------------------------------------------------------------------


def files_written(key: str) -> Sequence[PostFile]:
    """Return the files that go with what the reader is writing in a form."""
    return files_with_key(current_user.id, key)


def ready_of_draft(key: str) -> list[PostFile]:
    """Return what a text that is being written in a form can name."""
    return [each for each in files_written(key) if each.storage_key]


def ready_to_name(key: str, post_id: int | None) -> list[PostFile]:
    """Return what a text of the reader can name: files of a form's draft, or of their own post."""
    if post_id is None:
        return ready_of_draft(key) if key else []
    found = files_of_post(post_id)
    return [each for each in found if each.storage_key and each.person_id == current_user.id]


def describe(files: Sequence[PostFile]) -> None:
    """Keep what the sent form says of pictures; in the unit of work that is open."""
    services.describe_files(files, said_of(files))


def said_of(files: Sequence[PostFile]) -> dict[int, services.Description]:
    """Return what the sent form says of files, by their ids."""
    return read_descriptions([each.id for each in files], request.form)


def beside_files(words: Words, files: Sequence[PostFile]) -> Words:
    """Return words to be judged: with what the sent form says of files, and with their names."""
    said = [((_typed(each) or each).alternative_text, each.name) for each in files]
    return words.beside(chain.from_iterable(said))


def check(files: Sequence[PostFile]) -> None:
    """Raise Invalid where a file, described as the form does, cannot go with a post."""
    faults = {_fault_as_typed(each, _typed(each)) for each in files} - {None}
    if Fault.RESIDENT_NUMBER in faults:
        raise Invalid(services.FIELD, FAULT_WORDS[Fault.RESIDENT_NUMBER]())
    if faults:
        raise Invalid(services.FIELD, _("Look at your files: something about them is missing."))


def has_files() -> bool:
    """Tell whether files came whole with the form."""
    return any(sent.filename for sent in request.files.getlist(FILES))


def is_about_files() -> bool:
    """Tell whether a button of the files was pressed, after which the form is shown again."""
    act = request.form.get("act", "")
    return act == ATTACH or act.startswith((REMOVE, RETRY))


def act_on_files(place: Callable[[], Any]) -> str:
    """Take the files that came with a form, remove or retry the one whose button was pressed.

    `place` gives the draft or the post they go with, anew in each unit of work. Returns why
    something could not be done, "" when everything was.
    """
    try:
        for sent in request.files.getlist(FILES):
            if sent.filename:
                _take(place, sent)
        act = request.form.get("act", "")
        if (file_id := file_acted_on(act, REMOVE)) is not None:
            _remove(file_id)
        if (file_id := file_acted_on(act, RETRY)) is not None:
            return _retry(file_id)
    except (Invalid, Conflict) as error:
        return error.message
    return ""


def _remove(file_id: int) -> None:
    """Remove a file; what is not there was removed before, and a 404 would lose what was typed."""
    now = clock.now()
    with suppress(NotFound):
        file = get_file_for_changing(current_user, file_id, now)
        with unit_of_work():
            services.remove_file(file, actor=current_user.person, now=now)


def _retry(file_id: int) -> str:
    try:
        file = get_file_for_changing(current_user, file_id, clock.now())
        with unit_of_work():
            services.retry_file(file)
    except NotFound:
        return _("The file is no longer here. Send it again.")
    return ""


def _take(place: Callable[[], Any], sent: Any) -> None:
    """Take one file as an upload that comes in one part."""
    size = uploads.size_of(sent.stream)
    with unit_of_work():
        file = services.begin_file(
            place(), current_user.person, file_name=sent.filename, size=size, now=clock.now()
        )
        upload = file.upload
    assert upload is not None
    uploads.append(upload, 0, sent.stream, size)
    with unit_of_work():
        services.receive_done(file, now=clock.now())
