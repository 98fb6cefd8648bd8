"""What may be sent for which purpose, and how much at a time."""

from collections.abc import Collection, Mapping

from lms.lessons.models import IntakePurpose, MaterialKind
from lms.media.kinds import ACCEPTED, FileKind, expected_kind, extension_of

MOST_UNFINISHED = 20
MOST_BYTES_UNFINISHED = 20 << 30

# What is sent for a lesson itself, and not for what a package above makes of it.
OF_LESSONS = (IntakePurpose.RECORDING, IntakePurpose.MATERIAL, IntakePurpose.LIGHT_MATERIAL)

TAKES: Mapping[IntakePurpose, Collection[FileKind]] = {
    IntakePurpose.RECORDING: (FileKind.VIDEO, FileKind.AUDIO),
    IntakePurpose.HELD_RECORDING: (FileKind.VIDEO, FileKind.AUDIO),
    IntakePurpose.MATERIAL: (
        FileKind.DOCUMENT,
        FileKind.IMAGE,
        FileKind.VIDEO,
        FileKind.AUDIO,
    ),
    IntakePurpose.LIGHT_MATERIAL: (FileKind.DOCUMENT, FileKind.IMAGE),
}
_SLIDES = ("pptx", "odp")
_KINDS: Mapping[FileKind, MaterialKind] = {
    FileKind.IMAGE: MaterialKind.IMAGE,
    FileKind.VIDEO: MaterialKind.VIDEO,
    FileKind.AUDIO: MaterialKind.VIDEO,
}


def is_taken(purpose: IntakePurpose, file_name: str) -> bool:
    """Tell whether a file of this name may be sent for the purpose."""
    return expected_kind(file_name) in TAKES[purpose]


def endings_taken(purpose: str) -> list[str]:
    """Return the endings of names that are taken, with their dots: what a file field accepts."""
    kinds = TAKES[IntakePurpose(purpose)]
    return [f".{ending}" for ending, accepted in ACCEPTED.items() if accepted.kind in kinds]


def material_kind(file_name: str) -> MaterialKind:
    """Return the kind of material a file becomes; sound alone is played like a video."""
    if extension_of(file_name) in _SLIDES:
        return MaterialKind.SLIDES
    kind = expected_kind(file_name)
    return _KINDS.get(kind, MaterialKind.HANDOUT) if kind else MaterialKind.HANDOUT


def title_of(file_name: str) -> str:
    """Return a title to begin with: the name without its ending."""
    return file_name.rpartition(".")[0].replace("_", " ").strip() or file_name
