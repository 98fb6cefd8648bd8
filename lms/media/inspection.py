"""Looks at an uploaded file and says what it is, or why it is not taken."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lms.media.containers import CONTAINERS, HEAD_BYTES, container_of, is_playlist
from lms.media.contents.archives import ends_as_archive
from lms.media.contents.boxes import check_boxes
from lms.media.contents.captions import check_captions
from lms.media.contents.office import check_office
from lms.media.contents.pdf import check_pdf
from lms.media.contents.plain import check_plain
from lms.media.kinds import ACCEPTED, SIZE_LIMITS, FileKind, extension_of
from lms.media.refusals import Refusal, Refused


@dataclass(frozen=True)
class Inspected:
    """What the file is by its content, which is what it may be served and kept as."""

    kind: FileKind
    mimetype: str
    extension: str


def inspect(path: Path, file_name: str) -> Inspected:
    """Return what the file is; raises Refused when it is not what its name says, or hostile.

    The name decides the kind. Pictures and recordings are made anew before anybody is served
    them, so there a PNG may be called .jpg; documents must be exactly what they are called.
    """
    extension = extension_of(file_name)
    accepted = ACCEPTED.get(extension)
    if accepted is None:
        raise Refused(Refusal.NOT_ACCEPTED)
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size == 0:
            raise Refused(Refusal.EMPTY)
        if size > SIZE_LIMITS[accepted.kind]:
            raise Refused(Refusal.TOO_LARGE)
        file.seek(0)
        extension = _look_inside(file, path, accepted.kind, extension)
    return Inspected(accepted.kind, ACCEPTED[extension].mimetype, extension)


def _look_inside(file: BinaryIO, path: Path, kind: FileKind, extension: str) -> str:
    """Return the extension that the content deserves."""
    if kind in CONTAINERS:
        return _check_recording(file, path, kind, extension)
    if kind is FileKind.IMAGE:
        from lms.media.contents.pictures import check_picture

        found = check_picture(file)
        return extension if ACCEPTED[extension] == ACCEPTED[found] else found
    if kind is FileKind.CAPTIONS:
        check_captions(file, extension)
    elif kind is FileKind.TEXT:
        check_plain(file)
    elif extension == "pdf":
        check_pdf(file)
    else:
        check_office(file, extension)
    return extension


def _check_recording(file: BinaryIO, path: Path, kind: FileKind, extension: str) -> str:
    head = file.read(HEAD_BYTES)
    if is_playlist(head):
        raise Refused(Refusal.REFERS_OUTSIDE)
    container = container_of(head)
    extensions = CONTAINERS[kind].get(container or "")
    if extensions is None:
        raise Refused(Refusal.WRONG_TYPE)
    if ends_as_archive(file):
        raise Refused(Refusal.POLYGLOT)
    if container == "mov":
        check_boxes(file)

    from lms.media.video import probe

    probed = probe(path)
    if kind is FileKind.VIDEO and not probed.has_video:
        raise Refused(Refusal.NO_PICTURE)
    if kind is FileKind.AUDIO and (probed.has_video or not probed.has_audio):
        raise Refused(Refusal.WRONG_TYPE)
    return extension if extension in extensions else extensions[0]
