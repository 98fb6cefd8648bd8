"""Work on sent files after the request: looked at, made into what people are served, purged."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.jobs.queue import job, keep_lease
from lms.lessons import queries
from lms.lessons.models import FileForm, IntakePurpose, Rendition
from lms.lessons.services import EXTENSIONS, MIMETYPES, intakes, receiving
from lms.lessons.services.files import drop_unused
from lms.lessons.services.finishing import (
    MadeFile,
    StoredFile,
    finish_intake,
    store_file,
)
from lms.media import uploads
from lms.media.kinds import FileKind
from lms.media.outcomes import Renditions
from lms.media.refusals import Refused
from lms.media.sandbox import convert_safely, inspect_safely, reencode_safely

TOLD_EVERY = timedelta(seconds=2)
WEBP = "image/webp"

# What a recording handed out as a material is kept as.
FORMS_OF_MATERIAL: Mapping[Rendition, FileForm] = {
    Rendition.P480: FileForm.FULL,
    Rendition.P240: FileForm.LIGHT,
    Rendition.POSTER: FileForm.THUMBNAIL,
}

RECORDINGS = (IntakePurpose.RECORDING, IntakePurpose.HELD_RECORDING)

OnProgress = Callable[[int], None]


class NoLongerWanted(Exception):
    """The file was taken away while it was being prepared."""


class Sent(NamedTuple):
    """A sent file as the work needs it, outside of any transaction."""

    path: Path
    folder: TemporaryDirectory[str]
    token: str
    file_name: str
    purpose: IntakePurpose
    lesson_id: int


class Made(NamedTuple):
    """What was made of a sent file."""

    files: list[MadeFile]
    seconds: float = 0


def _give_up(intake_id: int) -> None:
    intake = queries.intake_with_upload(intake_id)
    if intake is not None:
        intakes.fail_intake(intake, now=clock.now())


@job("prepare_intake", when_given_up=_give_up)
def prepare_intake(intake_id: int) -> None:
    """Look at a sent file, make of it what people are served, and put that in its place.

    Begun again after a worker died, it does all of it again; what is there already stays until
    everything that replaces it is stored.
    """
    sent = _begin(intake_id)
    if sent is None:
        return
    with sent.folder as folder:
        try:
            made = _make(sent, Path(folder), _Progress(intake_id))
        except NoLongerWanted:
            return
        except Refused as refused:
            _refuse(intake_id, refused)
            return
        stored = [_store(sent, each) for each in made.files]
    with unit_of_work():
        intake = queries.intake_with_upload(intake_id)
        if intake is None:
            drop_unused(file.key for file in stored)
        else:
            finish_intake(intake, stored, duration_seconds=made.seconds, now=clock.now())


def _begin(intake_id: int) -> Sent | None:
    with unit_of_work():
        intake = queries.intake_with_upload(intake_id)
        if intake is None or not receiving.begin_work(intake):
            return None
        upload = receiving.upload_of(intake)
        assert upload is not None
        return Sent(
            uploads.part_path(upload),
            uploads.work_folder(upload),
            upload.token,
            intake.file_name,
            IntakePurpose(intake.purpose),
            intake.lesson_id,
        )


def _refuse(intake_id: int, refused: Refused) -> None:
    with unit_of_work():
        intake = queries.intake_with_upload(intake_id)
        if intake is not None:
            intakes.refuse_intake(intake, refused.reason, now=clock.now())


def _store(sent: Sent, made: MadeFile) -> StoredFile:
    keep_lease()
    return store_file(made, lesson_id=sent.lesson_id, token=sent.token, file_name=sent.file_name)


class _Progress:
    """Keeps the job's lease, and notes how far the work is now and then."""

    def __init__(self, intake_id: int) -> None:
        self.intake_id = intake_id
        self.told_at = clock.now()

    def __call__(self, percent: int) -> None:
        keep_lease()
        now = clock.now()
        if now - self.told_at < TOLD_EVERY:
            return
        self.told_at = now
        with unit_of_work():
            is_wanted = intakes.note_percent(self.intake_id, percent)
        if not is_wanted:
            raise NoLongerWanted


def _make(sent: Sent, folder: Path, on_progress: OnProgress) -> Made:
    found = inspect_safely(sent.path, sent.file_name)
    keep_lease()
    if found.kind in {FileKind.VIDEO, FileKind.AUDIO}:
        return _made_of_recording(sent, convert_safely(sent.path, folder, on_progress=on_progress))
    form = FileForm.LIGHT if sent.purpose == IntakePurpose.LIGHT_MATERIAL else FileForm.FULL
    if found.kind == FileKind.IMAGE:
        return Made(_made_of_image(sent.path, folder, form))
    return Made([MadeFile(form, sent.path, found.mimetype, found.extension)])


def _made_of_recording(sent: Sent, renditions: Renditions) -> Made:
    paths = {Rendition(name): path for name, path in renditions.files.items()}
    if renditions.poster is not None:
        paths[Rendition.POSTER] = renditions.poster
    forms: Mapping[Rendition, Rendition | FileForm] = {each: each for each in paths}
    if sent.purpose not in RECORDINGS:
        forms = FORMS_OF_MATERIAL if Rendition.P480 in paths else {Rendition.AUDIO: FileForm.FULL}
    return Made(
        [
            MadeFile(form, paths[each], MIMETYPES[each], EXTENSIONS[MIMETYPES[each]])
            for each, form in forms.items()
            if each in paths
        ],
        renditions.duration_seconds,
    )


def _made_of_image(path: Path, folder: Path, form: FileForm) -> list[MadeFile]:
    made = reencode_safely(path, folder)
    files = [MadeFile(form, made.full, WEBP, EXTENSIONS[WEBP], made.width, made.height)]
    if form == FileForm.FULL:
        files.append(MadeFile(FileForm.THUMBNAIL, made.thumbnail, WEBP, EXTENSIONS[WEBP]))
    return files


@job("purge_uploads")
def purge_uploads() -> None:
    """Take away what was never sent to the end, and what came to nothing long ago."""
    with unit_of_work():
        intakes.tidy_intakes(clock.now())
