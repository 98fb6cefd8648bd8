"""What may be uploaded: kinds of files, the names they come under, and how large they may be."""

from enum import StrEnum
from typing import NamedTuple

MIB = 1 << 20
GIB = 1 << 30

PIXEL_LIMIT = 50_000_000  # of one picture, and of one frame of a video
TRACK_LIMIT = 16
LENGTH_LIMIT_SECONDS = 6 * 60 * 60


class FileKind(StrEnum):
    VIDEO = "video"
    AUDIO = "audio"
    IMAGE = "image"
    DOCUMENT = "document"
    CAPTIONS = "captions"
    TEXT = "text"


class AcceptedType(NamedTuple):
    """What a file of some extension is."""

    kind: FileKind
    mimetype: str


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"

ACCEPTED: dict[str, AcceptedType] = {
    "mp4": AcceptedType(FileKind.VIDEO, "video/mp4"),
    "m4v": AcceptedType(FileKind.VIDEO, "video/mp4"),
    "mov": AcceptedType(FileKind.VIDEO, "video/quicktime"),
    "webm": AcceptedType(FileKind.VIDEO, "video/webm"),
    "mkv": AcceptedType(FileKind.VIDEO, "video/x-matroska"),
    "mp3": AcceptedType(FileKind.AUDIO, "audio/mpeg"),
    "m4a": AcceptedType(FileKind.AUDIO, "audio/mp4"),
    "wav": AcceptedType(FileKind.AUDIO, "audio/wav"),
    "ogg": AcceptedType(FileKind.AUDIO, "audio/ogg"),
    "jpg": AcceptedType(FileKind.IMAGE, "image/jpeg"),
    "jpeg": AcceptedType(FileKind.IMAGE, "image/jpeg"),
    "png": AcceptedType(FileKind.IMAGE, "image/png"),
    "webp": AcceptedType(FileKind.IMAGE, "image/webp"),
    "gif": AcceptedType(FileKind.IMAGE, "image/gif"),
    "pdf": AcceptedType(FileKind.DOCUMENT, "application/pdf"),
    "pptx": AcceptedType(FileKind.DOCUMENT, f"{_OPEN_XML}.presentationml.presentation"),
    "docx": AcceptedType(FileKind.DOCUMENT, f"{_OPEN_XML}.wordprocessingml.document"),
    "xlsx": AcceptedType(FileKind.DOCUMENT, f"{_OPEN_XML}.spreadsheetml.sheet"),
    "odp": AcceptedType(FileKind.DOCUMENT, f"{_OPEN_DOCUMENT}.presentation"),
    "odt": AcceptedType(FileKind.DOCUMENT, f"{_OPEN_DOCUMENT}.text"),
    "ods": AcceptedType(FileKind.DOCUMENT, f"{_OPEN_DOCUMENT}.spreadsheet"),
    "vtt": AcceptedType(FileKind.CAPTIONS, "text/vtt"),
    "srt": AcceptedType(FileKind.CAPTIONS, "application/x-subrip"),
    "txt": AcceptedType(FileKind.TEXT, "text/plain"),
    "csv": AcceptedType(FileKind.TEXT, "text/csv"),
}

SIZE_LIMITS: dict[FileKind, int] = {
    FileKind.VIDEO: 4 * GIB,
    FileKind.AUDIO: 1 * GIB,
    FileKind.IMAGE: 30 * MIB,
    FileKind.DOCUMENT: 200 * MIB,
    FileKind.CAPTIONS: 2 * MIB,
    FileKind.TEXT: 25 * MIB,
}


def extension_of(file_name: str) -> str:
    """Return what stands after the last dot, in lower case; "" when there is none.

    Dots and spaces at the end do not count: some systems drop them, which would turn
    "a.exe. " back into a program.
    """
    _, dot, extension = file_name.rstrip(". ").rpartition(".")
    return extension.lower() if dot else ""


def expected_kind(file_name: str) -> FileKind | None:
    """Return the kind a file of this name would be, or None when such files are not accepted.

    Goes by the name alone, so it can be asked before any byte travels.
    """
    accepted = ACCEPTED.get(extension_of(file_name))
    return accepted.kind if accepted else None
